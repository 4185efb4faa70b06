import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// The ordinary user the private PostgreSQL runs as: PostgreSQL refuses to run as root.
struct ClusterUser: Sendable, Equatable {
  let name: String
  let userID: uid_t
  let groupID: gid_t
  /// Whether we are root and step down to this user.
  var isOther: Bool { userID != geteuid() }

  /// We ourselves; for root the owner of the data folder, else `postgres`, else `nobody`.
  ///
  /// - Throws: `.permission` when the data folder is another's, `.configuration` when root finds nobody to be.
  static func choose(dataDirectory: String) throws(PlatformError) -> ClusterUser {
    let owner = FileFacts(dataDirectory)?.userID
    guard geteuid() == 0 else {
      if let owner, owner != geteuid() {
        throw PlatformError(
          .permission, "the private PostgreSQL belongs to the user \(userName(owner))",
          context: ["folder": dataDirectory],
          nextStep: "run as that user (or as root), or set OKAPI_HOME to a folder of your own")
      }
      return ClusterUser(name: userName(geteuid()), userID: geteuid(), groupID: getegid())
    }
    if let owner {
      guard owner != 0 else {
        throw PlatformError(
          .permission, "the data folder belongs to root, and PostgreSQL does not run as root",
          context: ["folder": dataDirectory], nextStep: "give it to an ordinary user: chown -R postgres FOLDER")
      }
      if let user = find({ getpwuid_r(owner, $0, $1, $2, $3) }) { return user }
      return ClusterUser(name: String(owner), userID: owner, groupID: FileFacts(dataDirectory)?.groupID ?? gid_t(owner))
    }
    for name in ["postgres", "nobody"] {
      if let user = find({ getpwnam_r(name, $0, $1, $2, $3) }), user.userID != 0 { return user }
    }
    throw PlatformError(
      .configuration, "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as",
      nextStep: "run okapi as an ordinary user")
  }

  /// The program and arguments that run a program as this user.
  ///
  /// - Throws: `.configuration` when root has neither `setpriv` nor `runuser`.
  func command(_ program: String, _ arguments: [String]) throws(PlatformError) -> (String, [String]) {
    guard isOther else { return (program, arguments) }
    let files = FileManager.default
    for folder in ["/usr/bin", "/bin", "/usr/sbin", "/sbin"] {
      if files.isExecutableFile(atPath: folder + "/setpriv") {
        let identity = ["--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups"]
        return (folder + "/setpriv", identity + ["--", program] + arguments)
      }
      if files.isExecutableFile(atPath: folder + "/runuser") {
        return (folder + "/runuser", ["-u", name, "--", program] + arguments)
      }
    }
    throw PlatformError(
      .configuration, "as root, PostgreSQL is started through setpriv or runuser, and neither is installed",
      nextStep: "install util-linux, or run okapi as an ordinary user")
  }

  /// Runs a program as this user with a small fixed environment; blocks until it ends.
  func run(
    _ program: String, _ arguments: [String], timeout: Duration
  ) throws(PlatformError) -> ChildProcess.Outcome {
    let (program, arguments) = try command(program, arguments)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    // From `/`: the user may not be allowed into our current folder.
    let child = try ChildProcess(
      program, arguments, environment: ["LC_ALL": "C", "PATH": path], directory: "/")
    return child.wait(timeout: timeout)
  }

  /// Whether this user gets into a folder, through all that lie above it.
  func canEnter(_ folder: String) -> Bool {
    guard isOther else { return access(folder, X_OK) == 0 }
    let outcome = try? run("/bin/sh", ["-c", "cd -- \"$1\"", "sh", folder], timeout: .seconds(20))
    return outcome?.status == 0
  }

  static func userName(_ userID: uid_t) -> String {
    find { getpwuid_r(userID, $0, $1, $2, $3) }?.name ?? String(userID)
  }

  private typealias Lookup = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  private static func find(_ look: Lookup) -> ClusterUser? {
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    let size = 16 << 10
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer -> ClusterUser? in
      guard let base = buffer.baseAddress, look(&entry, base, size, &result) == 0, result != nil else { return nil }
      return ClusterUser(name: String(cString: entry.pw_name), userID: entry.pw_uid, groupID: entry.pw_gid)
    }
  }
}

/// What `lstat` says of a path: links are not followed.
struct FileFacts {
  let userID: uid_t
  let groupID: gid_t
  let permissions: mode_t
  let isFolder: Bool

  init?(_ path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return nil }
    userID = facts.st_uid
    groupID = facts.st_gid
    permissions = facts.st_mode & 0o7777
    isFolder = facts.st_mode & S_IFMT == S_IFDIR
  }
}
