import CLibcrypto
import Foundation
package import PlatformCore

/// SHA-256 by libcrypto: one context, reused for any number of messages; not for use from two threads at once.
package final class SHA256Digest {
  /// Fetched once: OpenSSL 3 otherwise looks the algorithm up again for every message.
  private struct Algorithm: @unchecked Sendable {  // libcrypto's fetched algorithms are immutable and thread-safe
    let handle: OpaquePointer?
  }
  private static let algorithm = Algorithm(handle: EVP_MD_fetch(nil, "SHA256", nil))

  /// The version of the libcrypto in use, as in `3.0.19`.
  package static var libraryVersion: String { String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }

  private let context: OpaquePointer

  /// Makes a context ready for the first message.
  ///
  /// - Throws: `.bug` if libcrypto cannot provide SHA-256.
  package init() throws(PlatformError) {
    guard Self.algorithm.handle != nil, let context = EVP_MD_CTX_new() else {
      throw PlatformError(.bug, "libcrypto does not provide SHA-256")
    }
    self.context = context
    start()
  }

  deinit { EVP_MD_CTX_free(context) }

  private func start() { EVP_DigestInit_ex2(context, Self.algorithm.handle, nil) }

  /// Adds bytes to the message at hand.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.baseAddress, bytes.count > 0 else { return }
    EVP_DigestUpdate(context, first, bytes.count)
  }

  /// Adds bytes to the message at hand.
  package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes(update) }

  /// Ends the message and returns its 32 bytes; the next `update` begins another message.
  package func finalize() -> [UInt8] {
    let digest = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      count = 32
    }
    start()
    return digest
  }

  /// Ends the message and returns its first 8 bytes read as a big-endian number; nothing is allocated.
  package func finalizeFirst64Bits() -> UInt64 {
    let first = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
      return UInt64(bigEndian: buffer.load(as: UInt64.self))
    }
    start()
    return first
  }

  /// Lower-case hex of bytes, two digits each.
  package static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      for (index, byte) in bytes.enumerated() {
        buffer[2 * index] = digits[Int(byte >> 4)]
        buffer[2 * index + 1] = digits[Int(byte & 15)]
      }
      return bytes.count * 2
    }
  }

  /// The digest of one message as lower-case hex.
  ///
  /// - Throws: `.bug` if libcrypto cannot provide SHA-256.
  package static func hex(of bytes: [UInt8]) throws(PlatformError) -> String {
    let digest = try SHA256Digest()
    digest.update(bytes)
    return hex(digest.finalize())
  }

  /// The digest of a file's bytes as stored, as lower-case hex; reads 1 MB at a time.
  ///
  /// - Throws: `.inputMissing` if there is no such file, `.inputOutput` if it cannot be read.
  package static func hex(ofFile path: String) throws(PlatformError) -> String {
    let digest = try SHA256Digest()
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, errno)
      }
      if count == 0 { return hex(digest.finalize()) }
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> PlatformError {
    PlatformError(
      code == ENOENT ? .inputMissing : .inputOutput, code == ENOENT ? "no such file" : "cannot read the file",
      cause: String(cString: strerror(code)), context: ["file": path])
  }
}
