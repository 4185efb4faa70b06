/// A moment in the calendar of UTC.
///
/// The arithmetic follows the proleptic Gregorian calendar, counted in years that begin on 1 March, so that the leap
/// day comes last.
package struct CivilTime: Sendable, Equatable {
  /// The year, 1970 for instance.
  package var year: Int
  /// 1 to 12.
  package var month: Int
  /// 1 to 31.
  package var day: Int
  /// Seconds since midnight.
  package var secondOfDay: Int64

  /// A day and a second of it.
  package init(year: Int, month: Int, day: Int, secondOfDay: Int64 = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.secondOfDay = secondOfDay
  }

  /// The moment of so many Unix seconds.
  package init(_ seconds: Int64) {
    let days = seconds.flooredQuotient(86_400)
    secondOfDay = seconds - days * 86_400
    let shifted = days + 719_468  // days since 1 March of the year 0
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  /// Unix seconds.
  package var seconds: Int64 {
    let year = Int64(month <= 2 ? self.year - 1 : self.year)
    let era = year.flooredQuotient(400)
    let yearOfEra = year - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return (era * 146_097 + dayOfEra - 719_468) * 86_400 + secondOfDay
  }

  /// The same day so many months later, or that month's last day when it is shorter.
  package func adding(months: Int) -> CivilTime {
    let count = year * 12 + month - 1 + months
    var later = self
    later.year = Int(Int64(count).flooredQuotient(12))
    later.month = count - later.year * 12 + 1
    later.day = min(day, Self.days(inMonth: later.month, of: later.year))
    return later
  }

  /// Midnight of the month's first day.
  package var startOfMonth: CivilTime { CivilTime(year: year, month: month, day: 1) }

  /// The month as `2026-10`.
  package var monthText: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

extension Int64 {
  /// The quotient rounded down, also below zero.
  func flooredQuotient(_ divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
