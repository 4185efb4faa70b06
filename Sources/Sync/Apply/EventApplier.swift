import BronzeStore
import Foundation
package import PlatformCore
import StripeClient
import Synchronization

/// Applies the events of a log to the tables, from its own position, for as long as it runs.
///
/// The log is the queue: a position moves when the load is committed, an outage of either side is waited for, and
/// memory holds one batch. An event that cannot be applied while others can is set aside and does not block them.
package final class EventApplier: Sendable {
  /// How it does.
  package struct Status: Sendable, Equatable {
    /// What was done since the start.
    package var done: ApplyReport
    /// The last event's time of receipt that is applied, Unix seconds; nil before the first.
    package var appliedTo: Int64?
    /// Why it waits, in one line; nil while it works.
    package var waitsFor: String?
  }

  /// Events taken together.
  static let batchEvents = 500
  /// After so many outages in a row it is looked whether one event is behind them.
  private static let patience = 3

  let queue: EventQueue
  let context: RunContext
  let source: String
  private let lake: LakeFolder
  private let client: StripeClient
  private let application: EventApplication
  private let state: Mutex<Status>
  /// Since when a batch is under way; nil while none is.
  private let batchSince = Mutex<ContinuousClock.Instant?>(nil)
  /// How long one may be before that is told.
  private static let batchTime = Duration.seconds(60)
  /// Objects that the API failed for while it answered otherwise, and when; nobody waits for each event of theirs.
  private let failing = Mutex<[String: Date]>([:])
  private static let failingAge: TimeInterval = 15 * 60

  /// Prepares it; nothing is sent.
  ///
  /// - Parameter options: of a sync of the same source; its resources, schedule and `waits` play no part.
  package init(_ options: SyncOptions, queue: EventQueue, context: RunContext) {
    self.queue = queue
    self.context = context
    client = options.client
    source = options.source
    lake = options.lake
    application = EventApplication(options, context: context)
    state = Mutex(Status(done: ApplyReport(runID: context.runID)))
  }

  /// How it does now.
  package var status: Status {
    var status = state.withLock { $0 }
    let age = batchSince.withLock { $0 }.map { ContinuousClock.now - $0 }
    if status.waitsFor == nil, let age, age >= Self.batchTime {
      status.waitsFor = "a batch that is under way for \(age.components.seconds) s"
    }
    status.done.waiting = queue.aside.count
    return status
  }

  /// Applies what comes until the task is cancelled.
  ///
  /// - Parameter pause: between two looks into a log in which nothing is new.
  package func run(every pause: Duration = .milliseconds(500)) async {
    var outages = OutageLog(context.log, of: "apply")
    var failures = 0
    while !Task.isCancelled {
      do {
        // Also before the first event: a wrong key is told at once.
        try await application.confirmAccount()
        let batch = try await queue.next(Self.batchEvents)
        if !batch.isEmpty {
          batchSince.withLock { $0 = .now }
          defer { batchSince.withLock { $0 = nil } }
          try await queue.require(lake, of: source)
          try await apply(batch.map(\.event), seekingPoison: failures >= Self.patience)
          try await queue.move(behind: batch)
        }
        outages.end()
        failures = 0
        state.withLock {
          $0.waitsFor = nil
          $0.appliedTo = batch.last?.receivedAt ?? $0.appliedTo
        }
        if batch.isEmpty { try await Task.sleep(for: pause) }
      } catch {
        if Task.isCancelled || error is CancellationError { break }
        failures += 1
        outages.note(OutageLog.side(of: error), error)
        let words = (error as? PlatformError).map { [$0.message, $0.cause].compactMap(\.self).joined(separator: ": ") }
        state.withLock { $0.waitsFor = words ?? "\(error)" }
        try? await Task.sleep(for: outages.pause(after: .seconds(1)))
      }
    }
    await application.finish()
  }

  /// Applies events that are at hand; answers what became of them.
  ///
  /// - Throws: an outage of either side, and whatever concerns more than one event.
  func applyOnce(_ events: [[UInt8]]) async throws {
    try await queue.require(lake, of: source)
    try await apply(events, seekingPoison: true)
  }

  /// Ends what `applyOnce` began, and answers what was done.
  func finished() async -> ApplyReport {
    await application.finish()
    return status.done
  }

  /// Applies events together; where something of them cannot be applied, without those that are to blame for it, or
  /// halves of them, down to the one.
  ///
  /// - Parameter suspects: the requests at which they failed before; an empty one for what is none.
  private func apply(_ events: [[UInt8]], seekingPoison: Bool, suspects: Set<String> = []) async throws {
    let events = try await withoutFailing(events)
    guard !events.isEmpty else { return }
    let reason: String
    var rest = events
    do {
      let outcome = try await application.apply(events, isPatient: !seekingPoison)
      state.withLock {
        $0.done.objects += outcome.objects
        $0.done.changedRows += outcome.changedRows
      }
      let blame = EventBlame(outcome, events)
      for (event, reason) in blame.blamed { try await setAside(event, reason) }
      rest = blame.others
      guard let doubt = blame.doubt else {
        // Only now: parts of a batch that is tried again tell of theirs again.
        state.withLock { $0.done.otherAccounts += outcome.otherAccounts }
        return try await note(rest)
      }
      reason = doubt
    } catch let error as PlatformError {
      guard seekingPoison, Self.mayBeOfEvents(error), await worksWithoutEvents() else { throw error }
      reason = [error.message, error.cause].compactMap(\.self).joined(separator: ": ")
      let request = Self.path(of: error)
      // An API that was away may be back just now: to blame is what fails again behind its answer.
      guard suspects.contains(request) else {
        return try await apply(events, seekingPoison: true, suspects: suspects.union([request]))
      }
      let objects = Self.objects(of: error, in: events)
      if !objects.isEmpty {
        let now = context.clock.now
        failing.withLock { known in for object in objects { known[object] = now } }
        return try await apply(events, seekingPoison: seekingPoison)
      }
    }
    guard rest.count == events.count else { return try await apply(rest, seekingPoison: seekingPoison) }
    if rest.count == 1 { return try await setAside(rest[0], reason) }
    let half = rest.count / 2
    try await apply(Array(rest[..<half]), seekingPoison: seekingPoison)
    try await apply(Array(rest[half...]), seekingPoison: seekingPoison)
  }

  /// Sets the events of failing objects aside, and answers the others.
  private func withoutFailing(_ events: [[UInt8]]) async throws -> [[UInt8]] {
    let now = context.clock.now
    let ids = failing.withLock { known in
      known = known.filter { abs(now.timeIntervalSince($0.value)) < Self.failingAge }
      return Set(known.keys)
    }
    let (its, others) = EventBlame.split(events, by: ids)
    for event in its { try await setAside(event, "the API fails for its object, and answers otherwise") }
    return others
  }

  /// Those objects of events that the request that failed names.
  static func objects(of error: PlatformError, in events: [[UInt8]]) -> Set<String> {
    EventBlame.objects(events).intersection(path(of: error).split(separator: "/").map { String($0) })
  }

  /// The path of the request that failed, without its query: ids stand in it, such as `/v1/invoices/in_1/lines`.
  private static func path(of error: PlatformError) -> String {
    let request = error.context.first { $0.name == "request" }?.value ?? ""
    return request.prefix { $0 != "?" }.removingPercentEncoding ?? ""
  }

  /// Whether an error may come from what an event says, or from the one object it names. A full disk or a database that
  /// is not as it should be never does.
  private static func mayBeOfEvents(_ error: PlatformError) -> Bool {
    if OutageLog.passes(error) { return OutageLog.side(of: error) == .api }
    return [.bug, .data].contains(error.status) && error.code == nil && OutageLog.side(of: error) == .database
  }

  /// Whether the events are to blame and no outage: a source that fails for one object alone looks like one.
  private func worksWithoutEvents() async -> Bool {
    do {
      try await TimeProbe.ask(client)
      return try await application.apply([]).isWhole
    } catch {
      return false
    }
  }

  private func note(_ events: [[UInt8]]) async throws {
    try await queue.forget(events)
    state.withLock { $0.done.events += events.count }
  }

  /// Notes a file that should hold an event and does not.
  func note(damaged file: PlatformError) {
    let name = file.context.first { $0.name == "file" }?.value ?? ""
    let cause = file.cause ?? file.message
    context.log(.error, "set_aside_unread", ["file": .string(name), "reason": .string(cause)])
    state.withLock { $0.done.damaged += 1 }
  }

  private func setAside(_ event: [UInt8], _ reason: String) async throws {
    let id = try await queue.setAside(event, reason, at: context.clock.now)
    context.log(.error, "event_set_aside", ["webhook_event": .string(id), "reason": .string(reason)])
    state.withLock {
      $0.done.events += 1
      $0.done.setAside += 1
    }
  }
}
