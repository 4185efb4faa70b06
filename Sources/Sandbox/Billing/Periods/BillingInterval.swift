/// How often a price recurs, and the grid of periods that an anchor gives it.
struct BillingInterval: Equatable {
  enum Unit: String { case day, week, month, year }

  var unit: Unit
  var count: Int64

  init(_ unit: Unit, _ count: Int64 = 1) {
    self.unit = unit
    self.count = count
  }

  /// The interval of a recurring price's body; nil for a price that does not recur.
  init?(price: JSON) {
    let recurring = price["recurring"]
    guard let unit = Unit(rawValue: recurring["interval"].string ?? "") else { return nil }
    self.init(unit, max(1, recurring["interval_count"].integer ?? 1))
  }

  /// The n-th boundary of the grid; the anchor itself is number 0. Each is counted from the anchor, so that a month's
  /// last day is the anchor's day again as soon as the month has it.
  func boundary(_ number: Int64, from anchor: Int64) -> Int64 {
    switch unit {
    case .day: anchor + number * count * CivilTime.secondsPerDay
    case .week: anchor + number * count * 7 * CivilTime.secondsPerDay
    case .month: CivilTime(anchor).adding(months: Int(number * count)).seconds
    case .year: CivilTime(anchor).adding(months: Int(number * count * 12)).seconds
    }
  }

  /// The period of the grid that a moment lies in; its start is in it, its end is not.
  func period(containing time: Int64, anchor: Int64) -> BillingPeriod {
    var number = (time - anchor).flooredQuotient(averageSeconds)
    while boundary(number, from: anchor) > time { number -= 1 }
    while boundary(number + 1, from: anchor) <= time { number += 1 }
    return BillingPeriod(start: boundary(number, from: anchor), end: boundary(number + 1, from: anchor))
  }

  /// About how long it is; for estimates and for telling the shorter of two.
  var averageSeconds: Int64 {
    switch unit {
    case .day: count * CivilTime.secondsPerDay
    case .week: count * 7 * CivilTime.secondsPerDay
    case .month: count * 2_629_746
    case .year: count * 31_556_952
    }
  }

  /// As after the slash in "at $25.00 / month": `month`, or `every 3 months`.
  var text: String { count == 1 ? unit.rawValue : "every \(count) \(unit.rawValue)s" }
}

/// A span of time in Unix seconds; the end belongs to the next one.
struct BillingPeriod: Equatable {
  var start: Int64
  var end: Int64

  var length: Int64 { end - start }
  /// As objects show it.
  var json: JSON { ["end": .integer(end), "start": .integer(start)] }
}
