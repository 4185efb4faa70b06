import CLibpq
import Synchronization

/// Sends a cancel request for the statement that runs at this moment, and for no later one.
final class CancelHandle: @unchecked Sendable {  // the PGcancel is immutable and PQcancel may run on any thread
  private let pointer: OpaquePointer?
  private let isRunning = Mutex(false)

  init(_ connection: OpaquePointer) { pointer = PQgetCancel(connection) }

  deinit { PQfreeCancel(pointer) }

  /// Marks the span in which a request may be sent; the end waits for a request under way.
  func whileRunning<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
    isRunning.withLock { $0 = true }
    defer { isRunning.withLock { $0 = false } }
    return try body()
  }

  /// Asks the server to stop the running statement; does nothing when none runs.
  func cancel() {
    isRunning.withLock { isRunning in
      guard isRunning, let pointer else { return }
      var reason = [CChar](repeating: 0, count: 256)
      _ = PQcancel(pointer, &reason, Int32(reason.count))
    }
  }
}
