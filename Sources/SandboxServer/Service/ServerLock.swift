package import Foundation
package import PlatformCore

/// A running sandbox, as its lock file tells others.
package struct RunningSandbox: Codable, Sendable, Equatable {
  /// Its process.
  package let pid: Int32
  /// Where it answers, as `http://127.0.0.1:12111`.
  package let url: String
  /// The folder of its store; nil for one in memory.
  package let data: String?

  /// The sandbox that has the store of a folder open; nil when none has.
  package static func find(inFolder folder: URL) -> RunningSandbox? { find(lock: ServerLock.path(ofFolder: folder)) }

  /// Asks the sandboxes that are listed in a folder to end, and returns them once they have.
  ///
  /// - Throws: `.temporary` when one takes longer than the time given, `.permission` when it is another user's.
  package static func stopAll(
    listedIn folder: URL, within time: Duration = .seconds(30)
  ) throws(PlatformError) -> [RunningSandbox] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let paths = names.filter { $0.hasSuffix(".lock") }.sorted().map { folder.appending(path: $0).path }
    let deadline = ContinuousClock.now + time
    var stopped: [RunningSandbox] = []
    for path in paths {
      guard let running = find(lock: path) else {
        unlink(path)  // left behind by one that was killed
        continue
      }
      try running.terminate()
      while find(lock: path) != nil {
        guard ContinuousClock.now < deadline else {
          throw PlatformError(
            .temporary, "the sandbox is still ending", context: ["process": String(running.pid)],
            nextStep: "run the command again in a moment")
        }
        usleep(20_000)
      }
      stopped.append(running)
    }
    return stopped
  }

  private static func find(lock path: String) -> RunningSandbox? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Whoever can lock the file is alone: its server ended, however it ended.
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    let text = (try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd()) ?? Data()
    return try? JSONDecoder().decode(RunningSandbox.self, from: text)
  }

  private func terminate() throws(PlatformError) {
    guard kill(pid, SIGTERM) != 0, errno != ESRCH else { return }
    throw PlatformError(
      .permission, "the sandbox cannot be stopped", cause: String(cString: strerror(errno)),
      context: ["process": String(pid)], nextStep: "stop process \(pid) as its own user")
  }
}

/// A file that a running sandbox holds locked and says in it who it is; the kernel unlocks it when the process ends.
final class ServerLock: Sendable {
  private let descriptor: Int32
  private let path: String
  private let isTemporary: Bool

  static func path(ofFolder folder: URL) -> String { folder.appending(path: "sandbox.lock").path }

  /// Takes the lock at once or not at all; a temporary file is removed when it is let go.
  ///
  /// - Throws: `.temporary` naming the sandbox that has it, `.output` when the file cannot be made.
  init(path: String, isTemporary: Bool = false) throws(PlatformError) {
    self.path = path
    self.isTemporary = isTemporary
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.unwritable(path, errno) }
    // Whoever only looks holds it for a moment: a few more tries tell him from a sandbox.
    var triesLeft = 10
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      triesLeft -= 1
      guard triesLeft > 0 else {
        close(descriptor)
        throw Self.taken(path)
      }
      usleep(20_000)
    }
  }

  deinit {
    if isTemporary { unlink(path) } else { ftruncate(descriptor, 0) }
    close(descriptor)
  }

  /// Says who has the lock.
  ///
  /// - Throws: `.output` when the file cannot be written.
  func tell(_ sandbox: RunningSandbox) throws(PlatformError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    let text = Array((try? encoder.encode(sandbox)) ?? Data()) + [UInt8(ascii: "\n")]
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
      throw Self.unwritable(path, errno)
    }
  }

  private static func taken(_ path: String) -> PlatformError {
    let folder = URL(filePath: path).deletingLastPathComponent()
    guard let owner = RunningSandbox.find(inFolder: folder) else {
      return PlatformError(
        .temporary, "another okapi is at work on this sandbox's store", context: ["folder": folder.path],
        nextStep: "run the command again in a moment", isRetryable: true)
    }
    return PlatformError(
      .temporary, "this sandbox's store is served already, by process \(owner.pid) at \(owner.url)",
      context: ["folder": folder.path], nextStep: "use \(owner.url), or: okapi stop")
  }

  private static func unwritable(_ path: String, _ reason: Int32) -> PlatformError {
    PlatformError(
      .output, "the sandbox's lock file cannot be written", cause: String(cString: strerror(reason)),
      context: ["file": path], nextStep: "make its folder writable, or name another one with --data")
  }
}
