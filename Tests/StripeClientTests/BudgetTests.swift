import PlatformCore
import Testing

@testable import SandboxServer
@testable import StripeClient

/// When calls may start, by a clock of the tests' own and against the sandbox's limiter.
@Suite("Stripe client: budget") struct BudgetTests {
  typealias Instant = ContinuousClock.Instant

  static let zero = Instant.now

  /// Starts everything, the alarm coming `late` each time and calls ending at once; the starts in seconds from zero.
  private func starts(
    _ schedule: inout CallSchedule<Int>, late: Duration = .zero, until end: Duration = .seconds(60)
  ) -> [(waiter: Int, second: Double)] {
    var now = Self.zero
    var all: [(Int, Double)] = []
    while now <= Self.zero + end {
      let (started, again) = schedule.start(at: now)
      for waiter in started {
        all.append((waiter, (now - Self.zero) / .seconds(1)))
        schedule.release()
      }
      guard let again else { break }
      now = max(now, again) + late
    }
    return all
  }

  private func schedule(_ rate: Double, _ endpointRate: Double? = nil, concurrency: Int = 1_000) -> CallSchedule<Int> {
    CallSchedule(rate: rate, endpointRate: endpointRate ?? rate, concurrency: concurrency, now: Self.zero)
  }

  @Test(
    "of a hundred a second at least 95 start in each full second, even when every alarm is late", arguments: [0, 5, 60])
  func full(_ lateMilliseconds: Int) {
    var schedule = schedule(100)
    for number in 0..<1_000 { _ = schedule.add(number, endpoint: "a") }
    let starts = starts(&schedule, late: .milliseconds(lateMilliseconds))
    #expect(starts.map(\.waiter) == Array(0..<1_000))
    for second in 0..<9 {
      let count = starts.count { Int($0.second) == second }
      #expect((95...111).contains(count), "second \(second): \(count)")
    }
  }

  @Test("a limiter of the same rate lets every start through", arguments: [2, 20, 25, 100])
  func limiter(_ rate: Int) {
    var schedule = schedule(Double(rate))
    for number in 0..<(rate * 20) { _ = schedule.add(number, endpoint: "a") }
    var limiter = RateLimiter(perSecond: rate, now: Self.zero)
    for start in starts(&schedule, late: .milliseconds(3)) {
      let isLetThrough = limiter.admits(at: Self.zero + .seconds(start.second))
      #expect(isLetThrough, "\(start)")
    }
  }

  @Test("endpoints have their own rates under the common one, and a full one holds nobody else up")
  func endpoints() {
    var schedule = schedule(50, 20)
    for number in 0..<200 { _ = schedule.add(number, endpoint: number < 100 ? "a" : "b") }
    let starts = starts(&schedule)
    for second in 0..<4 {
      for half in [0..<100, 100..<200] {
        let count = starts.count { half.contains($0.waiter) && Int($0.second) == second }
        #expect((19...23).contains(count), "second \(second): \(count)")
      }
    }
    #expect(starts.filter { $0.waiter < 100 }.map(\.waiter) == Array(0..<100))
  }

  @Test("a pause saves up a few starts and no more")
  func bursts() {
    var schedule = schedule(20)
    let later = Self.zero + .seconds(3_600)
    for number in 0..<100 { _ = schedule.add(number, endpoint: "a") }
    #expect(schedule.start(at: later).started.count == 3)
  }

  @Test("no more run than may, and who leaves the queue is not started")
  func concurrency() {
    var schedule = schedule(1_000, concurrency: 2)
    let numbers = (0..<5).map { schedule.add($0, endpoint: "a") }
    #expect(schedule.start(at: Self.zero).started == [0, 1])
    #expect(schedule.start(at: Self.zero + .seconds(1)).again == nil)
    #expect(schedule.remove(numbers[2]) == 2)
    #expect(schedule.remove(numbers[0]) == nil)
    schedule.release()
    #expect(schedule.start(at: Self.zero + .seconds(2)).started == [3])
  }

  @Test("a refusal halves the rate once for calls of the same time, down to one; it climbs back within a minute")
  func lowering() {
    var schedule = schedule(80)
    func at(_ seconds: Double) -> Instant { Self.zero + .seconds(seconds) }
    func lower(_ seconds: Double, callBegun begun: Double, endpoint: String? = nil) -> Bool {
      schedule.lower(endpoint: endpoint, at: at(seconds), callBegunAt: at(begun))
    }
    #expect(lower(1, callBegun: 0.5))
    #expect(schedule.rate(at: at(1)) == 40)
    // Two that were under way together.
    #expect(!lower(1.1, callBegun: 0.9))
    #expect(schedule.rate(at: at(1)) == 40)
    #expect(abs(schedule.rate(at: at(16)) - 60) < 0.001)
    #expect(schedule.rate(at: at(31.1)) == 80)
    for hundredth in 2..<20 { #expect(lower(1 + Double(hundredth) / 100, callBegun: 1 + Double(hundredth) / 100)) }
    #expect((1...3).contains(schedule.rate(at: at(1.2))))
    // One endpoint's rate is its own.
    #expect(lower(100, callBegun: 99, endpoint: "a"))
    #expect(schedule.rate(endpoint: "a", at: at(100)) == 40 && schedule.rate(at: at(100)) == 80)
  }

  @Test("ids do not make endpoints")
  func names() {
    for (path, expected) in [
      ("/v1/charges", "GET /v1/charges"), ("/v1/charges/ch_1", "GET /v1/charges/*"),
      ("/v1/charges/ch_1/refunds/re_1", "GET /v1/charges/*/refunds/*"),
      ("/v1/customers/search", "GET /v1/customers/search"), ("/v1/coupons/gold", "GET /v1/coupons/*"),
      ("/v1/test_helpers/test_clocks/clock_1/advance", "GET /v1/test_helpers/test_clocks/*/advance"),
      ("/v1/checkout/sessions/cs_1/line_items", "GET /v1/checkout/sessions/*/line_items"),
      ("/v1/balance", "GET /v1/balance"),
    ] {
      #expect(StripePath.endpoint("GET", path) == expected)
    }
  }

  @Test("below the sandbox's limit nothing is refused")
  func below() async throws {
    let lab = try ClientLab { $0.rateLimit = 50 }
    let client = lab.client { $0.ratePerSecond = 40 }
    try await read(client, times: 60)
    #expect(client.statistics.throttled == 0 && client.statistics.retried == 0)
    #expect(lab.answered == 60)
  }

  @Test("above it the client slows down, and everything is read")
  func above() async throws {
    let lab = try ClientLab { $0.rateLimit = 1 }  // so few that the slowest machine asks for more
    let client = lab.client { $0.attempts = 1_000 }
    try await read(client, times: 6)
    let statistics = client.statistics
    #expect(statistics.throttled > 0 && statistics.retries == [.rateLimit: statistics.throttled])
    #expect(statistics.calls == 7 + statistics.throttled)  // the first one asks for the time
    #expect(statistics.rate < 1_000)
  }

  private func read(_ client: StripeClient, times: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<times { group.addTask { _ = try await client.page("/v1/customers", [("limit", "1")]) } }
      try await group.waitForAll()
    }
  }
}
