package import BronzeStore
import Foundation
import JSONReader
import PlatformCore
package import StripeClient
package import StripeModel

/// Brings what single events tell of into bronze, in whatever order they came; no cursor is asked or moved.
///
/// By the feed's own rule: a snapshot is taken where it is proof, and the object is read otherwise. The feed shows all
/// events of a second together; here another one may still come. Whoever calls therefore says how new the copy already
/// is: a snapshot that is older says nothing new, and one of the very same second is not believed.
package struct EventChanges: Sendable {
  /// How new the copies of some objects are, as Unix seconds by id; those without a copy are left out.
  package typealias Versions = @Sendable (ResourceName, [String]) async throws -> [String: Int64]

  /// Whose events are taken.
  package struct Owner: Sendable {
    /// The account; nil where nobody knows it.
    package let account: String?
    /// Whether the key is known to be of the account's mode.
    package let isModeSure: Bool

    /// Names an owner.
    package init(account: String?, isModeSure: Bool) {
      self.account = account
      self.isModeSure = isModeSure
    }
  }

  private let client: StripeClient
  private let owner: Owner
  private let writer: BronzeWriter
  private let versions: Versions

  /// Prepares it; nothing is sent.
  ///
  /// - Parameter writer: of a run of its own; the caller syncs it.
  package init(_ client: StripeClient, of owner: Owner, writer: BronzeWriter, versions: @escaping Versions) {
    self.client = client
    self.owner = owner
    self.writer = writer
    self.versions = versions
  }

  private var objects: ObjectReader { ObjectReader(client: client, writer: writer) }

  /// Whether a text is an event that this understands.
  package static func isEvent(_ event: [UInt8]) -> Bool { Told(event, JSONDocument()) != nil }

  /// Takes events, a JSON object each, with its secrets masked. Those of other accounts, as an endpoint of Connect gets
  /// them, are only counted: this one has none of their objects. Those of which it cannot be known are refused.
  ///
  /// - Throws: as `Feed.run`: what concerns more than one resource; `configuration` for an event of the mode that the
  ///   key is not of. A resource that could not be read is in the report.
  package func take(_ events: [[UInt8]]) async throws -> FeedReport {
    var report = FeedReport()
    let clocks = try await TestClocks.all(client)
    guard let now = client.serverTime else {
      throw PlatformError(.bug, "events are taken before the source's time is known")
    }
    let trusts = clocks.times.isEmpty && clocks.problem == nil
    let document = JSONDocument()
    var told = events.compactMap { Told($0, document) }.sorted { $0.created > $1.created }
    told = try own(told, &report)
    var changes = ChangeSet()
    var named: Set<ObjectName> = []
    for event in told {
      if let thin = event.thin { named.insert(thin) }
      guard !event.isThin else { continue }
      guard
        let fact = FeedEvent(
          event.bytes[...], document, apiVersion: client.options.apiVersion, now: now, trustsTimes: trusts,
          resources: ResourceName.allCases)
      else { continue }
      changes.take(fact, isHandled: false)
      report.events += 1
      if fact.subject == nil && fact.listeners.isEmpty { report.foreignEvents += 1 }
    }
    let (dropped, doubted) = try await compare(changes)
    changes.drop(dropped)
    changes.doubt(doubted)
    // As in the feed: a read counts from the second in which it began, and must be newer than what it follows.
    // When a thin one happened is not looked at.
    let mayFollow = !trusts || told.contains { $0.created >= now }
    if !named.isEmpty || changes.needsReads && mayFollow {
      try await Task.sleep(for: .milliseconds(1100))
    }
    let reader = ChangeReader(
      client: client, objects: objects, apiVersion: client.options.apiVersion, endsByStrangers: true)
    try await reader.apply(changes, &report)
    try await reader.read(named.sorted { $0.id < $1.id }, listeners: [:], &report)
    // Last, so that events which are tried again and again while the source is away are written once.
    for event in told where !event.isThin {
      let observed = BronzeObservation(
        observedAt: event.created, sequence: BronzeObservation.eventSnapshot, apiVersion: event.apiVersion)
      try await writer.append([event.bytes[...]], to: ResourceName.event.definition.table, observed: observed)
    }
    return report
  }

  /// The events of the owner. A key of another account, or of the other mode, finds none of the objects, which looks as
  /// if they were deleted.
  private func own(_ told: [Told], _ report: inout FeedReport) throws -> [Told] {
    let isLive = StripeClientOptions.isLive(key: client.options.key)
    var own: [Told] = []
    var otherMode: Told?
    for event in told {
      if let account = event.account, owner.account == nil {
        report.refused[event.id] =
          "it is of \(account), and the key may not say which one it reads: allow that, or set STRIPE_ACCOUNT"
      } else if let account = event.account, account != owner.account {
        report.otherAccounts += 1
      } else if event.livemode == !isLive {
        otherMode = event
        report.refused[event.id] = "it is of \(isLive ? "test" : "live") mode, and the account's data is not"
      } else {
        own.append(event)
      }
    }
    guard let other = otherMode, !owner.isModeSure else { return own }
    throw PlatformError(
      .configuration, "the events are of \(isLive ? "test" : "live") mode, and the key is not",
      context: ["event": other.id, "host": client.options.base],
      nextStep: "set STRIPE_API_KEY to the same account's key of that mode, or receive them as a source of their own")
  }

  /// Reads objects by their ids, a few at a time.
  ///
  /// - Parameter ids: held by the caller; give some thousands at a time.
  package func read(_ resource: ResourceName, ids: [String]) async throws -> FeedReport {
    var report = FeedReport()
    let reader = ChangeReader(client: client, objects: objects, apiVersion: nil, endsByStrangers: true)
    try await reader.read(ids.map { ObjectName(resource: resource, id: $0) }, listeners: [:], &report)
    return report
  }

  /// The objects of which a newer state is there, and those whose copy is of the very second of their event.
  private func compare(_ changes: ChangeSet) async throws -> (older: Set<ObjectName>, same: Set<ObjectName>) {
    var (older, same): (Set<ObjectName>, Set<ObjectName>) = ([], [])
    let believed = changes.actions.filter { action in
      if case .read = action.action { false } else { true }
    }
    for (resource, actions) in Dictionary(grouping: believed, by: \.name.resource) {
      let known = try await versions(resource, actions.map(\.name.id))
      for action in actions {
        guard let second = known[action.name.id], second >= action.second else { continue }
        // What cannot be read, and is never made again under its id, is gone all the same.
        if case .deleted = action.action, second == action.second, resource.definition.path == nil { continue }
        if second == action.second { same.insert(action.name) } else { older.insert(action.name) }
      }
    }
    return (older, same)
  }

  /// What has to be known of an event before it is looked into.
  private struct Told {
    let bytes: [UInt8]
    let id: String
    let created: Int64
    let apiVersion: String?
    let isThin: Bool
    let livemode: Bool?
    /// The connected account it is of; nil for the account whose endpoint it was sent to.
    let account: String?
    /// The object that a thin event names, where that is a declared one.
    let thin: ObjectName?

    init?(_ bytes: [UInt8], _ document: JSONDocument) {
      guard let event = try? document.parse(bytes), let id = event["id"]?.stringValue,
        event["type"]?.stringValue != nil
      else { return nil }
      self.bytes = bytes
      self.id = id
      livemode = event["livemode"]?.bool
      account = EventOrigin.account(of: event)
      isThin = event["object"]?.stringValue == "v2.core.event"
      apiVersion = event["api_version"]?.stringValue
      guard !isThin else {
        created = 0
        let related = event["related_object"]
        thin = related?["type"]?.stringValue.flatMap(ResourceName.init(rawValue:)).flatMap { resource in
          related?["id"]?.stringValue.map { ObjectName(resource: resource, id: $0) }
        }
        return
      }
      guard let created = event["created"]?.int64, event.value(at: ["data", "object"])?.kind == .object else {
        return nil
      }
      self.created = created
      thin = nil
    }
  }
}
