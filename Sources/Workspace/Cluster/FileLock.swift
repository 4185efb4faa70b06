import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// An exclusive lock between processes (`flock`); the kernel lets it go when its holder ends, however it ends.
final class FileLock {
  private let descriptor: Int32

  /// Waits for the lock, looking again every 20 ms. Blocks.
  ///
  /// - Throws: `.output` when the file cannot be made, `.temporary` when the time is up.
  init(path: String, timeout: Duration) throws(PlatformError) {
    // Close-on-exec: a postmaster that inherited the file would hold the lock for as long as it runs.
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw PlatformError(
        .output, "the lock file of the private PostgreSQL cannot be opened", cause: String(cString: strerror(errno)),
        context: ["file": path], nextStep: "make its folder writable, or set OKAPI_HOME to another folder")
    }
    let deadline = ContinuousClock.now + timeout
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard ContinuousClock.now < deadline, !Task.isCancelled else {
        close(descriptor)
        throw PlatformError(
          .temporary, "another okapi is starting or stopping the private PostgreSQL", context: ["lock": path],
          nextStep: "run the command again in a moment", isRetryable: true)
      }
      usleep(20_000)
    }
  }

  deinit { close(descriptor) }
}
