import Foundation
import PlatformCore

/// The line of an object in bronze: `{"data":…,"meta":{…}}`, keys in this order.
struct BronzeEnvelope {
  static let head = Array(#"{"data":"#.utf8)
  static let metaKey = Array(#","meta":"#.utf8)

  /// All that stands behind the objects of one answer, the line's end included.
  let tail: [UInt8]

  init(_ observed: BronzeObservation, entity: String, source: String, runID: String, ingestedAt: Date) {
    let members = [
      ("entity", Self.quoted(entity)), ("run_id", Self.quoted(runID)),
      ("correlation_id", observed.correlationID.map(Self.quoted) ?? "null"),
      ("ingested_at", Self.quoted(ingestedAt.rfc3339)),
      ("observed_at", Self.quoted(Self.rfc3339(observed.observedAt))), ("sequence", String(observed.sequence)),
      ("source", Self.quoted(source)), ("api_version", observed.apiVersion.map(Self.quoted) ?? "null"),
    ]
    let meta = members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
    tail = Self.metaKey + Array("{\(meta)}}\n".utf8)
  }

  /// `2026-11-21T08:30:00Z`.
  static func rfc3339(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(
      Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: 0) ?? .gmt))
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
