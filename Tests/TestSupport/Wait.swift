import Foundation
import PlatformCore
import Synchronization

/// Asks again and again until a condition holds; every wait of the tests has an end and a name.
package enum Wait {
  /// Looks every ten milliseconds, for five minutes at most.
  ///
  /// - Parameter what: what is waited for, as a sentence: "the server listens".
  /// - Throws: `temporary` with that sentence when the time is up, and whatever the condition throws.
  package static func until(
    _ what: String, limit: Duration = .seconds(300), every pause: Duration = .milliseconds(10),
    _ condition: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
      guard ContinuousClock.now < deadline else {
        throw PlatformError(.temporary, "waited \(limit) in vain", cause: "not so: \(what)")
      }
      try await Task.sleep(for: pause)
    }
  }

  /// What a call answers that does so later, on whatever thread. Blocks; ends the tests where no answer comes.
  package static func forOne<Value: Sendable>(_ begin: (@escaping @Sendable (Value) -> Void) -> Void) -> Value {
    let answer = Mutex<Value?>(nil)
    let isThere = DispatchSemaphore(value: 0)
    begin { value in
      answer.withLock { $0 = value }
      isThere.signal()
    }
    guard isThere.wait(timeout: .now() + 300) == .success, let value = answer.withLock({ $0 }) else {
      fatalError("waited five minutes for an answer")
    }
    return value
  }
}
