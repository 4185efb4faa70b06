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
    let second = milliseconds.floored(by: 1000)
    var tail: [UInt8] = []
    tail.reserveCapacity(384)
    tail += Self.metaKey
    tail += #"{"entity":"#.utf8
    Self.add(entity, to: &tail)
    tail += #","run_id":"#.utf8
    Self.add(runID, to: &tail)
    tail += #","correlation_id":"#.utf8
    Self.add(observed.correlationID, to: &tail)
    tail += #","ingested_at":""#.utf8
    let begin = tail.count
    Self.add(second: second, to: &tail)
    day = String(decoding: tail[begin..<begin + 10], as: UTF8.self)
    tail.append(UInt8(ascii: "."))
    Self.add(milliseconds - second * 1000, digits: 3, to: &tail)
    tail += #"Z","observed_at":""#.utf8
    Self.add(second: observed.observedAt, to: &tail)
    tail += #"Z","sequence":"#.utf8
    tail += String(observed.sequence).utf8
    tail += #","source":"#.utf8
    Self.add(source, to: &tail)
    tail += #","api_version":"#.utf8
    Self.add(observed.apiVersion, to: &tail)
    tail += "}}\n".utf8
    self.tail = tail
  }

  /// An object's whole line, its end included; the object is JSON on one line, its secrets masked.
  package func line(_ object: [UInt8]) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(Self.head.count + object.count + tail.count)
    line += Self.head
    line += object
    line += tail
    return line
  }

  // Written out, byte by byte: every event and every small page has an envelope of its own, and texts that are joined
  // from texts took more time than all the rest of a line.

  /// `2026-11-21T08:30:00`, in UTC.
  private static func add(second: Int64, to tail: inout [UInt8]) {
    var moment = time_t(second)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func add(_ mark: Unicode.Scalar, _ part: Int32) {
      tail.append(UInt8(ascii: mark))
      Self.add(Int64(part), digits: 2, to: &tail)
    }
    Self.add(Int64(parts.tm_year) + 1900, digits: 4, to: &tail)
    add("-", parts.tm_mon + 1)
    add("-", parts.tm_mday)
    add("T", parts.tm_hour)
    add(":", parts.tm_min)
    add(":", parts.tm_sec)
  }

  /// A number with zeros before it; whole, also where it has more digits or is negative.
  private static func add(_ number: Int64, digits: Int, to tail: inout [UInt8]) {
    let text = String(number).utf8
    for _ in 0..<max(0, digits - text.count) { tail.append(UInt8(ascii: "0")) }
    tail += text
  }

  /// A text as JSON, or null.
  private static func add(_ text: String?, to tail: inout [UInt8]) {
    guard let text else { return tail += "null".utf8 }
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if isPlain {
      tail.append(UInt8(ascii: "\""))
      tail += text.utf8
      tail.append(UInt8(ascii: "\""))
    } else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      tail += (try? encoder.encode(text)) ?? Data("\"\"".utf8)
    }
  }
}

extension Int64 {
  /// The quotient, rounded down.
  fileprivate func floored(by divisor: Int64) -> Int64 { (self - ((self % divisor) + divisor) % divisor) / divisor }
}
