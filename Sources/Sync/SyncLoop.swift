import PlatformCore

/// The rounds of a watch.
struct SyncLoop {
  let sync: Sync
  let interval: Duration
  var outages: OutageLog
  let onRound: @Sendable (SyncReport) -> Void

  private var memory = SyncMemory()
  private var last: SyncReport?

  init(sync: Sync, interval: Duration, outages: OutageLog, onRound: @escaping @Sendable (SyncReport) -> Void) {
    self.sync = sync
    self.interval = interval
    self.outages = outages
    self.onRound = onRound
  }

  /// Until the task is cancelled; then the last report is answered.
  mutating func run() async throws -> SyncReport {
    while !Task.isCancelled {
      do {
        try await oneRound()
        try await Task.sleep(for: outages.isDown ? outages.pause(after: interval) : interval)
      } catch {
        // The end was asked for: what was under way goes on in the next sync.
        if Task.isCancelled { break }
        throw error
      }
    }
    return last ?? SyncReport(runID: sync.runID)
  }

  private mutating func oneRound() async throws {
    do {
      let report = try await sync.round(&memory)
      memory.isPatient = true
      let isOut = report.statuses.contains(.unavailable)
      if isOut {
        let reason = report.resources.first { $0.status == ExitStatus.unavailable.rawValue }?.reason
        outages.note(.api, PlatformError(.unavailable, "the API does not answer", cause: reason))
      } else {
        outages.end()
      }
      let isNews = report.changedRows > 0 || report.statuses != last?.statuses ?? []
      last = report
      if isNews { onRound(report) }
    } catch  where OutageLog.passes(error) && !Task.isCancelled {
      let side = OutageLog.side(of: error)
      outages.note(side, error)
      // The API is read on while the database is away: bronze takes it.
      if side == .database { try await readOn() }
    }
  }

  private mutating func readOn() async throws {
    do {
      _ = try await sync.round(&memory, readsOnly: true)
    } catch  where OutageLog.passes(error) && !Task.isCancelled {
      outages.note(.api, error)
    }
  }
}

/// Which sides are away: one line of the log when one goes, one when it is back.
struct OutageLog: Sendable {
  /// Who can be away, or be in the way.
  enum Side: String, Sendable { case api, database, lake, disk }

  /// The longest wait between two attempts.
  private static let longestPause: Duration = .seconds(60)

  private let log: Log
  /// Whose work it is, in the names of its events.
  private let work: String
  private var since: [Side: ContinuousClock.Instant] = [:]
  private var failures = 0

  init(_ log: Log, of work: String = "sync") {
    self.log = log
    self.work = work
  }

  var isDown: Bool { !since.isEmpty }

  /// Whether an error is one that passes by itself.
  static func passes(_ error: any Error) -> Bool {
    guard let failure = error as? PlatformError else { return false }
    return [.unavailable, .temporary, .protocolViolation].contains(failure.status)
  }

  /// Calls of a bucket name their object, those of the API their request; what concerns a lake's mark or a file names
  /// that.
  static func side(of error: any Error) -> Side {
    let places = ((error as? PlatformError)?.context ?? []).map(\.name)
    if places.contains(where: ["object", "mark"].contains) { return .lake }
    if places.contains(where: ["request", "host"].contains) { return .api }
    return places.contains(where: ["file", "folder"].contains) ? .disk : .database
  }

  /// Notes a failed attempt; the first one of an outage is told.
  mutating func note(_ side: Side, _ error: any Error) {
    failures += 1
    guard since[side] == nil else { return }
    since[side] = .now
    let failure = error as? PlatformError
    let words = [failure?.message, failure?.cause].compactMap { $0 }.joined(separator: ": ")
    // A file is named, and what to do about it.
    let cause = side == .disk ? failure?.rendered ?? words : words
    // What does not pass by itself needs somebody's hand.
    if side != .disk, !Self.passes(error), let next = failure?.nextStep {
      log(
        .warning, "\(work)_interrupted",
        ["side": .string(side.rawValue), "cause": .string(cause), "next": .string(next)])
    } else {
      log(.warning, "\(work)_interrupted", ["side": .string(side.rawValue), "cause": .string(cause)])
    }
  }

  /// Notes that all is well; the end of an outage is told.
  mutating func end() {
    failures = 0
    for (side, begun) in since.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      log(
        .info, "\(work)_resumed",
        ["side": .string(side.rawValue), "after_ms": .integer(Int((ContinuousClock.now - begun) / .milliseconds(1)))])
    }
    since.removeAll()
  }

  /// How long to wait before the next attempt: the interval, doubled for each failure.
  func pause(after interval: Duration) -> Duration {
    let doubled = max(interval, .milliseconds(100)) * (1 << min(failures, 16))
    return max(min(doubled, Self.longestPause), min(interval, Self.longestPause)) * Double.random(in: 0.75...1)
  }
}
