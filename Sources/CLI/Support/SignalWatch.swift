import Foundation
import PlatformCore
import Synchronization

/// The first signal received, 0 before; an atomic, because a signal handler may touch nothing else.
private let receivedSignal = Atomic<Int32>(0)
/// When it was, in milliseconds of the monotonic clock.
private let receivedAt = Atomic<Int>(0)

/// Milliseconds of the monotonic clock; may be asked for in a signal handler.
private func milliseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
}

/// Turns SIGINT and SIGTERM into cancellation; a second signal ends the process at once.
///
/// timeout(1) and others signal a program and then its group: what comes right behind the first one is no second one.
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
    receivedAt.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        _ = receivedSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        let now = milliseconds()
        let first = receivedAt.compareExchange(expected: 0, desired: now, ordering: .relaxed)
        if !first.exchanged, now - first.original >= 500 { _exit(128 + number) }
      }
    }
  }
}
