import Foundation
import PlatformCore

/// A file locked with `flock`, with a text in it that says by whom.
final class LakeFileLock: LakeHold {
  private let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    ftruncate(descriptor, 0)
    close(descriptor)
  }

  /// Nil while another holds it.
  static func take(_ path: String) throws(PlatformError) -> LakeFileLock? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return LakeFileLock(path: path, descriptor: descriptor) }
    let reason = errno
    close(descriptor)
    guard reason == EWOULDBLOCK else { throw unwritable(path, reason) }
    return nil
  }

  func tell(_ text: [UInt8]) throws(PlatformError) {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
      throw Self.unwritable(path, errno)
    }
  }

  private static func unwritable(_ path: String, _ reason: Int32) -> PlatformError {
    PlatformError(
      .output, "the lake's lock file cannot be written", cause: String(cString: strerror(reason)),
      context: ["file": path], nextStep: "make the lake writable, or set LAKE_URL to another folder")
  }
}
