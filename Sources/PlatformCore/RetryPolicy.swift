/// How often and how patiently a failing call is tried again: exponential waits with jitter, under a limit.
package struct RetryPolicy: Sendable {
  /// Calls in all, the first included.
  package let attempts: Int
  /// The wait before the second call, doubled for each further one.
  package let firstWait: Duration
  /// The longest single wait.
  package let longestWait: Duration

  /// Makes a policy; `attempts` is at least 1.
  package init(attempts: Int, firstWait: Duration, longestWait: Duration) {
    self.attempts = max(1, attempts)
    self.firstWait = firstWait
    self.longestWait = longestWait
  }

  /// For database conflicts (deadlock, serialization, unique races): eight calls within a few seconds.
  package static let conflict = RetryPolicy(
    attempts: 8, firstWait: .milliseconds(20), longestWait: .seconds(2))

  /// Calls `body` until it succeeds, fails for good, or the attempts are used up; then the last error is thrown.
  ///
  /// - Parameter onRetry: told of each failure that will be tried again.
  package func run<Result>(
    isolation: isolated (any Actor)? = #isolation,
    shouldRetry: (any Error) -> Bool, onRetry: (any Error, Int) -> Void = { _, _ in },
    _ body: (_ attempt: Int) async throws -> sending Result
  ) async throws -> sending Result {
    var attempt = 1
    var wait = firstWait
    while true {
      do {
        return try await body(attempt)
      } catch  where attempt < attempts && shouldRetry(error) {
        onRetry(error, attempt)
        try await Task.sleep(for: wait * Double.random(in: 0.5...1))
        wait = min(wait * 2, longestWait)
        attempt += 1
      }
    }
  }
}
