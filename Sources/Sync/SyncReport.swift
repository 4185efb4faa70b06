package import Fetch
import Ingest
package import PlatformCore
package import StripeClient
import StripeModel

/// What a sync did, resource by resource; its JSON form is documented in docs/json-output.md.
package struct SyncReport: Sendable, Encodable {
  /// The figures of one resource.
  package struct Resource: Sendable, Encodable, Equatable {
    /// The table.
    package var resource: String
    /// What became of it: `read`, `forbidden`, `failed`, or `unserved` where the source does not offer it.
    package var outcome = FetchReport.Outcome.read
    /// Objects read from the API, deletions included.
    package var read = 0
    /// Rows that are new.
    package var inserted = 0
    /// Rows replaced by a newer observation.
    package var updated = 0
    /// Rows marked deleted.
    package var deleted = 0
    /// Rows that stood as placeholders and were read.
    package var placeholdersFilled = 0
    /// Placeholders that stand after the run.
    package var placeholders = 0
    /// Objects that change without an event and were read again.
    package var reread = 0
    /// Rows that a whole list did not show any more, and of which it was asked what became of them.
    package var doubted = 0
    /// Records not loaded, now in the reject file.
    package var rejected = 0
    /// Lists in its objects that were cut short.
    package var incomplete = 0
    /// Why it was not read, or what of it is missing, in one line.
    package var reason: String?
    /// The exit status that follows; nil when all is well.
    package var status: Int32?

    /// Zero of everything.
    package init(resource: String) { self.resource = resource }

    /// Rows that changed, of whatever kind.
    package var changed: Int { inserted + updated + deleted }

    enum CodingKeys: String, CodingKey {
      case resource, outcome, read, inserted, updated, deleted, placeholders, reread, doubted, rejected, incomplete
      case reason, status
      case placeholdersFilled = "placeholders_filled"
    }
  }

  /// A time of which the event feed could not tell: everything was listed again instead.
  package struct Gap: Sendable, Encodable, Equatable {
    /// The moment up to which changes were known, RFC 3339; nil where nothing was known any more.
    package var since: String?
  }

  /// The run.
  package var runID: String
  /// Stripe's id of the account; nil where the key may not ask for it.
  package var account: String?
  /// Where the gap was, if there was one.
  package var gap: Gap?
  /// Why the event feed could not be read, so that only listing tells of changes; nil when it could.
  package var feedReason: String?
  /// Whether resources were listed whole.
  package var hasListed = false
  /// Events read for the first time.
  package var events = 0
  /// What happened before this moment of the source's clock is in the tables, RFC 3339.
  package var readAt: String?
  /// The tables, in writing order.
  package var resources: [Resource] = []
  /// The reject files.
  package var rejectFiles: [String] = []
  /// What the client did.
  package var api = StripeStatistics()
  /// Seconds in all.
  package var seconds = 0.0
  /// What kinds of failure there were besides those of single resources.
  package var failures: Set<ExitStatus> = []

  /// An empty report.
  package init(runID: String) { self.runID = runID }

  /// Every status that applies, by number; empty where all went well.
  package var statuses: [ExitStatus] {
    var all = failures.union(resources.compactMap { $0.status.flatMap(ExitStatus.init) })
    if resources.contains(where: { $0.rejected + $0.incomplete > 0 }) { all.insert(.data) }
    return all.subtracting([.done]).sorted { $0.rawValue < $1.rawValue }
  }

  /// The one status the run ends with.
  package var exitStatus: ExitStatus { .strongest(of: statuses) }

  /// Rows changed in any table.
  package var changedRows: Int { resources.reduce(0) { $0 + $1.changed } }
  /// Objects read.
  package var objects: Int { resources.reduce(0) { $0 + $1.read } }

  private enum CodingKeys: String, CodingKey {
    case account, gap, events, resources, api, seconds, statuses
    case runID = "run_id"
    case hasListed = "has_listed"
    case readAt = "read_at"
    case feedReason = "feed_reason"
    case rejectFiles = "reject_files"
    case changedRows = "changed_rows"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runID, forKey: .runID)
    try container.encodeIfPresent(account, forKey: .account)
    try container.encodeIfPresent(gap, forKey: .gap)
    try container.encodeIfPresent(feedReason, forKey: .feedReason)
    try container.encode(hasListed, forKey: .hasListed)
    try container.encode(events, forKey: .events)
    try container.encodeIfPresent(readAt, forKey: .readAt)
    try container.encode(resources, forKey: .resources)
    try container.encode(rejectFiles, forKey: .rejectFiles)
    try container.encode(changedRows, forKey: .changedRows)
    try container.encode(api, forKey: .api)
    try container.encode(statuses.map(\.rawValue), forKey: .statuses)
    try container.encode(seconds, forKey: .seconds)
  }

  /// Changes the figures of a resource; keeps the order of writing.
  mutating func change(_ name: ResourceName, _ change: (inout Resource) -> Void) {
    let table = name.definition.table
    if let place = resources.firstIndex(where: { $0.resource == table }) { return change(&resources[place]) }
    var figures = Resource(resource: table)
    change(&figures)
    let later = resources.firstIndex { ResourceName(commandLineName: $0.resource).map { $0 > name } ?? false }
    resources.insert(figures, at: later ?? resources.endIndex)
  }

  subscript(_ name: ResourceName) -> Resource? { resources.first { $0.resource == name.definition.table } }
}

extension SyncReport {
  /// Adds what listing did.
  ///
  /// - Parameter named: the resources the user asked for by name: one of these that the source lacks is a failure.
  mutating func take(_ report: FetchReport, named: Set<ResourceName>) {
    hasListed = true
    for one in report.resources {
      guard let name = ResourceName(commandLineName: one.resource) else { continue }
      change(name) { figures in
        figures.outcome = one.outcome
        figures.read += one.objects
        figures.reason = one.reason
        figures.status = one.outcome == .unserved && !named.contains(name) ? nil : one.status
      }
    }
    feedReason = report.feedReason ?? feedReason
    if let status = report.feedStatus.flatMap(ExitStatus.init) { failures.insert(status) }
  }

  /// Adds what the event feed told.
  mutating func take(_ report: FeedReport) {
    events += report.events
    for one in report.resources {
      guard let name = ResourceName(commandLineName: one.resource) else { continue }
      change(name) { figures in
        figures.read += one.snapshots + one.reads + one.deleted + one.created
        figures.take(problemOf: one)
      }
    }
  }

  /// Adds what a load did.
  mutating func take(_ report: IngestReport) {
    for one in report.resources {
      guard let name = ResourceName(commandLineName: one.resource) else { continue }
      change(name) { figures in
        figures.inserted += one.inserted + one.fromSightings
        figures.updated += one.updated
        figures.deleted += one.deleted
        figures.rejected += one.rejected
        figures.incomplete += one.incomplete
        figures.placeholders = one.placeholders
      }
    }
    rejectFiles += report.rejectFiles.filter { !rejectFiles.contains($0) }
    failures.formUnion(report.failures)
  }
}

extension SyncReport.Resource {
  /// Takes over why objects could not be read.
  mutating func take(problemOf one: FeedReport.Resource) {
    guard let status = one.status else { return }
    outcome = status == ExitStatus.permission.rawValue ? .forbidden : .failed
    reason = one.reason
    self.status = status
  }
}
