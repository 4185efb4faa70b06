import Foundation
import JSONReader
package import PlatformCore

/// Reads the whole lines of a part from a position to its end as it is now; a half line at the end is never read.
///
/// Memory holds a batch and a line. Not for use from two threads at once.
package final class BronzePartReader {
  /// The part.
  package let part: BronzePart
  /// How far it was read.
  package private(set) var position: BronzePosition

  private static let readBytes = 1 << 18
  /// Room for `meta` beside the largest object.
  private static let envelopeBytes = 1 << 16
  private let input: BronzePartInput
  private let limits: JSONLimits
  private let envelopes: EnvelopeReader
  /// What was read from `position` on.
  private var buffer: [UInt8] = []

  init(part: BronzePart, input: BronzePartInput, position: BronzePosition, limits: JSONLimits) {
    self.part = part
    self.input = input
    self.position = position
    self.limits = limits
    envelopes = EnvelopeReader(entity: part.entity)
  }

  /// The next lines; nil where no whole line follows. A batch ends when it has reached either maximum.
  ///
  /// - Throws: `inputOutput`; `data` naming a compacted part that is damaged.
  package func next(maximumBytes: Int = 4 << 20, maximumLines: Int = 5000) throws(PlatformError) -> BronzeBatch? {
    var elements: [JSONBatch.Element] = []
    var observations: [Result<BronzeObservation, BronzeFault>] = []
    var lines: [Range<Int>] = []
    let first = position.lines
    var start = 0
    while observations.count < maximumLines, start < maximumBytes {
      guard let end = try endOfLine(from: start) else {
        // A batch ends before a line that is too long; that is passed over by itself.
        if start == 0, isOversized(from: 0) { return try passOversized() }
        break
      }
      let index = first + observations.count
      let (data, observation) = buffer.withUnsafeBytes { bytes in
        envelopes.read(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      }
      observations.append(observation)
      lines.append(start..<end)
      // A blank line holds no record, so nothing is missing.
      if end > start {
        elements.append(.init(offset: start + data.lowerBound, length: data.count, line: index + 1, index: index))
      }
      start = end + 1
    }
    guard start > 0 else { return nil }
    let bytes = [UInt8](unsafeUninitializedCapacity: start + JSONBatch.padding) { target, count in
      buffer.withUnsafeBytes { _ = target.update(fromContentsOf: $0.bindMemory(to: UInt8.self)[..<start]) }
      target[start...].update(repeating: 0)
      count = start + JSONBatch.padding
    }
    buffer.removeFirst(start)
    position = BronzePosition(bytes: position.bytes + start, lines: first + observations.count)
    return BronzeBatch(
      records: JSONBatch(bytes: bytes, elements: elements, damaged: []), observations: observations, firstIndex: first,
      end: position, lines: lines)
  }

  private func isOversized(from start: Int) -> Bool {
    buffer.count - start > limits.elementBytes + Self.envelopeBytes
  }

  /// The end of the line that begins at an offset of the buffer; nil where it is not whole yet, or too long to hold.
  private func endOfLine(from start: Int) throws(PlatformError) -> Int? {
    var searched = start
    while true {
      if let end = newline(from: searched) { return end }
      searched = buffer.count
      guard !isOversized(from: start), try fill() else { return nil }
    }
  }

  private func newline(from start: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Adds to the buffer; false at the end of the part.
  private func fill() throws(PlatformError) -> Bool {
    let more = try input.read(Self.readBytes, at: position.bytes + buffer.count)
    buffer += more
    return !more.isEmpty
  }

  /// Passes a line that is too long to hold, as damage; nil where it does not end yet.
  private func passOversized() throws(PlatformError) -> BronzeBatch? {
    var passed = 0
    while newline(from: 0) == nil {
      passed += buffer.count
      buffer = try input.read(Self.readBytes, at: position.bytes + passed)
      if buffer.isEmpty { return nil }
    }
    let rest = (newline(from: 0) ?? 0) + 1
    buffer.removeFirst(rest)
    let index = position.lines
    position = BronzePosition(bytes: position.bytes + passed + rest, lines: index + 1)
    let reason = "it is larger than \(limits.elementBytes >> 20) MB"
    return BronzeBatch(
      records: JSONBatch(
        bytes: [UInt8](repeating: 0, count: JSONBatch.padding), elements: [],
        damaged: [.init(line: index + 1, index: index, reason: reason)]),
      observations: [.failure(BronzeFault(field: "", expectation: "a line of bronze", reason: reason))],
      firstIndex: index, end: position, lines: [0..<0])
  }
}
