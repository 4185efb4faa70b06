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

  /// Reads a UTC day (`2026-11-21`), an RFC 3339 time, or whole Unix seconds.
  package init?(rfc3339 text: String) {
    let utc = TimeZone(secondsFromGMT: 0) ?? .gmt
    let styles: [Date.ISO8601FormatStyle] = [
      .init(includingFractionalSeconds: true, timeZone: utc), .init(timeZone: utc),
      Date.ISO8601FormatStyle(timeZone: utc).year().month().day(),
    ]
    if let seconds = Int64(text), seconds > 100_000_000 {
      self.init(timeIntervalSince1970: Double(seconds))
      return
    }
    for style in styles {
      if let date = try? style.parse(text) {
        self = date
        return
      }
    }
    return nil
  }
}
