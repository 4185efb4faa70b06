extension World {
  /// Begins to act for a customer: `now` becomes the time of the customer's test clock.
  ///
  /// - Throws: 429 while that clock advances.
  package func enter(clockOf customer: Record) throws {}

  /// Does what falls due for test clocks.
  func runClock(_ job: Job) throws {}
}
