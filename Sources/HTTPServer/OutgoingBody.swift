internal import CMicroHTTPD

/// Keeps the bytes of an answer at their place until libmicrohttpd has sent them.
final class OutgoingBody {
  private let pieces: [[UInt8]]
  /// What is sent before the connection is cut; nil when all is.
  private let sentBytes: Int

  private init(_ pieces: [[UInt8]], sentBytes: Int) {
    self.pieces = pieces
    self.sentBytes = sentBytes
  }

  /// libmicrohttpd's form of an answer, without its header fields; nil when memory is short.
  static func makeResponse(_ response: HTTPResponse) -> OpaquePointer? {
    if response.fault == .cutDuring { return cut(response.body) }
    switch response.body {
    case .bytes(let bytes): return whole(bytes)
    case .pieces(let pieces): return pieces.count == 1 ? whole(pieces[0]) : scattered(pieces)
    }
  }

  /// Gives back what `passRetained` took.
  private static let release: MHD_ContentReaderFreeCallback = { kept in
    if let kept { Unmanaged<OutgoingBody>.fromOpaque(kept).release() }
  }

  private static func keep(_ pieces: [[UInt8]], sentBytes: Int = 0) -> UnsafeMutableRawPointer {
    Unmanaged.passRetained(OutgoingBody(pieces, sentBytes: sentBytes)).toOpaque()
  }

  /// The address of an array's bytes. It holds beyond the closure because the array is kept, never changed, and of a
  /// type whose storage is always its own.
  private static func address(_ bytes: [UInt8]) -> UnsafeMutableRawPointer? {
    bytes.withUnsafeBytes { UnsafeMutableRawPointer(mutating: $0.baseAddress) }
  }

  private static func whole(_ bytes: [UInt8]) -> OpaquePointer? {
    MHD_create_response_from_buffer_with_free_callback_cls(bytes.count, address(bytes), release, keep([bytes]))
  }

  private static func scattered(_ pieces: [[UInt8]]) -> OpaquePointer? {
    let vectors = pieces.filter { !$0.isEmpty }.map { MHD_IoVec(iov_base: address($0), iov_len: $0.count) }
    guard !vectors.isEmpty else { return whole([]) }
    return MHD_create_response_from_iovec(vectors, UInt32(vectors.count), release, keep(pieces))
  }

  /// An answer that promises the whole length and ends after half of it.
  private static func cut(_ body: HTTPBody) -> OpaquePointer? {
    let read: MHD_ContentReaderCallback = { kept, position, buffer, size in
      guard let kept, let buffer else { return -2 }
      let body = Unmanaged<OutgoingBody>.fromOpaque(kept).takeUnretainedValue()
      let start = Int(position)
      let count = min(size, body.sentBytes - start)
      guard count > 0 else { return -2 }  // MHD_CONTENT_READER_END_WITH_ERROR, a macro with a cast
      body.pieces[0][start..<(start + count)].withUnsafeBytes { buffer.update(from: $0, count: count) }
      return count
    }
    let bytes = body.joined
    return MHD_create_response_from_callback(
      UInt64(bytes.count), 16 << 10, read, keep([bytes], sentBytes: bytes.count / 2), release)
  }
}

extension UnsafeMutablePointer<CChar> {
  fileprivate func update(from bytes: UnsafeRawBufferPointer, count: Int) {
    UnsafeMutableRawPointer(self).copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(self), byteCount: count)
  }
}
