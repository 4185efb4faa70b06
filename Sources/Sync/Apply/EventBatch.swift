import BronzeStore
import Fetch
import Ingest
import PlatformCore
import ResourceStore
import StripeModel

/// One batch of events on its way into the tables.
struct EventBatch: ParentFilling {
  private(set) var outcome = EventApplication.Outcome()
  /// How far each part is loaded, by path.
  private(set) var loaded: [String: BronzePosition]
  private(set) var parents: MissingParents
  let readable = ResourceName.allCases.filter { $0.definition.path != nil }

  private let options: SyncOptions
  private let context: RunContext
  private let writer: BronzeWriter
  private let owner: EventChanges.Owner
  private let isPatient: Bool
  private var changes: EventChanges?
  private var isFilling = false

  /// Prepares it; nothing is sent.
  ///
  /// - Parameters:
  ///   - loaded: what is loaded of the writer's parts.
  ///   - owner: whose events are taken.
  ///   - isPatient: whether a parent that the API fails for is an outage.
  init(
    _ options: SyncOptions, context: RunContext, writer: BronzeWriter, loaded: [String: BronzePosition],
    parents: MissingParents, owner: EventChanges.Owner, isPatient: Bool
  ) {
    self.options = options
    self.context = context
    self.writer = writer
    self.loaded = loaded
    self.parents = parents
    self.owner = owner
    self.isPatient = isPatient
  }

  /// Applies events; what became of them is in `outcome`.
  mutating func run(_ events: [[UInt8]], _ queries: SyncQueries) async throws {
    guard events.allSatisfy(EventChanges.isEvent) else { return outcome.problem = "it is no event of Stripe's" }
    let changes = EventChanges(options.client, of: owner, writer: writer) { try await queries.observed($0, ids: $1) }
    self.changes = changes
    take(try await changes.take(events))
    try await load()
    guard !events.isEmpty else { return }
    isFilling = true
    try await fill(queries) { Set(ResourceName.allCases) }
  }

  mutating func readPlaceholders(
    of name: ResourceName, _ queries: SyncQueries
  ) async throws -> (isWhole: Bool, hasRead: Bool) {
    var last = ""
    var hasRead = false
    while parents.isOpen(name) {
      // Those of appliers, also of one that was killed before it read them. Those of a sync are its own to fill: one
      // that lists everything fills thousands without asking for each.
      let ids = try await queries.placeholders(of: name, ofAppliers: true, after: last)
      guard let end = ids.last else { return (true, hasRead) }
      last = end
      let new = parents.new(ids, of: name)
      if try await read(new, of: name) { hasRead = true }
    }
    return (false, hasRead)
  }

  /// Reads parents into bronze, one by one where not all of them can be had; answers whether any came.
  ///
  /// A parent that cannot be had stays a placeholder, as in a sync; the event itself is applied.
  private mutating func read(_ ids: [String], of name: ResourceName) async throws -> Bool {
    guard let changes, !ids.isEmpty else { return false }
    let reason: String
    do {
      let told = try await changes.read(name, ids: ids)
      outcome.objects += told.objects
      guard let refusal = told.resources.first(where: { $0.status != nil }) else { return told.objects > 0 }
      if refusal.status == ExitStatus.permission.rawValue {
        parents.close(name)
        return told.objects > 0
      }
      reason = refusal.reason ?? "not read"
    } catch let error as PlatformError where !OutageLog.passes(error) && [.bug, .data].contains(error.status) {
      // Whatever is the matter with one parent is no other event's.
      reason = error.message
    } catch let error as PlatformError {
      guard !isPatient, OutageLog.passes(error), OutageLog.side(of: error) == .api else { throw error }
      // It is an outage, unless the API answers otherwise.
      try await TimeProbe.ask(options.client)
      reason = [error.message, error.cause].compactMap(\.self).joined(separator: ": ")
    }
    if ids.count == 1 {
      context.log(
        .warning, "parent_unread",
        ["resource": .string(name.definition.table), "id": .string(ids[0]), "reason": .string(reason)])
      parents.fail(name)
      return false
    }
    var hasRead = false
    for id in ids where parents.isOpen(name) { hasRead = try await read([id], of: name) || hasRead }
    return hasRead
  }

  mutating func load() async throws {
    try await writer.sync()
    // In a bucket each batch has parts of its own: those of before are not looked at again.
    let new = await writer.written.filter { $0.bytes > loaded[$0.part.path]?.bytes ?? 0 }
    guard !new.isEmpty else { return }
    var ingest = IngestOptions(
      source: .bronze(options.lake, source: options.source), names: options.names,
      rejectFolder: options.rejectFolder, connect: options.connect)
    // Also what a sync has loaded meanwhile: who is rejected is told here as well, or nobody would set the event aside.
    ingest.parts = new.map { ($0.part, from: loaded[$0.part.path] ?? .start) }
    // Nobody counts the placeholders that stand, batch after batch.
    ingest.isPartial = true
    ingest.connections = 1
    let report = try await Ingestion(ingest, context: context).run()
    if let failure = report.failures.subtracting([.data]).first {
      // The part's own words are in the log: it stays, and the events are given again.
      throw PlatformError(failure, "what was applied could not be read back from bronze to its end")
    }
    for written in new {
      loaded[written.part.path] = BronzePosition(bytes: written.bytes, lines: written.lines)
    }
    for one in report.resources {
      outcome.changedRows += one.inserted + one.updated + one.deleted + one.fromSightings
    }
    reject(report)
  }

  /// Notes what was not loaded.
  private mutating func reject(_ report: IngestReport) {
    let rejected = report.resources.filter { $0.rejected > 0 }
    guard let first = rejected.first else { return }
    guard !isFilling else {
      // Of parents, which no event of this batch may be blamed for.
      for one in rejected {
        context.log(
          .warning, "parents_rejected", ["resource": .string(one.resource), "rows": .integer(one.rejected)])
      }
      return
    }
    var named = 0
    for one in report.rejects {
      guard let id = one.id else { continue }
      named += 1
      outcome.rejected[id] = "\(one.resource) rejected by run \(context.runID): \(one.field)"
    }
    if named < rejected.reduce(0, { $0 + $1.rejected }) {
      outcome.problem = "\(first.rejected) \(first.resource) rejected by run \(context.runID)"
    }
  }

  private mutating func take(_ told: FeedReport) {
    outcome.rejected.merge(told.refused) { $1 }
    outcome.objects += told.objects
    outcome.otherAccounts += told.otherAccounts
    for one in told.resources {
      guard let status = one.status else { continue }
      let reason = "\(one.resource): \(one.reason ?? "not read")"
      if status == ExitStatus.permission.rawValue, let name = ResourceName(commandLineName: one.resource) {
        outcome.refused[name] = reason
      } else {
        outcome.problem = reason
      }
    }
  }
}
