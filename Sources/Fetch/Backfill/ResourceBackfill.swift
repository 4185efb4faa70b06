import BronzeStore
import JSONReader
import PlatformCore
import StripeClient
import StripeModel
import Synchronization

/// What the backfills of one run share.
struct BackfillRun: Sendable {
  let client: StripeClient
  let writer: BronzeWriter
  let state: FetchState
  let checkpointInterval: Duration
  /// The ids of the account's test clocks; few, and held.
  let testClocks: [String]
  /// Only what was created in these seconds, where a list can be asked so; nil for everything.
  var created: Range<Int64>?
}

/// Reads all of one resource into bronze: windows side by side, the objects on test clocks, the lists of each parent.
///
/// Memory holds a page for each worker, of parents' lists some dozens of short ones, objects with cut lists twice.
final class ResourceBackfill: Sendable {
  private struct State {
    var report: FetchReport.Resource
    var checkpoint: Checkpoint
    var lastSaved = ContinuousClock.now
    var isSaving = false
    var rest = 0
  }

  /// Years before Stripe had an account.
  private static let beginning: Int64 = 1_262_304_000  // 2010-01-01
  /// Workers of one resource; what they may ask a second is the client's business.
  private static let workers = 8
  /// Lists of parents that a worker reads at a time: they are short, and each takes a request.
  private static let parentsAtOnce = 16

  let definition: ResourceDefinition
  private let run: BackfillRun
  /// What is gone through: the resource itself, or the one whose objects' lists hold it.
  private let walked: ResourceDefinition
  private let expanding: [String]
  private let completer: ListCompleter
  private let onPage: @Sendable () -> Void
  private let state: Mutex<State>

  /// Goes on with `checkpoint`.
  init(
    _ definition: ResourceDefinition, run: BackfillRun, checkpoint: Checkpoint, isResumed: Bool, expanding: [String],
    onPage: @escaping @Sendable () -> Void
  ) {
    self.definition = definition
    self.run = run
    self.expanding = expanding
    self.onPage = onPage
    if case .each(let parent, _) = definition.listing.scope {
      walked = parent.definition
    } else {
      walked = definition
    }
    completer = ListCompleter(run.client, definition)
    var report = FetchReport.Resource(resource: definition.table)
    report.isResumed = isResumed
    state = Mutex(State(report: report, checkpoint: checkpoint))
  }

  /// What was done so far.
  var report: FetchReport.Resource { state.withLock { $0.report } }
  /// How many objects may still come.
  var rest: Int { state.withLock { $0.rest } }

  /// Reads what is left; whatever ends it, what was read is noted.
  func read() async throws {
    let begun = ContinuousClock.now
    defer { state.withLock { $0.report.seconds += (ContinuousClock.now - begun) / .seconds(1) } }
    do {
      try await readAll()
      state.withLock { $0.checkpoint.isFinished = true }
    } catch {
      // Also when the run was interrupted: what was read shall not be read again.
      try await save(state.withLock { $0.checkpoint })
      throw error
    }
    let checkpoint = state.withLock { $0.checkpoint }
    try await save(checkpoint)
    if run.created == nil {
      try await run.state.noteListed(definition.table, at: checkpoint.begunAt)
    } else {
      try await run.state.noteFollowed(definition.table, at: checkpoint.begunAt)
    }
  }

  private func readAll() async throws {
    switch walked.listing.scope {
    case .byCreated: try await readWindows()
    case .whole: try await readPlain(testClock: nil)
    case .each, .inside:
      throw PlatformError(
        .bug, "a resource without a list of its own was to be read", context: ["resource": walked.table])
    }
    guard walked.listing.hidesClockObjects else { return }
    let done = state.withLock { $0.checkpoint.clocks }
    for clock in run.testClocks where !done.contains(clock) {
      do {
        try await readPlain(testClock: clock)
      } catch  where StripeClient.body(of: error)?.code == "resource_missing" {
        // The clock was deleted meanwhile, and its objects with it.
      }
      state.withLock { $0.checkpoint.clocks.append(clock) }
    }
  }

  // MARK: lists

  private func request(testClock: String?) throws -> ListRequest {
    let request =
      walked.name == definition.name
      ? ListRequest(walked, expanding: expanding, testClock: testClock)
      : ListRequest(idsOf: walked, testClock: testClock)
    guard let request else { throw PlatformError(.bug, "a resource has no path", context: ["resource": walked.table]) }
    return request
  }

  private func readPlain(testClock: String?) async throws {
    // Whether this list may be asked by `created` is not known.
    var walk = PageWalk(run.client, try request(testClock: testClock), created: PageWalk.nothing)
    state.withLock { $0.report.windows += 1 }
    while let (page, _) = try await walk.next() { try await take(page) }
  }

