import BronzeStore
import Fetch
import Foundation
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
    /// Events of other accounts, which concern no row here.
    var otherAccounts = 0
    /// Resources that the key may not read, each with the reason.
    var refused: [ResourceName: String] = [:]
    /// Objects that break their declared shape, by id, each with the reason.
    var rejected: [String: String] = [:]
    /// What else could not be read or loaded, in one line.
    var problem: String?

    /// Whether all that the events tell is in the tables.
    var isWhole: Bool { problem == nil && refused.isEmpty && rejected.isEmpty }
  }

  /// A run of some minutes: one part of bronze for each entity in it, however many batches there are.
  private struct Work {
    let context: RunContext
    let writer: BronzeWriter
    let begunAt: Date
    /// Whether bronze is of an account whose mode the key was held against.
    let isModeSure: Bool
    var counts = ["events": 0, "changed_objects": 0]
    /// How far each part is loaded, by path.
    var loaded: [String: BronzePosition] = [:]
  }

  /// How long a run goes on.
  private static let runAge: TimeInterval = 15 * 60

  private let options: SyncOptions
  private let context: RunContext
  private var work: Work?
  private var parents = MissingParents()
  private var runs = 0
  /// The account whose events are applied, once it is confirmed; within it nil where nobody knows its id.
  private var account: String??

  init(_ options: SyncOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  /// Applies events, a JSON object each. Those applied before change nothing.
  ///
  /// - Parameter isPatient: whether a parent that the API fails for is an outage, to be waited for; else it is looked
  ///   whether the API answers otherwise, and then the parent stays a placeholder.
  /// - Throws: what ends the whole: an outage of either side, a full disk, another account. All of them are to be given
  ///   again then.
  func apply(_ events: [[UInt8]], isPatient: Bool = true) async throws -> Outcome {
    try await confirmAccount()
    var work = try await work(at: context.clock.now)
    let connection = try await options.connect()
    do {
      var batch = EventBatch(
        options, context: work.context, writer: work.writer, loaded: work.loaded,
        parents: parents.current(at: context.clock.now),
        owner: EventChanges.Owner(account: account ?? nil, isModeSure: work.isModeSure), isPatient: isPatient)
      try await batch.run(events, SyncQueries(connection: connection, names: options.names))
      await connection.close()
      work.loaded = batch.loaded
      work.counts["events", default: 0] += events.count
      work.counts["changed_objects", default: 0] += batch.outcome.objects
      self.work = work
      // Only now: what was read and not loaded is to be read again.
      parents = batch.parents
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
      let written = await done.writer.written
      guard !written.isEmpty || done.counts["events"] != 0 else { return }
      try BronzeState(lake: options.lake, source: options.source).add(
        RunManifest(
          runID: done.context.runID, command: done.context.command, source: options.source,
          startedAt: done.begunAt.rfc3339, finishedAt: context.clock.now.rfc3339, status: "done",
          inputs: ["api": options.client.options.base], written: written, counts: done.counts))
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
    let isModeSure = try BronzeState(lake: options.lake, source: options.source).account() != nil
    let work = Work(context: own, writer: writer, begunAt: now, isModeSure: isModeSure)
    // Known from its beginning: what a batch that fails has written is noted as well.
    self.work = work
    return work
  }

  /// Makes sure that the key reaches the account of bronze and tables; the source's time is known by it as well.
  func confirmAccount() async throws {
    guard account == nil else { return }
    let found = try await AccountGuard.require(
      options.client, in: options.lake, source: options.source, notes: false, context)
    if let id = found.id {
      let connection = try await options.connect()
      do {
        try await SourceRecords(connection: connection, names: options.names).require(account: id)
        await connection.close()
      } catch {
        await connection.close()
        throw error
      }
    }
    if options.client.serverTime == nil { try await TimeProbe.ask(options.client) }
    account = .some(found.id)
  }
}

/// The smallest call there is: whether the API answers, and what time it is there.
enum TimeProbe {
  /// - Throws: what the call throws; not that the key may not read events, which is an answer as well.
  static func ask(_ client: StripeClient) async throws {
    do {
      _ = try await client.page("/v1/events", [("limit", "1")])
    } catch {
      // In Stripe's own words: a firewall's are none.
      let body = StripeClient.body(of: error)
      guard body?.status == 403, body?.type != nil, body?.code != "account_invalid" else { throw error }
    }
  }
}
