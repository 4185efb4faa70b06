/// A moment in UTC as year, month, day and second of the day; the Gregorian calendar, without leap seconds.
struct CivilTime: Equatable {
  var year: Int64
  /// 1 to 12.
  var month: Int64
  /// 1 to 31.
  var day: Int64
  var secondOfDay: Int64

  static let secondsPerDay: Int64 = 86_400

  init(year: Int64, month: Int64, day: Int64, secondOfDay: Int64 = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.secondOfDay = secondOfDay
  }

  /// The civil form of Unix seconds.
  init(_ unix: Int64) {
    let days = unix.flooredQuotient(Self.secondsPerDay)
    secondOfDay = unix - days * Self.secondsPerDay
    // Years that begin in March, in eras of 400 years: the leap day is the last of its year.
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// The Unix seconds.
  var unix: Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear.flooredQuotient(400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return (era * 146_097 + dayOfEra - 719_468) * Self.secondsPerDay + secondOfDay
  }

  /// So many months later; a day that the month has not becomes its last day.
  func adding(months: Int64) -> CivilTime {
    let count = year * 12 + month - 1 + months
    var moved = self
    moved.year = count.flooredQuotient(12)
    moved.month = count - moved.year * 12 + 1
    moved.day = min(day, Self.days(in: moved.month, of: moved.year))
    return moved
  }

  /// The days of a month.
  static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// As in the description of a proration: `02 Aug 2026`.
  var text: String { "\(day < 10 ? "0" : "")\(day) \(Self.monthNames[Int(month - 1)]) \(year)" }
}

extension Int64 {
  /// The quotient rounded towards minus infinity.
  func flooredQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
