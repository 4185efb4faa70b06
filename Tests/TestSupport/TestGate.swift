/// Lets a few tests in at a time: all of them at once would take every connection the server has.
package actor TestGate {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// A gate for that many.
  package init(_ places: Int) { free = places }

  /// Runs `body` once there is a place; not to be nested.
  package nonisolated func pass<Answer: Sendable>(_ body: () async throws -> Answer) async rethrows -> Answer {
    await enter()
    do {
      let answer = try await body()
      await leave()
      return answer
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
