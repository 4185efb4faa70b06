import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// The short runtime folder of the server's Unix socket.
struct SocketFolder: Sendable {
  /// The number in the socket's name when no TCP port is served.
  static let usualPort = 5432
  /// The longest path of a socket in bytes, the final zero left out.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  let path: String
  private let user: ClusterUser

  /// - Parameter override: OKAPI_RUNTIME_DIR; else XDG_RUNTIME_DIR if it is ours and short, else /tmp.
  init(_ files: ClusterFiles, _ user: ClusterUser, _ override: URL?, _ environment: [String: String]) {
    self.user = user
    if let override {
      path = override.standardizedFileURL.path + "/okapi-" + files.mark
      return
    }
    if !user.isOther, let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/"),
      FileFacts(folder)?.userID == user.userID, folder.utf8.count <= 60
    {
      path = folder + "/okapi-" + files.mark
    } else {
      path = "/tmp/okapi-\(user.userID)-\(files.mark)"
    }
  }

  /// Makes the folder, for the server's user alone.
  ///
  /// - Throws: `.configuration` when a socket's path would be too long or the user cannot get there, `.permission`
  ///   when the folder is another's, `.output` when it cannot be made.
  func prepare(port: Int) throws(PlatformError) {
    let socket = path + "/.s.PGSQL.\(port)"
    guard socket.utf8.count <= Self.longestPath else {
      throw PlatformError(
        .configuration, "the path of the PostgreSQL socket is too long",
        cause: "it has \(socket.utf8.count) bytes, a socket's path at most \(Self.longestPath)",
        context: ["path": socket], nextStep: "set OKAPI_RUNTIME_DIR to a folder with a shorter path")
    }
    let parent = (path as NSString).deletingLastPathComponent
    try ClusterFiles.makeFolder(parent, mode: user.isOther ? 0o711 : 0o700)
    try ClusterFiles.makeFolder(path, mode: 0o700, owner: user)
    // In a folder that everybody may write to, somebody else may have been here first.
    guard let facts = FileFacts(path), facts.isFolder, facts.userID == user.userID, facts.permissions & 0o077 == 0
    else {
      throw PlatformError(
        .permission, "the folder of the PostgreSQL socket is not ours alone",
        cause: "it must be a folder of \(user.name) with the mode 0700", context: ["folder": path],
        nextStep: "remove it, or set OKAPI_RUNTIME_DIR to a folder of your own")
    }
    guard user.canEnter(path) else {
      throw PlatformError(
        .configuration, "the user \(user.name), as whom PostgreSQL runs, cannot get into the runtime folder",
        context: ["folder": path], nextStep: "set OKAPI_RUNTIME_DIR to a folder that \(user.name) can enter")
    }
  }

  /// Removes the socket and its lock file that a killed server left here; nobody else uses this folder.
  ///
  /// PostgreSQL clears them itself unless the number in the lock file belongs to some process again. Whether anything
  /// of the old server still runs it learns from the data folder.
  func removeLeftovers() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name.hasPrefix(".s.PGSQL.") {
      unlink(path + "/" + name)
    }
  }
}

/// A TCP port on the loopback address.
enum LoopbackPort {
  /// - Throws: `.unavailable` when another process listens there, `.permission` for a port that only root may take.
  static func check(_ port: Int) throws(PlatformError) {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status != 0 else { return }
    let reason = errno
    throw PlatformError(
      reason == EACCES ? .permission : .unavailable,
      reason == EACCES ? "port \(port) may only be used by root" : "port \(port) is in use by another process",
      cause: String(cString: strerror(reason)), context: ["address": "127.0.0.1:\(port)"],
      nextStep: "choose another one: okapi db start --port N; okapi db stop forgets the port")
  }
}
