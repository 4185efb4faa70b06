import Dispatch

/// A serial executor over a dispatch queue: actors that call blocking C code run on it, off the shared pool.
///
/// `DispatchSerialQueue` is missing on Linux; this is the ten lines it would save. It leaves out priorities.
package final class BlockingExecutor: SerialExecutor {
  private let queue: DispatchQueue

  /// Makes an executor with a thread of its own; `label` shows in debuggers.
  package init(label: String) { queue = DispatchQueue(label: label) }

  /// Runs one job after those before it.
  package func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { unowned.runSynchronously(on: executor) }
  }
}
