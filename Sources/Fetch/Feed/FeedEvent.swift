import JSONReader
import StripeModel

/// An object of a resource.
struct ObjectName: Hashable, Sendable {
  let resource: ResourceName
  let id: String
}

/// What an event says, as far as the feed needs it.
struct FeedEvent: Sendable {
  let id: String
  let created: Int64
  let type: String
  /// Stripe's word for what the event is about.
  let object: String
  /// The declared object the event is about; nil where it is none, or has no id.
  let subject: ObjectName?
  /// Whether the event says that the object is gone, and when.
  let isDeletion: Bool
  /// The object as it was, where that may stand for a read; nil where it has to be read.
  let proof: [UInt8]?
  /// Other objects that hear of such an event, as the object names them.
  let concerned: [ObjectName]
  /// Resources that hear of such an event besides the subject's own.
  let listeners: [ResourceName]
  /// The test clock the event is about, and the time it shows.
  let clock: (id: String, time: Int64)?

  /// Reads an element of the feed; nil for one that has no id, time or type.
  ///
  /// - Parameters:
  ///   - apiVersion: the version that reads are rendered in.
  ///   - now: a second that the server's clock had reached before the feed was read.
  ///   - trustsTimes: whether `created` is when it happened; else only a read says what is now.
  ///   - resources: whom the feed speaks for.
  init?(
    _ bytes: ArraySlice<UInt8>, _ document: JSONDocument, apiVersion: String?, now: Int64, trustsTimes: Bool,
    resources: [ResourceName]
  ) {
    guard let event = try? document.parse(Array(bytes)), let id = event["id"]?.stringValue,
      let created = event["created"]?.int64, let type = event["type"]?.stringValue,
      let object = event.value(at: ["data", "object"])
    else { return nil }
    self.id = id
    self.created = created
    self.type = type
    self.object = object["object"]?.stringValue ?? ""
    let own = ResourceName(rawValue: self.object)
    let hearing = resources.filter { $0.definition.hears(type) }
    subject = own.flatMap { name in
      object["id"]?.stringValue.flatMap { hearing.contains(name) ? ObjectName(resource: name, id: $0) : nil }
    }
    // One of a time to come, as somebody may make it up, would outlive every read.
    let isBelievable = trustsTimes && created <= now + Self.skew
    isDeletion =
      subject != nil && type.hasSuffix(".deleted") && own?.definition.isDeletable == true
      && (isBelievable && !Self.isOnClock(object) || own?.definition.path == nil)
    listeners = hearing.filter { $0 != own }
    concerned = own.map { Self.named(in: object, of: $0, listeners: hearing.filter { $0 != own }) } ?? []
    clock = own == .testClock ? Self.clock(object) : nil
    // While its second lasts, another event may follow in it.
    let isSettled = trustsTimes && created < now && apiVersion != nil
    let isComparable = isSettled && event["api_version"]?.stringValue == apiVersion
    proof = isComparable && subject != nil && Self.isProof(object, own) ? object.minified : nil
  }

  /// How many seconds `now` may lie behind the server's clock without harm: what is not believed is read.
  private static let skew: Int64 = 60

  private static func clock(_ object: JSONValue) -> (id: String, time: Int64)? {
    guard let id = object["id"]?.stringValue, let time = object["frozen_time"]?.int64 else { return nil }
    return (id, time)
  }

  /// The objects of some resources that an object names.
  static func named(in object: JSONValue, of name: ResourceName, listeners: [ResourceName]) -> [ObjectName] {
    var names: Set<ObjectName> = []
    for listener in listeners {
      for path in name.definition.paths(to: listener) {
        names.formUnion(object.ids(at: path).map { ObjectName(resource: listener, id: $0) })
      }
    }
    return Array(names)
  }

  /// Whether it lives on a test clock: its times are the clock's, also once that is deleted and nobody knows of it.
  private static func isOnClock(_ object: JSONValue) -> Bool { object["test_clock"].map { !$0.isNull } ?? false }

  /// Whether a snapshot says as much as a read: nothing in it that a read would expand, no list cut, not simulated.
  private static func isProof(_ object: JSONValue, _ name: ResourceName?) -> Bool {
    guard let name, case .whole(let unless) = name.definition.snapshot, !object.holdsCutList else { return false }
    if isOnClock(object) { return false }
    var holdsMore = false
    for path in unless { object.forEachValue(at: path.members[...]) { holdsMore = holdsMore || !$0.isNull } }
    return !holdsMore
  }
}
