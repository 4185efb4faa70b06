import CZlib
package import PlatformCore

/// Compresses a stream of bytes as one gzip member, without a time stamp: equal input gives equal output.
package final class GzipStream {
  // zlib keeps the address of its stream, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Begins a member.
  ///
  /// - Throws: `bug` when zlib cannot start.
  package init() throws(PlatformError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipWindow = 15 + 16
    let result = deflateInit2_(
      stream, 6, Z_DEFLATED, Int32(gzipWindow), 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else { throw PlatformError(.bug, "zlib cannot start a gzip stream", code: "\(result)") }
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// What can be written out after these bytes; often nothing yet.
  package func compress(_ bytes: [UInt8]) -> [UInt8] { run(bytes, flush: Z_NO_FLUSH) }

  /// The rest; the stream is at its end then.
  package func finish() -> [UInt8] { run([], flush: Z_FINISH) }

  private func run(_ bytes: [UInt8], flush: Int32) -> [UInt8] {
    var output: [UInt8] = []
    var input = bytes
    input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
        repeat {
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          deflate(stream, flush)
          output.append(contentsOf: room[..<(room.count - Int(stream.pointee.avail_out))])
        } while stream.pointee.avail_out == 0
      }
      stream.pointee.next_in = nil
    }
    return output
  }
}
