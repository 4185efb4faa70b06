import Dispatch
import Synchronization

/// Lets calls start as their schedule says.
final class CallGate: Sendable {
  private struct State {
    var schedule: CallSchedule<CheckedContinuation<Bool, Never>>
    /// The earliest moment at which the alarm will ask again.
    var alarm: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let alarms = DispatchQueue(label: "okapi budget")

  init(rate: Double = .infinity, endpointRate: Double = .infinity, concurrency: Int) {
    state = Mutex(
      State(
        schedule: CallSchedule(rate: rate, endpointRate: endpointRate, concurrency: concurrency, now: .now)))
  }

  /// Runs `body` when its turn has come, and tells it how long that took.
  ///
  /// - Throws: `CancellationError` when the task is cancelled while it waits; what `body` throws.
  func pass<Value>(
    _ endpoint: String, _ body: (_ waited: Duration) async throws -> Value
  ) async throws -> Value {
    let arrived = ContinuousClock.now
    try await enter(endpoint)
    defer {
      state.withLock { $0.schedule.release() }
      startWaiting()
    }
    return try await body(.now - arrived)
  }

  /// Slows down after a refusal; the new rate if that changed anything.
  func lower(endpoint: String?, callBegunAt begun: ContinuousClock.Instant) -> Double? {
    state.withLock { state in
      let now = ContinuousClock.now
      guard state.schedule.lower(endpoint: endpoint, at: now, callBegunAt: begun) else { return nil }
      return state.schedule.rate(endpoint: endpoint, at: now)
    }
  }

  /// Starts a second that are allowed at present.
  var rate: Double { state.withLock { $0.schedule.rate(at: .now) } }

  private func enter(_ endpoint: String) async throws {
    let place = Mutex<Int?>(nil)
    let mayStart = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        place.withLock { place in
          place = state.withLock { $0.schedule.add(continuation, endpoint: endpoint) }
        }
        if Task.isCancelled { leave(place) }
        startWaiting()
      }
    } onCancel: {
      leave(place)
    }
    guard mayStart else { throw CancellationError() }
  }

  private func leave(_ place: borrowing Mutex<Int?>) {
    guard let number = place.withLock({ $0 }) else { return }
    state.withLock { $0.schedule.remove(number) }?.resume(returning: false)
  }

  private func startWaiting() {
    let now = ContinuousClock.now
    let (started, alarm) = state.withLock { state in
      let (started, again) = state.schedule.start(at: now)
      // An alarm that comes anyway, and not later, is enough.
      if let again, state.alarm.map({ again < $0 }) ?? true {
        state.alarm = again
        return (started, again as ContinuousClock.Instant?)
      }
      return (started, nil)
    }
    for continuation in started { continuation.resume(returning: true) }
    guard let alarm else { return }
    let nanoseconds = Int(max(0, (alarm - now) / .nanoseconds(1)))
    alarms.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
      guard let self else { return }
      state.withLock { if $0.alarm == alarm { $0.alarm = nil } }
      startWaiting()
    }
  }
}
