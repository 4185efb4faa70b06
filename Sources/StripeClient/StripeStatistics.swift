/// What a client did so far.
package struct StripeStatistics: Sendable, Equatable, Encodable {
  /// Why a call was made again.
  package enum RetryReason: String, Sendable, CaseIterable, CodingKeyRepresentable, Encodable {
    /// No connection: nobody is there, or there is no such name.
    case connection
    /// The time was over.
    case timeout
    /// The connection ended before the answer did.
    case cut
    /// The answer was not what the API answers: no JSON, or half of it.
    case damaged
    /// 409: another request with the same key, or a concurrent change.
    case conflict
    /// 429: too many requests.
    case rateLimit = "rate_limit"
    /// 429: another request holds the object.
    case lock
    /// 5xx.
    case server
  }

  /// Requests sent: repeated ones are among them, and the first one, which asks for the server's time.
  package var calls = 0
  /// Requests that repeated an earlier one, by the reason.
  package var retries: [RetryReason: Int] = [:]
  /// Answers that said "too many requests".
  package var throttled = 0
  /// Bytes of answers' bodies, as they came over the wire.
  package var bytesReceived = 0
  /// Seconds that calls waited for the budget or before another attempt, added up.
  package var secondsWaited = 0.0
  /// Calls a second that are allowed at present.
  package var rate = 0.0
  /// The version of HTTP that the last answer came by: `1.1` or `2`; nil before the first.
  package var httpVersion: String?

  /// Nothing done yet.
  package init() {}

  /// All repeated requests.
  package var retried: Int { retries.values.reduce(0, +) }

  /// Counts what the transport sent again by itself, as a kept connection was closed before any answer.
  mutating func count(resent: Int) {
    guard resent > 0 else { return }
    calls += resent
    retries[.cut, default: 0] += resent
  }
}
