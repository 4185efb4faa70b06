import Foundation

/// A process as another one on the same machine can recognise it, and tell that it has ended.
///
/// A process number alone would not do: numbers are used again, and containers count their own.
package struct ProcessIdentity: Sendable, Equatable {
  private let boot: String
  private let space: String
  private let pid: Int32
  private let started: String

  /// This process; nil where the system does not say so much, as on macOS.
  package static let current: ProcessIdentity? = {
    guard let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
      let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"),
      let started = started(getpid())
    else { return nil }
    return ProcessIdentity(boot: boot.filter { !$0.isWhitespace }, space: space, pid: getpid(), started: started)
  }()

  private init(boot: String, space: String, pid: Int32, started: String) {
    self.boot = boot
    self.space = space
    self.pid = pid
    self.started = started
  }

  /// Reads what `text` wrote; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = String(text).split(separator: "|" as Character).map(String.init)
    guard parts.count == 4, let pid = Int32(parts[2]) else { return nil }
    self.init(boot: parts[0], space: parts[1], pid: pid, started: parts[3])
  }

  /// The identity as one word.
  package var text: String { [boot, space, String(pid), started].joined(separator: "|") }

  /// Whether it is certain that the process has ended: it ran where we run, and is not there any more.
  package var hasEnded: Bool {
    guard let here = Self.current, here.boot == boot, here.space == space else { return false }
    return Self.started(pid) != started
  }

  /// When a process was started, in ticks since the machine was; nil where there is none.
  ///
  /// Source: proc_pid_stat(5), field 22; the name in field 2 may hold blanks and brackets.
  private static func started(_ pid: Int32) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    // A process that was killed and not yet waited for is still there, as a zombie.
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }
}
