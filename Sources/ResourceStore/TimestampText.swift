/// Times as PostgreSQL text, without Foundation's formatters, which are too slow for millions of rows.
package enum TimestampText {
  /// The first and last Unix second that PostgreSQL's `timestamptz` holds and we accept (years 1 to 9999).
  package static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// Appends `2026-11-21 08:30:00+00` for Unix seconds within `range`.
  package static func append(seconds: Int64, to bytes: inout [UInt8]) {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = seconds - days * 86_400
    // Days to civil date after Howard Hinnant, "chrono-compatible low-level date algorithms": years start in March.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    append(year, width: 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(month, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(day, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: " "))
    append(rest / 3600, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(rest / 60 % 60, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(rest % 60, width: 2, to: &bytes)
    bytes.append(contentsOf: [UInt8(ascii: "+"), UInt8(ascii: "0"), UInt8(ascii: "0")])
  }

  static func sql(milliseconds: Int64) -> String {
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    var bytes: [UInt8] = []
    append(seconds: seconds, to: &bytes)
    bytes.removeLast(3)
    bytes.append(UInt8(ascii: "."))
    append(milliseconds - seconds * 1000, width: 3, to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "+00"
  }

  private static func append(_ value: Int64, width: Int, to bytes: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
