import Dispatch
import Foundation
import PlatformCore

/// Turns SIGINT and SIGTERM into cancellation; a second signal ends the process at once.
enum SignalWatch {
  private enum Ended<Value: Sendable>: Sendable {
    case body(Result<Value, any Error>)
    case signal(Int32?)
  }

  /// Runs `body`; a signal cancels it, and its end is then reported as interrupted or terminated.
  ///
  /// A body that ends well in spite of a signal has done its work: its result is returned.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
    let sources = [SIGINT, SIGTERM].map { watch($0, continuation) }
    defer {
      for source in sources { source.cancel() }
      for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
    return try await withThrowingTaskGroup(of: Ended<Value>.self) { group in
      group.addTask {
        do {
          return .body(.success(try await body()))
        } catch {
          return .body(.failure(error))
        }
      }
      group.addTask {
        var iterator = signals.makeAsyncIterator()
        return .signal(await iterator.next())
      }
      var received: Int32?
      while let ended = try await group.next() {
        group.cancelAll()
        switch ended {
        case .signal(let number): received = number ?? received
        case .body(.success(let value)): return value
        case .body(.failure(let error)): throw received.map { stopped(by: $0, error) } ?? error
        }
      }
      throw CancellationError()
    }
  }

  private static func stopped(by number: Int32, _ error: any Error) -> any Error {
    PlatformError(
      number == SIGINT ? .interrupted : .terminated, number == SIGINT ? "Interrupted" : "Terminated",
      cause: (error as? PlatformError)?.message,
      nextStep: "run the same command again: nothing is lost or doubled")
  }

  private static func watch(
    _ number: Int32, _ continuation: AsyncStream<Int32>.Continuation
  ) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "okapi.signal"))
    source.setEventHandler {
      // The stream takes one signal and is closed: whatever comes next, of either kind, ends the process.
      if case .terminated = continuation.yield(number) { _exit(128 + number) }
      continuation.finish()
    }
    source.resume()
    return source
  }
}
