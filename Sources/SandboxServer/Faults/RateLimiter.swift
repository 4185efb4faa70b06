/// At most so many requests a second: a bucket that is full after a second's rest.
struct RateLimiter: Sendable {
  private let perSecond: Double
  private var tokens: Double
  private var last: ContinuousClock.Instant

  init(perSecond: Int, now: ContinuousClock.Instant = .now) {
    self.perSecond = Double(perSecond)
    tokens = Double(perSecond)
    last = now
  }

  /// Whether a request that comes now is let through.
  mutating func admits(at now: ContinuousClock.Instant = .now) -> Bool {
    tokens = min(perSecond, tokens + (now - last) / .seconds(1) * perSecond)
    last = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
