import Foundation
import Gzip
import PlatformCore
import Synchronization

/// One file of a dump: takes rows as COPY's text format writes them and stores them as JSON Lines.
final class DumpFile: Sendable {
  private let file: AtomicFile
  private let gzip: Mutex<GzipStream?>

  /// - Throws: `output` when the file cannot be created.
  init(_ target: URL, isCompressed: Bool) throws(PlatformError) {
    file = try AtomicFile(target)
    gzip = Mutex(isCompressed ? try GzipStream() : nil)
  }

  /// Appends one row of a single JSON column, newline included.
  func append(row: UnsafeRawBufferPointer) throws(PlatformError) {
    try store(Self.line(row))
  }

  /// Makes the file appear.
  ///
  /// - Returns: its size in bytes.
  func finish() throws(PlatformError) -> Int {
    let rest = gzip.withLock { $0?.finish() }
    if let rest { try file.append(rest) }
    return try file.finish()
  }

  private func store(_ line: [UInt8]) throws(PlatformError) {
    let packed = gzip.withLock { stream in stream.map { $0.compress(line) } }
    try file.append(packed ?? line)
  }

  /// Undoes COPY's escapes. A line break or tab inside a row stood between JSON tokens, as strings cannot hold one, and
  /// becomes a space, so that a row stays on its line.
  ///
  /// Source: PostgreSQL, COPY, text format.
  static func line(_ row: UnsafeRawBufferPointer) -> [UInt8] {
    let backslash = UInt8(ascii: "\\")
    guard row.contains(backslash) else { return Array(row) }
    var line: [UInt8] = []
    line.reserveCapacity(row.count)
    var index = 0
    while index < row.count {
      var byte = row[index]
      if byte == backslash, index + 1 < row.count {
        index += 1
        byte = row[index]
        if byte == UInt8(ascii: "n") || byte == UInt8(ascii: "r") || byte == UInt8(ascii: "t") {
          byte = UInt8(ascii: " ")
        }
      }
      line.append(byte)
      index += 1
    }
    return line
  }
}
