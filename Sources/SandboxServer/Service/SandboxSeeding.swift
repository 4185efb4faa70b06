import Foundation
import PlatformCore
import Sandbox
import Synchronization

/// The seeding of a running sandbox: a thread of its own that tells how far it is.
final class SandboxSeeding: Sendable {
  private enum State {
    case none, finished
    case running(WorldSeeder.Progress?)
    case failed(String)
  }

  /// What calls are answered while a world is made.
  static let refusal = StripeError(
    status: 503, type: "api_error", "The Okapi sandbox is being seeded; ask again when that is done.")

  private let state = Mutex(State.none)
  private let isStopping = Mutex(false)

  var isRunning: Bool { state.withLock { if case .running = $0 { true } else { false } } }

  /// Begins; `json` tells how it goes.
  ///
  /// - Throws: 409 while one is under way, 400 for a store that is not empty.
  func start(_ plan: SeedPlan, _ works: SandboxWorks) throws {
    let mayStart = state.withLock { state in
      if case .running = state { return false }
      state = .running(nil)
      return true
    }
    guard mayStart else { throw StripeError(status: 409, "A world is being seeded already.") }
    let thread = Thread { [self] in run(plan, works) }
    thread.name = "okapi seeding"
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func run(_ plan: SeedPlan, _ works: SandboxWorks) {
    let end: State
    do {
      try works.seed(plan) { [self] progress in
        guard !isStopping.withLock({ $0 }) else {
          throw PlatformError(.terminated, "the sandbox ended while it was seeded")
        }
        state.withLock { $0 = .running(progress) }
      }
      end = .finished
    } catch {
      let failure = error as? PlatformError
      end = .failed(failure.map { "\($0.message)\($0.nextStep.map { "; next: \($0)" } ?? "")" } ?? "\(error)")
    }
    state.withLock { $0 = end }
  }

  /// Breaks a seeding off; the store says that it is half a world.
  func stop() { isStopping.withLock { $0 = true } }

  /// How it goes: `state`, and while it runs where it is.
  var json: JSON {
    state.withLock { state in
      switch state {
      case .none: return ["state": "none"]
      case .finished: return ["state": "finished"]
      case .failed(let reason): return ["state": "failed", "reason": .string(reason)]
      case .running(let progress):
        guard let progress else { return ["state": "running"] }
        return [
          "state": "running", "time": .integer(progress.time), "start": .integer(progress.span.lowerBound),
          "until": .integer(progress.span.upperBound), "customers": .integer(Int64(progress.customers)),
        ]
      }
    }
  }
}
