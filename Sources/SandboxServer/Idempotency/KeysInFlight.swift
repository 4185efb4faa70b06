import Sandbox
import Synchronization

/// The idempotency keys whose first request is still under way.
final class KeysInFlight: Sendable {
  private let keys = Mutex<Set<String>>([])
  private let nextCleaning = Mutex<Int64>(0)

  private static let cleaningSeconds: Int64 = 3_600

  /// Whether the old keys are to be dropped now: once an hour, and with the first key after a start.
  func isTimeToClean(now: Int64) -> Bool {
    nextCleaning.withLock { next in
      guard now >= next else { return false }
      next = now + Self.cleaningSeconds
      return true
    }
  }

  /// Runs a request under its key.
  ///
  /// - Throws: 409 while another one runs under it.
  func run<Result>(_ key: String, _ body: () throws -> Result) throws -> Result {
    guard keys.withLock({ $0.insert(key).inserted }) else { throw Self.inUse(key) }
    defer { keys.withLock { _ = $0.remove(key) } }
    return try body()
  }

  /// The refusal of a key in use.
  static func inUse(_ key: String) -> StripeError {
    StripeError(
      status: 409, code: "idempotency_key_in_use",
      """
      There is currently another in-progress request using this Idempotent Key (that probably means you submitted \
      twice, and the other request is still going through): \(key). Please try again later.
      """)
  }
}
