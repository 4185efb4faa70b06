import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// Where the private cluster keeps what, and the few ways we write there.
struct ClusterFiles: Sendable {
  /// The workspace, links resolved.
  let home: String
  /// Our own folder in it: lock, password, port.
  let folder: String
  /// The folder that holds data and log: `folder`, or one outside when the server's user cannot get into the workspace.
  let base: String

  var dataDirectory: String { base + "/data" }
  var logFolder: String { base + "/log" }
  var logFile: String { logFolder + "/server.log" }
  var pidFile: String { dataDirectory + "/postmaster.pid" }
  var lockFile: String { folder + "/lock" }
  var passwordFile: String { folder + "/password" }
  var portFile: String { folder + "/port" }
  private var locationFile: String { folder + "/location" }
  var isRelocated: Bool { base != folder }
  /// Eight hex digits that tell this workspace from others.
  var mark: String { Self.mark(of: home) }

  init(home: URL) {
    self.home = home.resolvingSymlinksInPath().standardizedFileURL.path
    folder = self.home + "/postgres"
    let written = (try? String(contentsOfFile: folder + "/location", encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    base = written.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? folder
  }

  /// The major version in the data folder; nil when there is no data folder yet.
  ///
  /// - Throws: `.permission` when it may not be read, `.inputOutput` when the folder is something else.
  func dataMajor() throws(PlatformError) -> Int? {
    guard FileFacts(dataDirectory) != nil else { return nil }
    do {
      let text = try String(contentsOfFile: dataDirectory + "/PG_VERSION", encoding: .utf8)
      if let major = Int(text.trimmingCharacters(in: .whitespacesAndNewlines).prefix(while: \.isNumber)) {
        return major
      }
    } catch  where access(dataDirectory, R_OK | X_OK) != 0 {
      _ = try ClusterUser.choose(dataDirectory: dataDirectory)
      throw PlatformError(
        .permission, "the private PostgreSQL's data folder may not be read", context: ["folder": dataDirectory],
        nextStep: "run as its owner, or set OKAPI_HOME to a folder of your own")
    } catch {}
    throw PlatformError(
      .inputOutput, "the data folder is not one of PostgreSQL: it has no version in it",
      context: ["folder": dataDirectory], nextStep: "move the folder away, then run again")
  }

  /// Settles outside the workspace and leaves a note of where in it.
  func relocated() throws(PlatformError) -> ClusterFiles {
    let place = "/var/lib/okapi/" + mark
    try Self.makeFolder("/var/lib/okapi", mode: 0o755)
    try Self.makeFolder(place, mode: 0o711)
    try Self.replace(locationFile, with: place + "\n", mode: 0o644)
    return ClusterFiles(home: URL(fileURLWithPath: home))
  }

  /// Makes a folder and those above it unless they are there; only a new one gets mode and owner.
  static func makeFolder(_ path: String, mode: mode_t, owner: ClusterUser? = nil) throws(PlatformError) {
    if mkdir(path, mode) == 0 {
      guard chmod(path, mode) == 0, owner.map({ chown(path, $0.userID, $0.groupID) == 0 }) ?? true else {
        throw unwritable(path, errno)
      }
      return
    }
    let reason = errno
    var facts = stat()
    if reason == EEXIST, stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { return }
    guard reason == ENOENT else { throw unwritable(path, reason == EEXIST ? ENOTDIR : reason) }
    try makeFolder((path as NSString).deletingLastPathComponent, mode: mode)
    try makeFolder(path, mode: mode, owner: owner)
  }

  /// Writes a small file so that a reader sees the old one or the new one, and a crash leaves either.
  static func replace(_ path: String, with text: String, mode: mode_t, owner: ClusterUser? = nil) throws(PlatformError)
  {
    let temporary = path + ".new-" + String(UInt32.random(in: .min ... .max), radix: 16)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard file >= 0 else { throw unwritable(path, errno) }
    let bytes = Array(text.utf8)
    let isWritten =
      write(file, bytes, bytes.count) == bytes.count && fchmod(file, mode) == 0
      && owner.map({ fchown(file, $0.userID, $0.groupID) == 0 }) ?? true && fsync(file) == 0
    let reason = errno
    close(file)
    guard isWritten, rename(temporary, path) == 0 else {
      let why = isWritten ? errno : reason
      unlink(temporary)
      throw unwritable(path, why)
    }
  }

  static func unwritable(_ path: String, _ reason: Int32) -> PlatformError {
    PlatformError(
      .output, "the workspace of the private PostgreSQL cannot be written", cause: String(cString: strerror(reason)),
      context: ["path": path],
      nextStep: reason == ENOSPC
        ? "make room on the disk, then run again" : "make the folder writable, or set OKAPI_HOME to another folder")
  }

  /// Makes a rename in `folder` last.
  static func syncFolder(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// FNV-1a, 32 bits: short, the same in every run, and no secret.
  private static func mark(of text: String) -> String {
    var hash: UInt32 = 2_166_136_261
    for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// What the data folder takes on disk, in bytes.
  func dataBytes() -> Int {
    let keys: [URLResourceKey] = [.fileSizeKey]
    guard
      let files = FileManager.default.enumerator(
        at: URL(fileURLWithPath: dataDirectory), includingPropertiesForKeys: keys)
    else { return 0 }
    var sum = 0
    for case let file as URL in files { sum += (try? file.resourceValues(forKeys: Set(keys)).fileSize) ?? 0 }
    return sum
  }
}
