import CZlib
import Foundation
import PlatformCore

/// A file's bytes from first to last, unpacked on the way when it is gzip.
///
/// Gzip is told by the first bytes, not by the file's name.
final class ByteSource {
  /// The size as stored; nil for pipes.
  let bytesTotal: Int?
  /// Bytes taken from the file as stored.
  private(set) var bytesRead = 0
  /// Whether the compressed data ended before its end mark.
  private(set) var isCutShort = false

  private let path: String
  private let descriptor: Int32
  private let input: UnsafeMutableRawBufferPointer
  private var inputStart = 0
  private var inputEnd = 0
  private var isInputAtEnd = false
  private var stream: UnsafeMutablePointer<z_stream>?
  private var isMemberOpen = false

  /// Opens a file; `readBytes` is the size of one read.
  init(path: String, readBytes: Int) throws(PlatformError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.openFailure(path, errno) }
    input = .allocate(byteCount: max(readBytes, 2), alignment: 64)
    var facts = stat()
    let isKnown = fstat(descriptor, &facts) == 0
    bytesTotal = isKnown && facts.st_mode & S_IFMT == S_IFREG ? Int(facts.st_size) : nil
    if isKnown, facts.st_mode & S_IFMT == S_IFDIR {
      throw PlatformError(
        .inputOutput, "this is a directory, not a file", context: ["file": path], nextStep: "name a file inside it")
    }
    while inputEnd < 2, !isInputAtEnd { try fill() }
    if inputEnd == 0 { throw Self.empty(path) }
    if inputEnd >= 2, input[0] == 0x1f, input[1] == 0x8b { try startInflating() }
  }

  deinit {
    if let stream {
      inflateEnd(stream)
      stream.deallocate()
    }
    input.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Writes the next bytes; returns how many, 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(PlatformError) -> Int {
    if stream != nil { return try inflate(into: buffer) }
    if inputStart < inputEnd {
      let count = min(buffer.count, inputEnd - inputStart)
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputStart..<inputStart + count]))
      inputStart += count
      return count
    }
    return try readFile(buffer)
  }

  static func empty(_ path: String) -> PlatformError {
    PlatformError(
      .data, "the file is empty", context: ["file": path],
      nextStep: "export it again; a list without objects is {\"object\":\"list\",\"data\":[]}")
  }

  private static func openFailure(_ path: String, _ code: Int32) -> PlatformError {
    let cause = String(cString: strerror(code))
    switch code {
    case ENOENT, ENOTDIR:
      return PlatformError(.inputMissing, "there is no such file", cause: cause, context: ["file": path])
    case EACCES, EPERM:
      return PlatformError(
        .inputOutput, "no permission to read the file", cause: cause, context: ["file": path],
        nextStep: "make it readable for this user")
    default: return PlatformError(.inputOutput, "the file cannot be opened", cause: cause, context: ["file": path])
    }
  }

  private func readFile(_ buffer: UnsafeMutableRawBufferPointer) throws(PlatformError) -> Int {
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 {
        bytesRead += count
        return count
      }
      guard errno == EINTR else {
        throw PlatformError(
          .inputOutput, "the file cannot be read", cause: String(cString: strerror(errno)), context: ["file": path])
      }
    }
  }

  /// Adds to `input`, moving what is left in it to the front.
  private func fill() throws(PlatformError) {
    if inputStart > 0 {
      if inputStart < inputEnd, let base = input.baseAddress {
        memmove(base, base + inputStart, inputEnd - inputStart)
      }
      inputEnd -= inputStart
      inputStart = 0
    }
    let count = try readFile(UnsafeMutableRawBufferPointer(rebasing: input[inputEnd...]))
    if count == 0 { isInputAtEnd = true }
    inputEnd += count
  }
}

// MARK: - gzip

extension ByteSource {
  private func startInflating() throws(PlatformError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window, and 16 to ask for the gzip format alone.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw PlatformError(.bug, "zlib could not be started", context: ["file": path])
    }
    self.stream = stream
    isMemberOpen = true
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(PlatformError) -> Int {
    guard let stream, buffer.count > 0 else { return 0 }
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(min(buffer.count, 1 << 30))
    let room = stream.pointee.avail_out
    while stream.pointee.avail_out == room {
      guard isMemberOpen else {
        guard try openNextMember() else { return 0 }
        continue
      }
      if inputStart == inputEnd, !isInputAtEnd { try fill() }
      if inputStart == inputEnd {
        isCutShort = true
        return 0
      }
      stream.pointee.next_in = (input.baseAddress.unsafelyUnwrapped + inputStart).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(inputEnd - inputStart)
      let code = CZlib.inflate(stream, Z_NO_FLUSH)
      inputStart = inputEnd - Int(stream.pointee.avail_in)
      switch code {
      case Z_OK, Z_BUF_ERROR: continue
      case Z_STREAM_END: isMemberOpen = false
      default: throw damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)")
      }
    }
    return Int(room - stream.pointee.avail_out)
  }

  /// After a member: another one follows, or padding zeros, or nothing.
  private func openNextMember() throws(PlatformError) -> Bool {
    while true {
      while inputEnd - inputStart < 2, !isInputAtEnd { try fill() }
      if inputStart == inputEnd { return false }
      if input[inputStart] == 0x1f, inputEnd - inputStart >= 2, input[inputStart + 1] == 0x8b {
        inflateReset(stream)
        isMemberOpen = true
        return true
      }
      guard input[inputStart] == 0 else { throw damaged("bytes that are not gzip stand behind the compressed data") }
      inputStart += 1
    }
  }

  private func damaged(_ cause: String) -> PlatformError {
    PlatformError(
      .data, "the gzip file is damaged", cause: cause, context: ["file": path],
      nextStep: "copy or compress it again; `gzip -t` must accept it")
  }
}