  private func readWindows() async throws {
    let (done, begunAt) = state.withLock { ($0.checkpoint.done, $0.checkpoint.begunAt) }
    // The account's forgotten past need not be asked for; a day more, as clocks differ.
    let start = walked.listing.reachDays.map { begunAt - Int64($0 + 1) * 86_400 } ?? Self.beginning
    let from = max(start, run.created?.lowerBound ?? start)
    var passed = done
    if let end = run.created?.upperBound { passed.add(TimeRange(from: end, before: nil)) }
    let board = WindowBoard(from: from, done: passed, until: begunAt)
    let request = try request(testClock: nil)
    defer { state.withLock { $0.rest = 0 } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<Self.workers {
        group.addTask { [self] in
          // Whoever waits for a window of this worker's is not to wait for ever.
          defer { board.close() }
          while let window = await board.take() { try await read(window, of: board, request) }
        }
      }
      try await group.waitForAll()
    }
  }

  private func read(_ window: WindowBoard.Window, of board: WindowBoard, _ request: ListRequest) async throws {
    let member = walked.listing.createdMember
    var walk = PageWalk(run.client, request, from: window.range.from, before: window.range.before) { page in
      member == "created" ? page.created : Self.created(page, member)
    }
    state.withLock { $0.report.windows += 1 }
    while let (page, created) = try await walk.next() {
      board.see(window, created: created)
      try await take(page)
      let from = board.advance(window, to: created.last ?? nil)
      walk.from = from
      state.withLock { state in
        state.checkpoint.done = board.done
        state.rest = board.rest
      }
      try await saveNowAndThen()
      // What lies below was given to another worker.
      if let last = created.last ?? nil, last < from { break }
    }
    board.finish(window)
    state.withLock { $0.checkpoint.done = board.done }
  }

  /// When the first and the last row were created; of those between nobody asks.
  private static func created(_ page: StripePage, _ member: String) -> [Int64?] {
    let document = JSONDocument()
    defer { withExtendedLifetime(document) {} }
    var created = [Int64?](repeating: nil, count: page.elements.count)
    for index in Set([0, created.count - 1]) where created.indices.contains(index) {
      created[index] = (try? document.parse(Array(page.elements[index])))?[member]?.int64
    }
    return created
  }

  // MARK: pages

  private func take(_ page: StripePage) async throws {
    if case .each(_, let endpoint) = definition.listing.scope {
      try await takeChildren(of: page.ids, at: endpoint)
      state.withLock { $0.report.pages += 1 }
    } else {
      try await append(page)
    }
    onPage()
  }

  private func append(_ page: StripePage) async throws {
    let (objects, work) = try await completer.complete(page.elements, ids: page.ids)
    let observed = BronzeObservation(
      observedAt: page.startedAt, sequence: BronzeObservation.read, apiVersion: page.apiVersion,
      correlationID: page.requestID)
    try await run.writer.append(objects, to: definition.table, observed: observed)
    state.withLock { state in
      state.report.objects += objects.count
      state.report.pages += 1 + work.pages
      state.report.completedLists += work.lists
    }
  }

  /// The lists of some parents, a few at a time.
  private func takeChildren(of parents: [String], at endpoint: ParentEndpoint) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, parent) in parents.enumerated() {
        if index >= Self.parentsAtOnce { try await group.next() }
        group.addTask { [self] in
          let request = ListRequest(endpoint, parent: parent, of: definition, expanding: expanding)
          var walk = PageWalk(run.client, request, created: PageWalk.nothing)
          do {
            while let (page, _) = try await walk.next() { try await append(page) }
          } catch  where StripeClient.body(of: error)?.code == "resource_missing" {
            // The parent was deleted since it was listed; an event tells of it.
          }
        }
      }
      try await group.waitForAll()
    }
  }

  // MARK: checkpoints

  private func saveNowAndThen() async throws {
    let due = state.withLock { state -> Checkpoint? in
      guard !state.isSaving, ContinuousClock.now - state.lastSaved >= run.checkpointInterval else { return nil }
      state.isSaving = true
      return state.checkpoint
    }
    guard let due else { return }
    defer {
      state.withLock { state in
        state.isSaving = false
        state.lastSaved = .now
      }
    }
    try await save(due)
  }

  private func save(_ checkpoint: Checkpoint) async throws {
    // A part that was broken off is read again; what is left of a whole listing stays.
    guard run.created == nil else { return }
    try await run.state.save(checkpoint, of: definition.table)
  }
}
