package import Foundation

/// Who uses what several test processes share, such as the PostgreSQL of a checkout: a file that each holds locked.
///
/// The kernel lets a lock go when its process ends, however it ends.
package struct SharedUse: Sendable {
  private let descriptor: Int32

  /// Counts this process among the users; waits while a last one is clearing up.
  package init(_ file: URL) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: file.path]) }
    while flock(descriptor, LOCK_SH) != 0 && errno == EINTR {}
  }

  /// Ends this process's use: whether it was the last, which then clears up while newcomers wait for its end.
  package func isLastToLeave() -> Bool {
    // Let go first: of two that leave at once, one finds nobody else.
    flock(descriptor, LOCK_UN)
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
