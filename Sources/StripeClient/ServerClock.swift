import Synchronization

/// What is known of the server's clock: a moment it had certainly reached.
///
/// Each answer carries `Date`, the second in which it was made: at its arrival the server's clock shows at least that.
final class ServerClock: Sendable {
  typealias Instant = ContinuousClock.Instant

  /// The share of the time since then that does not count, so that a fast clock of ours never overtakes the server's.
  private static let drift = 0.001

  private let best = Mutex<(date: Int64, at: Instant)?>(nil)

  var isKnown: Bool { best.withLock { $0 != nil } }

  /// Takes an answer's `Date` and the moment it arrived.
  func learn(_ date: Int64, at now: Instant) {
    best.withLock { best in
      if let known = best, Self.bound(known, at: now) > Double(date) { return }
      best = (date, now)
    }
  }

  /// A Unix second that the server's clock had reached at this moment; nil before the first answer.
  func bound(at now: Instant) -> Int64? {
    best.withLock { best in best.map { Int64(Self.bound($0, at: now).rounded(.down)) } }
  }

  private static func bound(_ known: (date: Int64, at: Instant), at now: Instant) -> Double {
    let passed = (now - known.at) / .seconds(1)
    return Double(known.date) + passed - abs(passed) * drift
  }
}
