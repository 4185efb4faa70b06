import Fetch
import Foundation
import JSONReader
import PlatformCore
import StripeModel

/// What is compared of an event.
struct EventFacts {
  let id: String
  let type: String
  /// When it happened, a Unix second.
  let created: Int64
  /// The version its object is rendered in, for ever.
  let apiVersion: String?
  /// Of its content, without what differs from read to read.
  let hash: Int64
  /// Stripe's word for what it is about, and the id of that.
  let object: (kind: String, id: String)?
  /// The table of the declared resource it speaks of; nil where it speaks of none that is read by itself.
  let table: String?
  /// The connected account it is of; nil for the account whose endpoint it was sent to.
  let account: String?
  /// Whether it says that its object is gone, and shown by no list.
  let isGone: Bool
  /// Whether it is of live mode; nil for an event that does not say it.
  let livemode: Bool?
  /// Whether it names its object only; the feed of `/v1/events` does not hold such.
  let isThin: Bool

  /// Reads events, reusing its buffers; not for use from two threads at once.
  struct Reader {
    /// How often it was delivered, links that are signed anew with every read, and whose it is, which the feed of that
    /// account need not say.
    private static let rules = rules(ResourceName.event.definition.ignored)
    /// Of objects whose own columns of such a name are content, by their `object`: a product's `url` is no signed link.
    private static let rulesOf: [String: CanonicalRules] = {
      var rulesOf: [String: CanonicalRules] = [:]
      for resource in ResourceName.allCases {
        let content = Set(resource.definition.columns.filter { !$0.isVolatile }.flatMap(\.paths).map(\.members))
        let links = ResourceName.event.definition.ignored.filter { !content.contains(Array($0.members.dropFirst(2))) }
        if links.count < ResourceName.event.definition.ignored.count { rulesOf[resource.rawValue] = rules(links) }
      }
      return rulesOf
    }()

    private static func rules(_ links: [JSONPath]) -> CanonicalRules {
      CanonicalRules(
        omit: [["pending_webhooks"], ["account"], ["context"]] + links.map(\.members), collapse: [])
    }
    private var form: CanonicalForm

    init() throws(PlatformError) { form = try CanonicalForm() }

    /// Nil for what is no event.
    mutating func facts(of event: JSONValue) -> EventFacts? {
      guard let id = event["id"]?.stringValue, let type = event["type"]?.stringValue else { return nil }
      let isThin = event["object"]?.stringValue == "v2.core.event"
      guard let created = Self.moment(event["created"]) else { return nil }
      let subject = isThin ? event["related_object"] : event.value(at: ["data", "object"])
      let kind = subject?[isThin ? "type" : "object"]?.stringValue
      let object = kind.flatMap { kind in subject?["id"]?.stringValue.map { (kind: kind, id: $0) } }
      let resource = object.flatMap { ResourceName(rawValue: $0.kind)?.definition }
      let speaks = resource.map { $0.path != nil && (isThin || $0.hears(type)) } ?? false
      return EventFacts(
        id: id, type: type, created: created, apiVersion: event["api_version"]?.stringValue,
        hash: form.hash(event, kind.flatMap { Self.rulesOf[$0] } ?? Self.rules), object: object,
        table: speaks ? resource?.table : nil, account: EventOrigin.account(of: event),
        isGone: type == "payment_method.detached" || type.hasSuffix(".deleted") && resource?.isDeletable == true,
        livemode: event["livemode"]?.bool, isThin: isThin)
    }

    /// Snapshot events have a Unix second, thin ones RFC 3339.
    private static func moment(_ value: JSONValue?) -> Int64? {
      value?.int64
        ?? value?.stringValue.flatMap { Date(rfc3339: $0) }.map { Int64($0.timeIntervalSince1970.rounded(.down)) }
    }
  }
}
