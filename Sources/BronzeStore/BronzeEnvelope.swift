package import Foundation
import PlatformCore

/// The line of an object in bronze: `{"data":…,"meta":{…}}`, keys in this order.
package struct BronzeEnvelope {
  static let head = Array(#"{"data":"#.utf8)
  static let metaKey = Array(#","meta":"#.utf8)

  /// All that stands behind the objects of one answer, the line's end included.
  let tail: [UInt8]

  /// The UTC day of ingestion, `2026-11-21`.
  package let day: String

  /// What stands around the objects of one answer.
  package init(_ observed: BronzeObservation, entity: String, source: String, runID: String, ingestedAt: Date) {
    let milliseconds = Int64((ingestedAt.timeIntervalSince1970 * 1000).rounded(.down))
    let (second, rest) = (milliseconds.floored(by: 1000), milliseconds - milliseconds.floored(by: 1000) * 1000)
    let ingested = Self.time(second)
    day = String(ingested.prefix(10))
    let members = [
      ("entity", Self.quoted(entity)), ("run_id", Self.quoted(runID)),
      ("correlation_id", observed.correlationID.map(Self.quoted) ?? "null"),
      ("ingested_at", "\"\(ingested).\(Self.digits(rest, 3))Z\""),
      ("observed_at", "\"\(Self.time(observed.observedAt))Z\""), ("sequence", String(observed.sequence)),
      ("source", Self.quoted(source)), ("api_version", observed.apiVersion.map(Self.quoted) ?? "null"),
    ]
    let meta = members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
    tail = Self.metaKey + Array("{\(meta)}}\n".utf8)
  }

  /// An object's whole line, its end included; the object is JSON on one line, its secrets masked.
  package func line(_ object: [UInt8]) -> [UInt8] { Self.head + object + tail }

  /// `2026-11-21T08:30:00`, in UTC. Written out: every event and every small page has an envelope of its own, and
  /// Foundation's formats and encoders took more time than all the rest of a line.
  private static func time(_ seconds: Int64) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    let day = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    return "\(day)T\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
  }

  private static func digits(_ number: some BinaryInteger, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if isPlain { return "\"\(text)\"" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}

extension Int64 {
  /// The quotient, rounded down.
  fileprivate func floored(by divisor: Int64) -> Int64 { (self - ((self % divisor) + divisor) % divisor) / divisor }
}
