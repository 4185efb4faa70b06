package import Foundation

/// Where "now" comes from, so that tests decide it.
package struct WallClock: Sendable {
  private let read: @Sendable () -> Date

  /// A clock that answers what `read` answers.
  package init(_ read: @escaping @Sendable () -> Date) { self.read = read }

  /// The machine's clock.
  package static let system = WallClock { Date() }

  /// A clock that stands still.
  package static func fixed(_ date: Date) -> WallClock { WallClock { date } }

  /// The present moment.
  package var now: Date { read() }
}

extension Date {
  /// RFC 3339 in UTC with milliseconds, as in `2026-11-21T08:30:00.000Z`.
  package var rfc3339: String {
    formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: TimeZone(secondsFromGMT: 0) ?? .gmt))
  }

  /// Reads a UTC day (`2026-11-21`), an RFC 3339 time with its zone, or whole Unix seconds.
  package init?(rfc3339 text: String) {
    if let seconds = Int64(text), seconds > 100_000_000 {
      self.init(timeIntervalSince1970: Double(seconds))
      return
    }
    // Foundation's styles forgive trailing text and roll 30 February over; the form is checked here.
    let form = #/(\d{4}-\d\d-\d\d)(?:[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d))?/#
    let utc = TimeZone(secondsFromGMT: 0) ?? .gmt
    let dayStyle = Date.ISO8601FormatStyle(timeZone: utc).year().month().day()
    guard let parts = text.wholeMatch(of: form)?.output,
      let day = try? dayStyle.parse(String(parts.1)), day.formatted(dayStyle) == parts.1
    else { return nil }
    guard parts.2 != nil else {
      self = day
      return
    }
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: parts.3 != nil, timeZone: utc)
    guard let date = try? style.parse(text.uppercased()) else { return nil }
    self = date
  }
}
