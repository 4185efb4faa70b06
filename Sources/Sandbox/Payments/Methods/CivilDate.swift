/// Whole days of Unix time in UTC.
enum CivilDate {
  static let day: Int64 = 86_400

  /// 00:00 UTC of the day.
  static func startOfDay(_ time: Int64) -> Int64 { time - ((time % day) + day) % day }

  /// The weekday, 0 for Sunday.
  static func weekday(_ time: Int64) -> Int { Int((startOfDay(time) / day + 4) % 7) }
}
