import PlatformCore
import Synchronization

/// Work that goes on beside the rest and may never end, as where a server takes a connection and says nothing more: who
/// waits for it can stop waiting.
final class SideWork: Sendable {
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let result = Mutex<Result<Void, any Error>?>(nil)

  /// Begins it.
  init(_ body: @escaping @Sendable () async throws -> Void) {
    let task = Task { [self] in
      do {
        try await body()
        result.withLock { $0 = .success(()) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
    }
    self.task.withLock { $0 = task }
  }

  var hasEnded: Bool { result.withLock { $0 != nil } }
  var hasFailed: Bool { result.withLock { if case .failure = $0 { true } else { false } } }

  /// Waits for its end, at most so long, and until the task that waits is cancelled.
  ///
  /// - Throws: what it failed with.
  func wait(_ limit: Duration? = nil) async throws {
    let deadline = limit.map { ContinuousClock.now + $0 }
    while !Task.isCancelled, deadline.map({ .now < $0 }) ?? true {
      if let result = result.withLock({ $0 }) { return try result.get() }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Cancels it, and waits for its end, at most so long, whether or not the task that waits is cancelled.
  func end(within limit: Duration) async {
    task.withLock { $0?.cancel() }
    await Task { [self] in try? await wait(limit) }.value
  }
}
