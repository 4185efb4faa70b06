/// The calls about test clocks.
enum TestClockOperations {
  static let operations: [Operation] = [
    Operation("POST", "/v1/test_helpers/test_clocks") { world, call in try world.createClock(call.params) },
    Operation("POST", "/v1/test_helpers/test_clocks/{test_clock}/advance") { world, call in
      try world.advanceClock(call.id("test_clock"), call.params)
    },
    Operation("DELETE", "/v1/test_helpers/test_clocks/{test_clock}") { world, call in
      try world.deleteClock(call.id("test_clock"))
    },
  ]
}

extension World {
  private static let clockLifeSeconds = 30 * CivilTime.secondsPerDay

  /// `POST /v1/test_helpers/test_clocks`.
  func createClock(_ params: Params) throws -> Reply {
    try params.refuse("customer")
    let frozen = try params.requireInt("frozen_time")
    var clock = Record(blank: .testClock, created: wallTime)
    clock["id"] = .string(newID(.testClock))
    clock["deletes_after"] = .integer(wallTime + Self.clockLifeSeconds)
    clock["frozen_time"] = .integer(frozen)
    clock["name"] = .text(params.text("name"))
    clock["status"] = "ready"
    clock["status_details"] = [:]
    try save(&clock, emitting: "test_helpers.test_clock.created")
    try schedule(Job(.expireClock, clock.id, due: clock.int("deletes_after"), clock: nil))
    return .record(clock)
  }

  /// `POST /v1/test_helpers/test_clocks/{test_clock}/advance`: answers at once, the work is done by a job.
  func advanceClock(_ id: String, _ params: Params) throws -> Reply {
    var clock = try require(.testClock, id, param: "test_clock", inPath: true)
    let target = try params.requireInt("frozen_time")
    guard clock.status != "advancing" else { throw Self.advancementUnderway }
    guard target > clock.int("frozen_time") else {
      throw StripeError.invalid(
        "`frozen_time` must be later than the test clock's current frozen time.", param: "frozen_time")
    }
    guard try target <= furthest(clock) else {
      throw StripeError.invalid(
        """
        Cannot advance the test clock by more than two intervals of its shortest subscription (two years without \
        subscriptions).
        """, param: "frozen_time")
    }
    clock["status"] = "advancing"
    clock["status_details"] = ["advancing": ["target_frozen_time": .integer(target)]]
    try save(&clock, emitting: "test_helpers.test_clock.advancing")
    try schedule(Job(.advanceClock, id, due: wallTime, clock: nil))
    return .record(clock)
  }

  /// How far a clock may be advanced at once.
  private func furthest(_ clock: Record) throws -> Int64 {
    let frozen = clock.int("frozen_time")
    let live = try records(
      ListQuery(
        .subscription,
        [.equals("test_clock", clock.id), .noneOf("status", ["canceled", "incomplete_expired"])]))
    let intervals = live.flatMap {
      ($0["items"]["data"].array ?? []).compactMap { BillingInterval(price: $0["price"]) }
    }
    guard let shortest = intervals.min(by: { $0.averageSeconds < $1.averageSeconds }) else {
      return BillingInterval(.year, 2).boundary(1, from: frozen)
    }
    // A month is as long as the longest: an advance from any day reaches the second boundary.
    return shortest.boundary(2, from: frozen) + (shortest.unit == .month ? 3 * CivilTime.secondsPerDay : 0)
  }

  /// `DELETE /v1/test_helpers/test_clocks/{test_clock}`.
  func deleteClock(_ id: String) throws -> Reply {
    var clock = try require(.testClock, id, param: "test_clock", inPath: true)
    guard clock.status != "advancing" else { throw Self.advancementUnderway }
    try remove(&clock)
    return .deleted(.testClock, id: id)
  }

  /// Deletes a clock with its customers; their subscriptions are cancelled.
  func remove(_ clock: inout Record) throws {
    let time = now
    now = clock.int("frozen_time")
    for var customer in try records(ListQuery(.customer, [.equals("test_clock", clock.id)])) {
      try cancelSubscriptions(ofDeleted: customer)
      try delete(&customer, emitting: "customer.deleted")
    }
    now = time
    try unschedule(clock.id)
    try unscheduleAll(on: clock.id)
    try delete(&clock, emitting: "test_helpers.test_clock.deleted")
  }
}
