import CSimdJSON
import Foundation
import PlatformCore

/// The stretch of a file that is being split: it grows to hold one batch and one element, never more.
///
/// There is always a current stretch: a gap, whose bytes may go as soon as they are passed, or an element, whose bytes
/// are kept until it exceeds its limit.
final class ByteWindow {
  /// The line of `position`, from 1.
  private(set) var line = 1
  /// Where the next byte is taken.
  private(set) var position = 0
  /// Where the current stretch starts.
  private(set) var mark = 0

  let source: ByteSource
  private let readBytes: Int
  private(set) var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var end = 0
  /// The start of the batch at hand; nil while it is empty.
  private var keep: Int?
  private var limit = 0
  private var dropped = 0

  init(_ source: ByteSource, readBytes: Int) {
    self.source = source
    self.readBytes = readBytes
    capacity = max(2 * readBytes, 256)
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  // MARK: Stretches

  /// From here on bytes are passed without being kept.
  func beginGap() {
    mark = position
    limit = 0
    dropped = 0
  }

  /// From here on bytes are kept, up to a limit.
  func beginElement(limit: Int) {
    beginGap()
    self.limit = limit
  }

  /// The length of the current stretch so far.
  var length: Int { dropped + position - mark }

  /// Whether the current stretch exceeds its limit; then its bytes may be gone.
  var isOverLimit: Bool { length > limit }

  /// Whether the current stretch's bytes are all still here.
  var isWhole: Bool { dropped == 0 }

  /// Goes back to the start of the current stretch, which must be whole.
  func rewind(toLine line: Int) {
    position = mark
    self.line = line
  }

  /// Makes the current stretch part of the batch; returns its offset in the batch.
  func keepElement() -> Int {
    let start = keep ?? mark
    keep = start
    return mark - start
  }

  /// A copy of the batch's first bytes with padding behind them; the batch is empty afterwards.
  func takeBatch(_ length: Int, padding: Int) -> [UInt8] {
    let start = keep ?? position
    keep = nil
    return [UInt8](unsafeUninitializedCapacity: length + padding) { buffer, count in
      if let target = buffer.baseAddress {
        memcpy(target, base + start, length)
        memset(target + length, 0, padding)
      }
      count = length + padding
    }
  }

  // MARK: Bytes

  /// The next byte without taking it; nil at the end of the file.
  func peek() throws(PlatformError) -> UInt8? {
    if position == end, try !refill() { return nil }
    return base[position]
  }

  /// Takes the byte that `peek` showed.
  func advance() {
    if base[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// Passes blanks and line ends.
  func skipBlanks() throws(PlatformError) {
    while let byte = try peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { advance() }
  }

  /// Passes a value that begins with a bracket, a brace or a quote; false when the file ends inside it.
  func skipValue() throws(PlatformError) -> Bool {
    var scan = csj_scan()
    defer { line += Int(scan.lines) }
    while position < end ? true : try refill() {
      position += csj_scan_value(base + position, end - position, &scan)
      if scan.done { return true }
    }
    return false
  }

  /// Passes everything up to the next byte for which `isEnd` holds, or the end of the file.
  func skip(until isEnd: (UInt8) -> Bool) throws(PlatformError) {
    while let byte = try peek(), !isEnd(byte) { advance() }
  }

  /// Passes the rest of the line, without its end.
  func skipLine() throws(PlatformError) {
    while position < end ? true : try refill() {
      guard let found = memchr(base + position, 0x0a, end - position) else {
        position = end
        continue
      }
      position = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      return
    }
  }

  /// How many bytes from the start of the current stretch, which must be whole, a value there takes; nil if it does
  /// not end before the current position.
  func lengthOfValueAtMark() -> Int? {
    var scan = csj_scan()
    let length = csj_scan_value(base + mark, position - mark, &scan)
    return scan.done ? length : nil
  }

  /// Moves the position to `length` bytes behind the start of the current stretch, on the same line.
  func back(to length: Int) { position = mark + length }

  /// The current stretch's length without blanks at its end; it must be whole.
  var trimmedLength: Int {
    var length = position - mark
    while length > 0, [0x20, 0x0a, 0x0d, 0x09].contains(base[mark + length - 1]) { length -= 1 }
    return length
  }

  /// Reads on, at the end of what is here; false at the end of the file.
  private func refill() throws(PlatformError) -> Bool {
    if dropped > 0 || position - mark > limit {
      // What comes behind the position moves to the mark; at a refill nothing does.
      memmove(base + mark, base + position, end - position)
      dropped += position - mark
      end -= position - mark
      position = mark
    }
    if capacity - end < readBytes { makeRoom() }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(start: base + end, count: readBytes))
    end += count
    return count > 0
  }

  private func makeRoom() {
    let first = min(keep ?? mark, mark)
    if first > 0 {
      memmove(base, base + first, end - first)
      mark -= first
      position -= first
      end -= first
      keep = keep.map { $0 - first }
    }
    guard capacity - end < readBytes else { return }
    capacity = max(capacity * 2, end + readBytes)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    grown.update(from: base, count: end)
    base.deallocate()
    base = grown
  }
}
