import Foundation
import PlatformCore
import ResourceStore
import TestSupport
import Testing

/// Times as PostgreSQL text, held against Foundation's proleptic Gregorian calendar.
@Suite struct TimestampTextTests {
  private static func ours(_ seconds: Int64) -> String {
    var bytes: [UInt8] = []
    TimestampText.append(seconds: seconds, to: &bytes)
    return String(utf8: bytes)
  }

  @Test(arguments: [
    (0, "1970-01-01 00:00:00+00"), (-1, "1969-12-31 23:59:59+00"), (951_782_400, "2000-02-29 00:00:00+00"),
    (951_868_799, "2000-02-29 23:59:59+00"), (951_868_800, "2000-03-01 00:00:00+00"),
    (1_709_164_800, "2024-02-29 00:00:00+00"), (4_107_542_399, "2100-02-28 23:59:59+00"),
    (4_107_542_400, "2100-03-01 00:00:00+00"), (-2_203_891_200, "1900-03-01 00:00:00+00"),
    (-2_203_891_201, "1900-02-28 23:59:59+00"), (-62_135_596_800, "0001-01-01 00:00:00+00"),
    (253_402_300_799, "9999-12-31 23:59:59+00"), (1_793_620_800, "2026-11-02 12:00:00+00"),
  ])
  func known(_ seconds: Int64, _ expected: String) { #expect(Self.ours(seconds) == expected) }

  /// Foundation's calendar goes over to the Julian one before 1582-10-15, PostgreSQL's does not: from there on only.
  @Test func agreesWithFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    var random = SeededRandom(seed: 20_261_121)
    for _ in 0..<3000 {
      let seconds = Int64.random(in: -12_219_292_800...253_402_300_799, using: &random)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
      let expected = String(
        format: "%04d-%02d-%02d %02d:%02d:%02d+00", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
        parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
      #expect(Self.ours(seconds) == expected)
    }
  }

  /// Every day of the range is one after the day before: nothing is skipped or told twice.
  @Test func daysFollowEachOther() {
    var (year, month, day) = (1, 1, 1)
    for number in Int64(-719_162)...(-719_162 + 800_000) {
      let expected = String(
        decoding: Self.digits(year, 4) + [0x2d] + Self.digits(month, 2) + [0x2d] + Self.digits(day, 2), as: UTF8.self)
      var bytes: [UInt8] = []
      TimestampText.append(seconds: number * 86_400, to: &bytes)
      guard bytes.prefix(10).elementsEqual(expected.utf8) else {
        Issue.record("day \(number) is \(expected), not \(String(utf8: bytes))")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
      day += 1
      if day > length { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  private static func digits(_ number: Int, _ width: Int) -> [UInt8] {
    var rest = number
    var digits: [UInt8] = []
    for _ in 0..<width {
      digits.insert(UInt8(0x30 + rest % 10), at: 0)
      rest /= 10
    }
    return digits
  }

  @Test(arguments: [
    (0, "1970-01-01 00:00:00.000+00"), (1_793_620_800_123, "2026-11-02 12:00:00.123+00"),
    (-1, "1969-12-31 23:59:59.999+00"), (-1000, "1969-12-31 23:59:59.000+00"), (7, "1970-01-01 00:00:00.007+00"),
  ])
  func observationTimes(_ milliseconds: Int64, _ expected: String) {
    #expect(ObservationTime(milliseconds: milliseconds).sql == expected)
  }
}
