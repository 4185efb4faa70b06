import Foundation
import PlatformCore

/// A segment that is being written; for one writer at a time.
///
/// After a failure it is cut back to what was on the disk and takes no more: no line ever stands behind a half one.
final class SegmentFile: Sendable {
  let name: SegmentName
  let openedAt: Date
  private let path: String
  private let descriptor: Int32

  /// Makes the file and its entry in the folder.
  ///
  /// - Throws: `output`, also for a name that nobody would find again.
  init(_ name: SegmentName, in folder: URL, at now: Date) throws(PlatformError) {
    self.name = name
    openedAt = now
    path = folder.appending(path: name.fileName).path
    guard SegmentName(name.fileName) == name else {
      throw PlatformError(
        .output, "the log of webhook events has no name left for a further segment", context: ["file": path],
        nextStep: "move the segment of the highest number out of that folder and index.db* out of the one above, "
          + "and start again: the index is made anew")
    }
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, Self.sync(folder: folder) else { throw Self.failure(.output, path, errno) }
  }

  deinit { close(descriptor) }

  /// Writes whole lines behind the `bytes` that are there, and brings them to the disk.
  ///
  /// - Throws: `inputOutput`; the file is then as it was, as far as the disk allows.
  func append(_ lines: [UInt8], at bytes: Int) throws(PlatformError) {
    var offset = 0
    while offset < lines.count {
      let count = lines.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw cut(to: bytes, errno) }
      offset += count
    }
    guard Self.sync(descriptor) else { throw cut(to: bytes, errno) }
    // A file that somebody has removed or moved takes all that is written, and nobody finds it.
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, stat(path, &named) == 0, own.st_ino == named.st_ino, own.st_dev == named.st_dev
    else { throw cut(to: bytes, ENOENT) }
  }

  private func cut(to bytes: Int, _ reason: Int32) -> PlatformError {
    ftruncate(descriptor, off_t(bytes))
    fsync(descriptor)
    return Self.failure(.inputOutput, path, reason)
  }

  private static func sync(_ descriptor: Int32) -> Bool {
    #if canImport(Darwin)
      fcntl(descriptor, F_FULLFSYNC) == 0
    #else
      fdatasync(descriptor) == 0
    #endif
  }

  /// Brings a file to the disk that another process has written.
  ///
  /// - Throws: `inputOutput`.
  static func sync(file path: String) throws(PlatformError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(.inputOutput, path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(.inputOutput, path, errno) }
  }

  /// Brings the entries of a folder to the disk.
  static func sync(folder: URL) -> Bool {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder.
    return fsync(descriptor) == 0 || errno == EINVAL
  }

  static func failure(_ status: ExitStatus, _ path: String, _ reason: Int32) -> PlatformError {
    let remedy =
      switch reason {
      case EACCES, EPERM, EROFS: "make the folder writable"
      case ENOENT: "put the folder back"
      default: "make room"
      }
    return PlatformError(
      status, "the log of webhook events cannot be written", cause: String(cString: strerror(reason)),
      context: ["file": path], nextStep: "\(remedy): Stripe sends again what was not taken", isRetryable: true)
  }
}
