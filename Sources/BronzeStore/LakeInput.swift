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

  /// Up to `count` bytes from an offset; none at the end.
  ///
  /// - Throws: `inputOutput`.
  package func read(_ count: Int, at offset: Int) throws(PlatformError) -> [UInt8] {
    var found = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat { found = pread(descriptor, buffer.baseAddress, count, off_t(offset)) } while found < 0 && errno == EINTR
      filled = max(0, found)
    }
    guard found >= 0 else {
      throw PlatformError(
        .inputOutput, "a file of the lake cannot be read", cause: String(cString: strerror(errno)),
        context: ["file": path])
    }
    return bytes
  }
}
