import Foundation
package import PlatformCore

/// A file of the lake, read from any offset; it may grow meanwhile.
package final class LakeInput {
  private let path: String
  private let descriptor: Int32

  init(path: String) throws(PlatformError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else { return }
    throw PlatformError(
      errno == ENOENT ? .inputMissing : .inputOutput, "a file of the lake cannot be opened",
      cause: String(cString: strerror(errno)), context: ["file": path])
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends up to `count` bytes from `offset` to a buffer; returns how many, 0 at the end.
  ///
  /// - Throws: `inputOutput`.
  package func read(_ count: Int, at offset: Int, into buffer: inout [UInt8]) throws(PlatformError) -> Int {
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    while true {
      let found = buffer.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress?.advanced(by: start), count, off_t(offset))
      }
      if found < 0 && errno == EINTR { continue }
      buffer.removeLast(count - max(0, found))
      guard found >= 0 else {
        throw PlatformError(
          .inputOutput, "a file of the lake cannot be read", cause: String(cString: strerror(errno)),
          context: ["file": path])
      }
      return found
    }
  }
}
