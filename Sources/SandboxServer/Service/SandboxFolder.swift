package import Foundation
package import PlatformCore
package import Sandbox

/// The folder that a durable sandbox lies in.
package struct SandboxFolder: Sendable {
  /// The folder.
  package let url: URL

  /// Names a folder; nothing is made.
  package init(_ url: URL) { self.url = url }

  /// The store's file.
  package var storeFile: String { url.appending(path: "sandbox.db").path }

  /// The store's files that are there, with their sizes in bytes.
  package var files: [(path: String, bytes: Int)] {
    ["", "-wal", "-shm"].map { storeFile + $0 }.compactMap { path in
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return (facts?[.size] as? Int).map { (path, $0) }
    }
  }

  /// Makes the folder, for its owner alone.
  ///
  /// - Throws: `.output`.
  func make() throws(PlatformError) {
    do {
      // Called by root, the workspace above it is also the way to a database that another user owns.
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true,
        attributes: [.posixPermissions: geteuid() == 0 ? 0o711 : 0o700])
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw PlatformError(
        .output, "the sandbox's folder cannot be made", cause: error.systemReason,
        context: ["folder": url.path],
        nextStep: "make it writable, or name another one with --data")
    }
  }

  /// Opens the store for one job, while nobody serves it.
  ///
  /// - Throws: `.inputMissing` when there is none and `creating` is false, `.temporary` while a sandbox serves it.
  package func withStore<Result>(creating: Bool, _ body: (SandboxStore) throws -> Result) throws -> Result {
    guard creating || FileManager.default.fileExists(atPath: storeFile) else {
      throw PlatformError(
        .inputMissing, "there is no sandbox in this folder", context: ["folder": url.path],
        nextStep: "okapi sandbox seed, or okapi sandbox serve")
    }
    try make()
    let lock = try ServerLock(path: ServerLock.path(ofFolder: url))
    defer { withExtendedLifetime(lock) {} }
    let store = try SandboxStore(.file(storeFile))
    defer { store.close() }
    return try body(store)
  }

  /// Deletes the store's files; whatever version of okapi wrote them.
  ///
  /// - Throws: `.temporary` while a sandbox serves them, `.output` when they cannot be deleted.
  package func erase() throws(PlatformError) {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    let lock = try ServerLock(path: ServerLock.path(ofFolder: url))
    defer { withExtendedLifetime(lock) {} }
    for file in files {
      guard unlink(file.path) == 0 || errno == ENOENT else {
        throw PlatformError(
          .output, "the sandbox's store cannot be deleted", cause: String(cString: strerror(errno)),
          context: ["file": file.path], nextStep: "make its folder writable")
      }
    }
  }
}
