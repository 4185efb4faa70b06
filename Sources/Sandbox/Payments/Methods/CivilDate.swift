/// Days and months of Unix time in UTC.
enum CivilDate {
  static let day: Int64 = 86_400

  /// 00:00 UTC of the day.
  static func startOfDay(_ time: Int64) -> Int64 { time - ((time % day) + day) % day }

  /// The year and the month, 1 to 12.
  static func month(_ time: Int64) -> (year: Int64, month: Int64) {
    // Days since 1 March of the year 0, in eras of 400 years: a year that begins in March ends with its leap day.
    let days = startOfDay(time) / day + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
  }

  /// The weekday, 0 for Sunday.
  static func weekday(_ time: Int64) -> Int { Int((startOfDay(time) / day + 4) % 7) }
}
