import PlatformCore

/// Asks again and again until a condition holds; every wait of the tests has an end and a name.
package enum Wait {
  /// Looks every ten milliseconds, for a minute at most.
  ///
  /// - Parameter what: what is waited for, as a sentence: "the server listens".
  /// - Throws: `temporary` with that sentence when the time is up, and whatever the condition throws.
  package static func until(
    _ what: String, limit: Duration = .seconds(60), every pause: Duration = .milliseconds(10),
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
}
