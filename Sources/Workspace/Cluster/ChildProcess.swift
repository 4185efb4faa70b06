import Foundation
package import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// A program started by us: its pipes are read while it runs, and it inherits no other file of ours.
package final class ChildProcess: Sendable {
  /// How a child ended and what it wrote.
  package struct Outcome: Sendable {
    /// The exit status; 128 plus the signal's number when a signal ended it.
    package let status: Int32
    /// Everything it wrote to its standard output.
    package let output: [UInt8]
    /// Everything it wrote to its standard error.
    package let errors: [UInt8]
    /// Whether it was killed because its time was up.
    package let isTimedOut: Bool

    /// The standard output as text.
    package var outputText: String { String(decoding: output, as: UTF8.self) }
    /// The standard error as text.
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  /// The process number.
  package let processID: Int32
  private let outputPipe: Int32
  private let errorPipe: Int32

  /// Starts `executable` (a path) with an empty standard input.
  ///
  /// - Parameters:
  ///   - environment: the whole environment of the child.
  ///   - directory: where it starts; nil for our own.
  /// - Throws: `.inputMissing` when there is no such program, `.inputOutput` otherwise.
  package init(
    _ executable: String, _ arguments: [String], environment: [String: String], directory: String? = nil
  ) throws(PlatformError) {
    let output = try Self.makePipe()
    let errors: (read: Int32, write: Int32)
    do { errors = try Self.makePipe() } catch {
      [output.read, output.write].forEach { close($0) }
      throw error
    }
    // posix_spawn changes the folder by an extension that not every C library offers; a shell does it everywhere.
    let inFolder = ["-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", directory ?? "", executable]
    let (status, processID) = Self.spawn(
      directory == nil ? executable : "/bin/sh", directory == nil ? arguments : inFolder + arguments, environment,
      output: output.write, errors: errors.write)
    [output.write, errors.write].forEach { close($0) }
    guard status == 0 else {
      [output.read, errors.read].forEach { close($0) }
      throw PlatformError(
        status == ENOENT ? .inputMissing : .inputOutput, "a program could not be started",
        cause: String(cString: strerror(status)), context: ["program": executable])
    }
    self.processID = processID
    outputPipe = output.read
    errorPipe = errors.read
  }

  deinit { [outputPipe, errorPipe].forEach { close($0) } }

  /// Sends a signal. Not to be called after `wait` has returned: the number may be another's by then.
  package func signal(_ number: Int32) { kill(processID, number) }

  /// Reads both pipes until the child ends. Blocks; to be called once.
  ///
  /// A grandchild that keeps a pipe open does not keep us waiting.
  /// - Parameter timeout: after it the child is killed (SIGKILL).
  package func wait(timeout: Duration? = nil) -> Outcome {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    var texts: [[UInt8]] = [[], []]
    var isOpen = [true, true]
    var ended: Int32?
    var isTimedOut = false
    while true {
      var polled = [outputPipe, errorPipe].enumerated().map { index, pipe in
        pollfd(fd: isOpen[index] ? pipe : -1, events: Int16(POLLIN), revents: 0)
      }
      // While the child lives look after it twenty times a second; then only empty the pipes.
      let isWorthWaiting = ended == nil
      let ready = poll(&polled, nfds_t(polled.count), isWorthWaiting ? 50 : 0)
      if ready > 0 {
        for index in 0..<2 where polled[index].revents != 0 {
          isOpen[index] = Self.readSome(polled[index].fd, into: &texts[index])
        }
        continue
      }
      if ended != nil { break }
      ended = reap()
      if ended == nil, let deadline, ContinuousClock.now > deadline, !isTimedOut {
        isTimedOut = true
        kill(processID, SIGKILL)
      }
    }
    return Outcome(status: ended ?? -1, output: texts[0], errors: texts[1], isTimedOut: isTimedOut)
  }

  private func reap() -> Int32? {
    var status: Int32 = 0
    guard waitpid(processID, &status, WNOHANG) == processID else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }

  private static func readSome(_ pipe: Int32, into text: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(pipe, &buffer, buffer.count)
    if count > 0 { text += buffer.prefix(count) }
    return count > 0 || (count < 0 && errno == EINTR)
  }

  private static func makePipe() throws(PlatformError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw PlatformError(.inputOutput, "a pipe could not be made", cause: String(cString: strerror(errno)))
    }
    ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], _ environment: [String: String], output: Int32, errors: Int32
  ) -> (status: Int32, processID: pid_t) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // Signals that our process ignores or blocks (SIGPIPE, a handled SIGINT) start afresh in the child.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    #if canImport(Darwin)
      flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
      // Not every library we link opens its files close-on-exec, and a server would keep them for days.
      for name in (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? [] {
        if let number = Int32(name), number > 2 { posix_spawn_file_actions_addclose(&actions, number) }
      }
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let words = ([executable] + arguments).map { strdup($0) }
    let pairs = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
    defer { (words + pairs).forEach { free($0) } }
    var processID: pid_t = 0
    let status = posix_spawn(&processID, executable, &actions, &attributes, words + [nil], pairs + [nil])
    return (status, processID)
  }
}
