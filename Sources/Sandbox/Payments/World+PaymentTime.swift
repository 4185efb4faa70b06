extension World {
  /// Runs what moves money for an object of a test clock in real time, as Stripe does; without a clock nothing changes.
  func inPaymentTime<Result>(clock: String?, _ body: () throws -> Result) rethrows -> Result {
    guard clock != nil else { return try body() }
    let clockTime = now
    now = wallTime
    defer { now = clockTime }
    return try body()
  }

  /// A number by chance, from 0 up to the bound, the bound left out.
  func chance(below bound: Int) -> Int64 { Int64(state.ids.number(below: bound)) }

  /// So many digits by chance.
  func randomDigits(_ length: Int) -> String { String((0..<length).map { _ in Character("\(chance(below: 10))") }) }
}
