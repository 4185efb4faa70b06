import Foundation
import PlatformCore
import Synchronization

/// The first signal received, 0 before, and the child that is measured now; atomics, as a signal handler may touch
/// nothing else.
private let receivedSignal = Atomic<Int32>(0)
private let currentChild = Atomic<Int32>(0)

/// Makes SIGINT and SIGTERM end the child that is being measured, so that the benchmark fails in order and clears up
/// behind itself; a second signal ends it at once.
enum Interruption {
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        let isFirst = receivedSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
        if !isFirst { _exit(128 + number) }
        let child = currentChild.load(ordering: .relaxed)
        if child > 0 { kill(child, SIGTERM) }
      }
    }
  }

  /// The child that a signal is to end; 0 for none.
  static func measuring(_ child: Int32) {
    currentChild.store(child, ordering: .relaxed)
    // The signal may have come in between.
    if child > 0, receivedSignal.load(ordering: .relaxed) != 0 { kill(child, SIGTERM) }
  }

  /// - Throws: `interrupted` or `terminated` once a signal was received.
  static func check() throws(PlatformError) {
    let number = receivedSignal.load(ordering: .relaxed)
    guard number != 0 else { return }
    throw PlatformError(
      number == SIGINT ? .interrupted : .terminated, number == SIGINT ? "Interrupted" : "Terminated",
      nextStep: "nothing is left behind; run it again")
  }
}
