package import BronzeStore
package import PlatformCore
package import StripeModel

/// What a reading of the event feed did.
package struct FeedReport: Sendable, Encodable, Equatable {
  /// Why the feed does not tell of all changes: what is listed in it has to be listed again.
  package enum Gap: Sendable, Equatable, Encodable {
    /// There is no cursor.
    case lost
    /// The cursor, a Unix second, is older than what the feed reaches back to.
    case tooOld(readAt: Int64)
  }

  /// What the feed said of one resource.
  package struct Resource: Sendable, Encodable, Equatable {
    /// The table.
    package var resource: String
    /// Objects taken from an event.
    package var snapshots = 0
    /// Objects read again.
    package var reads = 0
    /// Objects that are gone.
    package var deleted = 0
    /// Objects that are new without an event.
    package var created = 0
    /// Why objects could not be read, in one line; the resource is to be listed again.
    package var reason: String?
    /// The exit status that follows; nil when all is well.
    package var status: Int32?

    /// Zero of everything.
    package init(resource: String) { self.resource = resource }
  }

  /// What is missing in the feed; nil where it tells of everything. Then nothing was read.
  package var gap: Gap?
  /// Events read for the first time.
  package var events = 0
  /// Those of them that concern no declared resource, or none that was listed.
  package var foreignEvents = 0
  /// Events of accounts that the key does not read, passed over; the feed itself shows none.
  package var otherAccounts = 0
  /// Events that cannot be taken, by their ids, each with the reason.
  package var refused: [String: String] = [:]
  /// By table, in writing order.
  package var resources: [Resource] = []
  /// The `created` of the newest event that was handled.
  package var newest: Int64?
  /// Resources that may not or cannot be followed any more, and are to be listed again.
  package var unlisted: [ResourceName] = []
  /// The parts written.
  package var written: [BronzeWriter.Written] = []
  /// Seconds in all.
  package var seconds = 0.0

  /// An empty report.
  package init() {}

  /// Every status that applies.
  package var statuses: [ExitStatus] {
    Set(resources.compactMap(\.status)).compactMap { ExitStatus(rawValue: $0) }.sorted { $0.rawValue < $1.rawValue }
  }

  /// Objects written, of whatever origin.
  package var objects: Int { resources.reduce(0) { $0 + $1.snapshots + $1.reads + $1.deleted + $1.created } }

  enum CodingKeys: String, CodingKey {
    case events, resources, newest, unlisted, seconds
    case foreignEvents = "foreign_events"
  }

  /// Adds to the figures of a resource.
  mutating func count(_ table: String, _ change: (inout Resource) -> Void) {
    if let index = resources.firstIndex(where: { $0.resource == table }) { return change(&resources[index]) }
    var new = Resource(resource: table)
    change(&new)
    resources.append(new)
  }
}
