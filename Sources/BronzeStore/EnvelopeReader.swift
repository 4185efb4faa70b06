import Foundation
import JSONReader
import PlatformCore

/// Takes lines apart into `data` and what `meta` says; remembers the last `meta`, which whole pages share.
///
/// A line as the writer wrote it is not parsed: `data` stands between its head and its last `,"meta":`, and whoever
/// parses `data` finds out whether that was right. Any other order of keys is parsed.
final class EnvelopeReader {
  private let entity: String
  private let document = JSONDocument()
  private var lastMeta: [UInt8] = []
  private var lastObservation: Result<BronzeObservation, BronzeFault>?

  init(entity: String) { self.entity = entity }

  /// Where `data` stands in the line and what `meta` says; the whole line where it is broken.
  func read(_ line: UnsafeRawBufferPointer) -> (data: Range<Int>, Result<BronzeObservation, BronzeFault>) {
    if let (data, meta) = Self.asWritten(line) {
      let bytes = UnsafeRawBufferPointer(rebasing: line[meta])
      if let lastObservation, bytes.elementsEqual(lastMeta) { return (data, lastObservation) }
      if let value = try? document.parse(bytes), value.kind == .object {
        let observation = observation(value)
        lastMeta = Array(bytes)
        lastObservation = observation
        return (data, observation)
      }
    }
    return parsed(line)
  }

  /// When a line was ingested, as it says; nil for a line that is broken.
  static func ingestedAt(_ line: [UInt8]) -> String? {
    let document = JSONDocument()
    return line.withUnsafeBytes { try? document.parse($0)["meta"]?["ingested_at"]?.stringValue }
  }

  private static func asWritten(_ line: UnsafeRawBufferPointer) -> (data: Range<Int>, meta: Range<Int>)? {
    let (head, key) = (BronzeEnvelope.head, BronzeEnvelope.metaKey)
    guard line.count > head.count + key.count + 3, line.prefix(head.count).elementsEqual(head),
      line[line.count - 1] == UInt8(ascii: "}"), line[line.count - 2] == UInt8(ascii: "}")
    else { return nil }
    var start = line.count - key.count - 3
    while start > head.count {
      if line[start] == key[0], line[start..<start + key.count].elementsEqual(key) {
        return (head.count..<start, start + key.count..<line.count - 1)
      }
      start -= 1
    }
    return nil
  }

  private func parsed(_ line: UnsafeRawBufferPointer) -> (data: Range<Int>, Result<BronzeObservation, BronzeFault>) {
    let whole = 0..<line.count
    let value: JSONValue
    do {
      value = try document.parse(line)
    } catch {
      return (whole, .failure(BronzeFault(field: "", expectation: "a complete JSON object", reason: error.reason)))
    }
    guard let data = value["data"], let base = value.raw.baseAddress, let start = data.raw.baseAddress else {
      return (whole, .failure(BronzeFault(field: "data", expectation: "an object", reason: "it is missing")))
    }
    guard let meta = value["meta"], meta.kind == .object else {
      return (whole, .failure(BronzeFault(field: "meta", expectation: "an object", reason: "it is missing")))
    }
    let blanks = line.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }.count
    let offset = blanks + (start - base)
    return (offset..<offset + data.raw.count, observation(meta))
  }

  private func observation(_ meta: JSONValue) -> Result<BronzeObservation, BronzeFault> {
    func fault(_ member: String, _ expectation: String) -> Result<BronzeObservation, BronzeFault> {
      let reason = meta[member] == nil ? "it is missing" : "it is something else"
      return .failure(BronzeFault(field: "meta." + member, expectation: expectation, reason: reason))
    }
    guard meta["entity"]?.stringValue == entity else { return fault("entity", "\(entity), as its folder says") }
    guard let text = meta["observed_at"]?.stringValue, let seconds = Self.seconds(text) else {
      return fault("observed_at", "an RFC 3339 time")
    }
    guard let sequence = meta["sequence"]?.int64, sequence >= 1 else {
      return fault("sequence", "a whole number from 1")
    }
    return .success(
      BronzeObservation(
        observedAt: seconds, sequence: sequence, apiVersion: meta["api_version"]?.stringValue,
        correlationID: meta["correlation_id"]?.stringValue))
  }

  /// Our own form, `2026-11-21T08:30:00Z`, digit by digit: Foundation takes fifty times as long, and every event has a
  /// second of its own.
  private static func seconds(_ text: String) -> Int64? {
    let form = Array("0000-00-00T00:00:00Z".utf8)
    let bytes = Array(text.utf8)
    let isOurs =
      bytes.count == form.count
      && zip(bytes, form).allSatisfy { byte, expected in
        expected == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
      }
    guard isOurs else { return Date(rfc3339: text).map { Int64($0.timeIntervalSince1970.rounded(.down)) } }
    func number(_ range: Range<Int>) -> Int32 {
      bytes[range].reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
    }
    var parts = tm()
    parts.tm_year = number(0..<4) - 1900
    parts.tm_mon = number(5..<7) - 1
    parts.tm_mday = number(8..<10)
    parts.tm_hour = number(11..<13)
    parts.tm_min = number(14..<16)
    parts.tm_sec = number(17..<19)
    return Int64(timegm(&parts))
  }
}
