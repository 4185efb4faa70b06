/// Spreads starts evenly over time: one every 1/rate seconds, and a few at once after a pause.
struct RateBucket: Sendable {
  typealias Instant = ContinuousClock.Instant

  /// What a pause saves up, and how late a start may come without being lost.
  static let slack: Duration = .milliseconds(100)
  /// How long a lowered rate takes to climb from nothing back to the full one.
  static let climb: Duration = .seconds(60)

  private let full: Double
  private let floor: Double
  private var lowered: (rate: Double, at: Instant)?
  private var next: Instant

  init(rate: Double, now: Instant) {
    full = rate
    floor = min(rate, 1)
    next = now
  }

  /// When the next start may be.
  var ready: Instant { next - Self.slack }

  /// Starts a second, at this moment.
  func rate(at now: Instant) -> Double {
    guard let lowered else { return full }
    return min(full, lowered.rate + full * ((now - lowered.at) / Self.climb))
  }

  /// Takes one start.
  mutating func take(at now: Instant) {
    next = max(next, now) + .seconds(1 / rate(at: now))
  }

  /// Halves the rate because of a refusal, unless the refused call was begun before the last time.
  mutating func lower(at now: Instant, callBegunAt begun: Instant) -> Bool {
    if let lowered, begun <= lowered.at { return false }
    lowered = (max(floor, rate(at: now) / 2), now)
    next = max(next, now + Self.slack)  // what was saved up is not to be had any more
    return true
  }
}
