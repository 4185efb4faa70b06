import CZlib
package import PlatformCore

/// Why bytes are no whole gzip member.
package struct GzipDamage: Error, Sendable, Equatable {
  /// In zlib's words, where it has some.
  package let cause: String
}

/// Unpacks one gzip member, piece by piece. It leaves out several members in a row.
package final class GunzipStream {
  /// Whether the member's end mark was read, and its checksum was right.
  package private(set) var isAtEnd = false

  // zlib keeps the address of its stream, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Begins a member.
  ///
  /// - Throws: `bug` when zlib cannot start.
  package init() throws(PlatformError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipWindow = 15 + 16
    let result = inflateInit2_(stream, Int32(gzipWindow), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else { throw PlatformError(.bug, "zlib cannot read a gzip stream", code: "\(result)") }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// What comes out of the next bytes: up to a thousand times as many.
  package func unpack(_ bytes: [UInt8]) throws(GzipDamage) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    if isAtEnd { throw Self.trailing }
    var output: [UInt8] = []
    var input = bytes
    var (code, left) = (Z_OK, 0)
    input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
        repeat {
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          code = inflate(stream, Z_NO_FLUSH)
          output.append(contentsOf: room[..<(room.count - Int(stream.pointee.avail_out))])
        } while code == Z_OK && stream.pointee.avail_out == 0
      }
      left = Int(stream.pointee.avail_in)
      stream.pointee.next_in = nil
    }
    // No progress means that there is no more input: not a fault in the middle of a stream.
    guard [Z_OK, Z_BUF_ERROR, Z_STREAM_END].contains(code) else {
      throw GzipDamage(cause: stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)")
    }
    isAtEnd = code == Z_STREAM_END
    if isAtEnd, left > 0 { throw Self.trailing }
    return output
  }

  private static let trailing = GzipDamage(cause: "bytes that are not gzip stand behind the compressed data")
}
