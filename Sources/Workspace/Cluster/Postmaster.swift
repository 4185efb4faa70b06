import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// What `postmaster.pid` says of a running server, held against the process it names.
///
/// Source: PostgreSQL's `miscadmin.h`, the lines of the lock file.
struct Postmaster: Sendable, Equatable {
  let processID: pid_t
  let port: Int
  let socketDirectory: String
  let listenAddresses: String
  let status: String

  /// What became of the server that wrote the file.
  enum Condition: Equatable {
    /// There is no file.
    case absent
    /// The file was left behind: its process is gone, or a zombie that nobody has buried.
    case stale(isZombie: Bool)
    /// The process runs, and is the server of this data folder.
    case running(Postmaster)
  }

  /// Reads the file and looks at the process.
  ///
  /// - Throws: `.inputOutput` when the file is damaged or names a process that is something else.
  static func condition(_ files: ClusterFiles) throws(PlatformError) -> Condition {
    guard let text = try? String(contentsOfFile: files.pidFile, encoding: .utf8) else { return .absent }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard let first = lines.first, let processID = pid_t(first), processID > 0 else {
      throw PlatformError(
        .inputOutput, "the pid file of the private PostgreSQL is damaged", context: ["file": files.pidFile],
        nextStep: "make sure that no PostgreSQL runs in that folder, delete the file, then run again")
    }
    var process = RunningProcess(processID)
    // A process that is ending has lost its arguments before it counts as a zombie.
    for _ in 0..<100 where process?.isEnding == true {
      usleep(10_000)
      process = RunningProcess(processID)
    }
    guard let process else { return .stale(isZombie: false) }
    if process.isZombie { return .stale(isZombie: true) }
    guard process.isPostmaster(of: files.dataDirectory) else {
      throw PlatformError(
        .inputOutput, "the pid file names process \(processID), which is not this PostgreSQL but \(process.name)",
        cause: "a server ended without removing the file, and its number now belongs to another process",
        context: ["file": files.pidFile],
        nextStep: "make sure that no PostgreSQL runs in that folder, delete the file, then run again")
    }
    func line(_ number: Int) -> String { number <= lines.count ? lines[number - 1] : "" }
    return .running(
      Postmaster(
        processID: processID, port: Int(line(4)) ?? 0, socketDirectory: line(5), listenAddresses: line(6),
        status: line(8)))
  }

  /// Whether it takes connections: says so, and its socket answers.
  var isReady: Bool {
    guard status == "ready" else { return false }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array((socketDirectory + "/.s.PGSQL.\(port)").utf8)
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}

/// A process as others see it; nil when there is none of that number.
struct RunningProcess {
  let processID: pid_t
  let arguments: [String]
  let isZombie: Bool
  private let workingFolder: String?

  init?(_ processID: pid_t) {
    self.processID = processID
    guard kill(processID, 0) == 0 || errno == EPERM else { return nil }
    #if os(Linux)
      let folder = "/proc/\(processID)"
      guard let line = try? Data(contentsOf: URL(fileURLWithPath: folder + "/cmdline")) else { return nil }
      arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      // The state follows the name, which stands in parentheses and may hold anything.
      let state = (try? String(contentsOfFile: folder + "/stat", encoding: .utf8)) ?? ""
      isZombie = state.split(separator: ")").last?.hasPrefix(" Z") ?? false
      workingFolder = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/cwd")
    #else
      guard
        let child = try? ChildProcess(
          "/bin/ps", ["-p", String(processID), "-o", "stat=,command="], environment: ["LC_ALL": "C"])
      else { return nil }
      let words = child.wait(timeout: .seconds(20)).outputText.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let state = words.first else { return nil }
      isZombie = state.hasPrefix("Z")
      arguments = Array(words.dropFirst())
      workingFolder = nil
    #endif
  }

  /// Whether it is on its way out (or a thread of the kernel, which never has arguments).
  var isEnding: Bool { arguments.isEmpty && !isZombie }

  /// The program's name.
  var name: String { arguments.first.map { ($0 as NSString).lastPathComponent } ?? "process \(processID)" }

  func isPostmaster(of dataDirectory: String) -> Bool {
    guard name == "postgres" || name == "postmaster" else { return false }
    return arguments.contains(dataDirectory) || workingFolder == dataDirectory
      || arguments.joined(separator: " ").contains(" -D " + dataDirectory)
  }
}
