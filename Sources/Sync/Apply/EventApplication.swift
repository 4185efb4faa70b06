import BronzeStore
import Fetch
import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeClient
import StripeModel

/// Brings what events tell into the tables: into bronze by the feed's rule, from there into the tables, and then the
/// parents that these lack.
///
/// It takes neither the lease nor the lake's lock, so that it works beside a sync. Nothing of a sync's is touched:
/// bronze goes into parts of runs of its own, no cursor moves, and only these parts are loaded. A sync that loads them
/// as well is welcome: the newer observation wins, and positions only move forward.
actor EventApplication {
  /// What became of some events.
  struct Outcome: Sendable {
    /// Objects written to bronze.
    var objects = 0
    /// Rows that changed.
    var changedRows = 0
    /// What could not be read or loaded, in one line.
    var problem: String?
  }

  /// A run of some minutes: one part of bronze for each entity in it, however many batches there are.
  private struct Work {
    let context: RunContext
    let writer: BronzeWriter
    let begunAt: Date
    var counts = ["events": 0, "changed_objects": 0]
    /// The bytes of each part that are loaded, by path.
    var loaded: [String: Int] = [:]
  }

  /// How long a run goes on.
  private static let runAge: TimeInterval = 15 * 60

  private let options: SyncOptions
  private let context: RunContext
  private var work: Work?
  private var runs = 0
  private var hasAccount = false

  init(_ options: SyncOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  /// Applies events, a JSON object each. Those applied before change nothing.
  ///
  /// - Throws: what ends the whole: an outage of either side, a full disk, another account. All of them are to be given
  ///   again then.
  func apply(_ events: [[UInt8]]) async throws -> Outcome {
    try await confirmAccount()
    var work = try await work(at: context.clock.now)
    let connection = try await options.connect()
    do {
      var batch = EventBatch(options, context: work.context, writer: work.writer, loaded: work.loaded)
      try await batch.run(events, SyncQueries(connection: connection, names: options.names))
      await connection.close()
      work.loaded = batch.loaded
      work.counts["events", default: 0] += events.count
      work.counts["changed_objects", default: 0] += batch.outcome.objects
      self.work = work
      return batch.outcome
    } catch {
      await connection.close()
      // A writer that failed takes no more; the next one begins parts of its own.
      await finish()
      throw error
    }
  }

  /// Closes the parts of bronze and notes what was written.
  func finish() async {
    guard let done = work else { return }
    work = nil
    do {
      try await done.writer.finish()
      try BronzeState(lake: options.lake, source: options.source).add(
        RunManifest(
          runID: done.context.runID, command: done.context.command, source: options.source,
          startedAt: done.begunAt.rfc3339, finishedAt: context.clock.now.rfc3339, status: "done",
          inputs: ["api": options.client.options.base], written: await done.writer.written, counts: done.counts))
    } catch {
      // What was written is read all the same; as of a run that was killed nothing is noted.
      context.log(.warning, "apply_unnoted", ["cause": .string(error.message)])
    }
  }

  private func work(at now: Date) async throws -> Work {
    if let work, now.timeIntervalSince(work.begunAt) < Self.runAge { return work }
    await finish()
    runs += 1
    // Quiet: batches come all the time, and what they did is counted.
    let own = RunContext(
      runID: "\(context.runID)\(BronzePart.applyMark)\(runs)", command: context.command,
      log: context.log.raised(to: .warning), clock: context.clock)
    let writer = BronzeWriter(lake: options.lake, source: options.source, runID: own.runID, clock: own.clock)
    return Work(context: own, writer: writer, begunAt: now)
  }

  /// Makes sure that the key reaches the account of bronze and tables; the source's time is known by it as well.
  private func confirmAccount() async throws {
    guard !hasAccount else { return }
    let account = try await AccountGuard.require(
      options.client, in: options.lake, source: options.source, notes: false, context)
    if let id = account.id {
      let connection = try await options.connect()
      do {
        try await SourceRecords(connection: connection, names: options.names).require(account: id)
        await connection.close()
      } catch {
        await connection.close()
        throw error
      }
    }
    if options.client.serverTime == nil { _ = try await TimeProbe.ask(options.client) }
    hasAccount = true
  }
}

/// The smallest call there is: whether the API answers, and what time it is there.
enum TimeProbe {
  static func ask(_ client: StripeClient) async throws -> Int64 {
    try await client.page("/v1/events", [("limit", "1")]).startedAt
  }
}

/// One batch on its way into the tables.
private struct EventBatch: ParentFilling {
  private(set) var outcome = EventApplication.Outcome()
  let readable = ResourceName.allCases.filter { $0.definition.path != nil }

  private let options: SyncOptions
  private let context: RunContext
  private let writer: BronzeWriter
  private(set) var loaded: [String: Int]
  private var changes: EventChanges?

  init(_ options: SyncOptions, context: RunContext, writer: BronzeWriter, loaded: [String: Int]) {
    self.loaded = loaded
    self.options = options
    self.context = context
    self.writer = writer
  }

  mutating func run(_ events: [[UInt8]], _ queries: SyncQueries) async throws {
    guard events.allSatisfy(EventChanges.isEvent) else { return outcome.problem = "it is no event of Stripe's" }
    let changes = EventChanges(options.client, writer: writer) { try await queries.observed($0, ids: $1) }
    self.changes = changes
    take(try await changes.take(events))
    try await load()
    try await fill(queries) { Set(ResourceName.allCases) }
  }

  mutating func readPlaceholders(
    of name: ResourceName, _ queries: SyncQueries
  ) async throws -> (isWhole: Bool, hasRead: Bool) {
    var last = ""
    var hasRead = false
    while let changes {
      // Those of others are theirs to fill: a sync that lists everything fills thousands without asking for one.
      let ids = try await queries.placeholders(of: name, madeBy: context.runID, after: last)
      guard let end = ids.last else { break }
      last = end
      let told = try await changes.read(name, ids: ids)
      hasRead = hasRead || told.objects > 0
      // A parent that may not be read stays a placeholder, as in a sync; the event itself is applied.
      outcome.objects += told.objects
      if told.resources.contains(where: { $0.status != nil }) { return (false, hasRead) }
    }
    return (true, hasRead)
  }

  mutating func load() async throws {
    try await writer.sync()
    // In a bucket each batch has parts of its own: those of before are not looked at again.
    let new = await writer.written.filter { $0.bytes > loaded[$0.part.path] ?? 0 }
    guard !new.isEmpty else { return }
    var ingest = IngestOptions(
      source: .bronze(options.lake, source: options.source), names: options.names,
      rejectFolder: options.rejectFolder, connect: options.connect)
    ingest.parts = new.map(\.part)
    // Nobody counts the placeholders that stand, batch after batch.
    ingest.isPartial = true
    ingest.connections = 1
    let report = try await Ingestion(ingest, context: context).run()
    if let failure = report.failures.subtracting([.data]).first {
      // The part's own words are in the log: it stays, and the events are given again.
      throw PlatformError(failure, "what was applied could not be read back from bronze to its end")
    }
    for written in new { loaded[written.part.path] = written.bytes }
    for one in report.resources {
      outcome.changedRows += one.inserted + one.updated + one.deleted + one.fromSightings
      if one.rejected > 0 { outcome.problem = "\(one.rejected) \(one.resource) rejected by run \(context.runID)" }
    }
  }

  private mutating func take(_ told: FeedReport) {
    outcome.objects += told.objects
    for one in told.resources where one.status != nil {
      outcome.problem = "\(one.resource): \(one.reason ?? "not read")"
    }
  }
}
