import Foundation
import PlatformCore
import Synchronization

/// The first signal received, 0 before; an atomic, because a signal handler may touch nothing else.
private let receivedSignal = Atomic<Int32>(0)

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
    watch()
    defer { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }
    return try await withThrowingTaskGroup(of: Ended<Value>.self) { group in
      group.addTask {
        do {
          return .body(.success(try await body()))
        } catch {
          return .body(.failure(error))
        }
      }
      group.addTask {
        // A look every 50 ms: a signal handler may do no more than set the flag.
        while !Task.isCancelled, receivedSignal.load(ordering: .relaxed) == 0 {
          try? await Task.sleep(for: .milliseconds(50))
        }
        let number = receivedSignal.load(ordering: .relaxed)
        return .signal(number == 0 ? nil : number)
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

  /// What a signal that was received makes of the work that it broke off; nil before any.
  static func interruption() -> PlatformError? {
    let number = receivedSignal.load(ordering: .relaxed)
    return number == 0 ? nil : stopped(by: number, CancellationError())
  }

  private static func stopped(by number: Int32, _ error: any Error) -> PlatformError {
    PlatformError(
      number == SIGINT ? .interrupted : .terminated, number == SIGINT ? "Interrupted" : "Terminated",
      cause: (error as? PlatformError)?.message,
      nextStep: "run the same command again: nothing is lost or doubled")
  }

  private static func watch() {
    receivedSignal.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        let isFirst = receivedSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
        if !isFirst { _exit(128 + number) }
      }
    }
  }
}
