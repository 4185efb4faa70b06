extension World {
  /// Begins to act for a customer: `now` becomes the time of the customer's test clock.
  ///
  /// - Throws: 429 while that clock advances.
  package func enter(clockOf customer: Record) throws {
    guard let clock = try referred(.testClock, by: customer.testClock) else { return }
    if clock.status == "advancing" { throw Self.advancementUnderway }
    now = clock.int("frozen_time")
  }

  /// The answer to writes while a clock advances.
  static let advancementUnderway = StripeError(
    status: 429, "Test clock advancement underway - cannot perform modifications")

  /// Does what falls due for test clocks.
  func runClock(_ job: Job) throws {
    guard var clock = try find(.testClock, job.target), !clock.isDeleted else { return }
    if job.kind == .expireClock { return try remove(&clock) }
    guard let target = clock["status_details"]["advancing"]["target_frozen_time"].integer else { return }
    // A part at a time, so that other requests are not kept waiting.
    let outcome = Result { try attempting { try runDue(clock: clock.id, until: target, limit: 20) } }
    now = wallTime
    guard case .success(let hasMore) = outcome else {
      clock["status"] = "internal_failure"
      return try save(&clock, emitting: "test_helpers.test_clock.internal_failure")
    }
    if hasMore { return try schedule(Job(.advanceClock, clock.id, due: wallTime, clock: nil)) }
    clock["frozen_time"] = .integer(target)
    clock["status"] = "ready"
    clock["status_details"] = [:]
    try save(&clock, emitting: "test_helpers.test_clock.ready")
  }
}
