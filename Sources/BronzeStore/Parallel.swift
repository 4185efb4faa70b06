import Dispatch
import Foundation
import PlatformCore
import Synchronization

/// Several blocking calls at a time: each waits for a server most of its time.
enum Parallel {
  private static let atOneTime = 8

  /// Runs `body` for all elements and waits; the first error ends it and is thrown.
  static func forEach<Element: Sendable>(
    _ elements: [Element], _ body: @Sendable @escaping (Element) throws(PlatformError) -> Void
  ) throws(PlatformError) {
    let state = Mutex<(next: Int, error: PlatformError?)>((0, nil))
    let group = DispatchGroup()
    let work: @Sendable () -> Void = {
      while true {
        let place = state.withLock { state -> Int? in
          guard state.error == nil, state.next < elements.count else { return nil }
          defer { state.next += 1 }
          return state.next
        }
        guard let place else { return }
        do throws(PlatformError) {
          try body(elements[place])
        } catch {
          state.withLock { $0.error = $0.error ?? error }
        }
      }
    }
    for _ in 0..<min(atOneTime, elements.count) {
      DispatchQueue(label: "okapi.lake.call").async(group: group, execute: work)
    }
    group.wait()
    if let error = state.withLock({ $0.error }) { throw error }
  }
}
