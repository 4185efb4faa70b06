import PlatformCore
import Synchronization
import Testing

@Suite("Retries and executors")
struct ConcurrencyTests {
  private struct Conflict: Error, Equatable { let number: Int }
  private let quick = RetryPolicy(attempts: 3, firstWait: .microseconds(1), longestWait: .microseconds(2))

  @Test("a call is tried again until it succeeds")
  func succeeds() async throws {
    let failures = Mutex<[Int]>([])
    let result = try await quick.run(
      shouldRetry: { $0 is Conflict }, onRetry: { _, attempt in failures.withLock { $0.append(attempt) } }
    ) { attempt in
      if attempt < 3 { throw Conflict(number: attempt) }
      return attempt
    }
    #expect(result == 3)
    #expect(failures.withLock { $0 } == [1, 2])
  }

  @Test("the last error is thrown when the attempts are used up")
  func exhausted() async {
    await #expect(throws: Conflict(number: 3)) {
      try await quick.run(shouldRetry: { _ in true }) { attempt in throw Conflict(number: attempt) }
    }
  }

  @Test("what must not be retried is thrown at once")
  func final() async {
    await #expect(throws: Conflict(number: 1)) {
      try await quick.run(shouldRetry: { _ in false }) { attempt in throw Conflict(number: attempt) }
    }
  }

  @Test("a policy has at least one attempt")
  func attempts() {
    #expect(RetryPolicy(attempts: 0, firstWait: .zero, longestWait: .zero).attempts == 1)
  }

  @Test("jobs of one executor never overlap, whichever actor they belong to")
  func executor() async {
    let executor = BlockingExecutor(label: "test")
    let overlaps = Overlap()
    let counters = (0..<2).map { _ in Counter(executor, overlaps) }
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<200 { group.addTask { await counters[index % 2].count() } }
    }
    var total = 0
    for counter in counters { total += await counter.value }
    #expect(total == 200)
    #expect(!overlaps.happened)
  }

  private final class Overlap: Sendable {
    private let inside = Atomic(0)
    private let seen = Atomic(false)
    var happened: Bool { seen.load(ordering: .relaxed) }
    func enter() {
      if inside.add(1, ordering: .relaxed).oldValue > 0 { seen.store(true, ordering: .relaxed) }
    }
    func leave() { inside.subtract(1, ordering: .relaxed) }
  }

  private actor Counter {
    private let executor: BlockingExecutor
    private let overlap: Overlap
    private(set) var value = 0

    init(_ executor: BlockingExecutor, _ overlap: Overlap) {
      self.executor = executor
      self.overlap = overlap
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func count() {
      overlap.enter()
      value += 1
      overlap.leave()
    }
  }
}
