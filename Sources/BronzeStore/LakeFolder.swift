package import Foundation
package import PlatformCore

/// The lake's root, and the one place where its files are touched: what S3 will stand behind.
///
/// Paths are relative to the root, with `/`. Calls block.
package struct LakeFolder: Sendable {
  /// The folder.
  package let root: URL

  /// A lake in a folder; it need not be there yet.
  package init(root: URL) { self.root = root }

  /// The lake of a `LAKE_URL`: a folder, relative to `directory` unless absolute, or `file:///…`.
  ///
  /// - Throws: `configuration` for `s3://`, which is not built yet, and other schemes.
  package init(location: String, relativeTo directory: URL) throws(PlatformError) {
    let scheme = location.wholeMatch(of: #/([A-Za-z][A-Za-z0-9+.-]*):\/\/.*/#)?.1.lowercased()
    guard scheme == nil || scheme == "file" else {
      throw PlatformError(
        .configuration,
        scheme == "s3" ? "a lake on S3 is not built yet" : "LAKE_URL is neither a folder nor s3://bucket/prefix",
        context: ["setting": "LAKE_URL"], nextStep: "set LAKE_URL to a folder, or leave it out for the workspace's")
    }
    let path = scheme == nil ? location : (URL(string: location)?.path(percentEncoded: false) ?? location)
    let expanded = path == "~" || path.hasPrefix("~/") ? NSString(string: path).expandingTildeInPath : path
    root = URL(filePath: expanded, relativeTo: directory).absoluteURL.standardizedFileURL
  }

  /// The names in a folder, sorted by their bytes; none where there is no such folder.
  ///
  /// - Throws: `inputOutput` when it cannot be read.
  package func names(in path: String) throws(PlatformError) -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: full(path))
      return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch CocoaError.fileReadNoSuchFile {
      return []
    } catch {
      throw PlatformError(
        .inputOutput, "a folder of the lake cannot be read", cause: error.localizedDescription,
        context: ["folder": full(path)], nextStep: "check its permissions")
    }
  }

  /// A file's size in bytes; nil where there is no such file.
  package func size(of path: String) -> Int? {
    var facts = stat()
    guard stat(full(path), &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(facts.st_size)
  }

  /// A whole small file; nil where there is none.
  ///
  /// - Throws: `inputOutput` when it is there and cannot be read.
  package func read(_ path: String) throws(PlatformError) -> [UInt8]? {
    do {
      return Array(try Data(contentsOf: URL(filePath: full(path))))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch {
      throw PlatformError(
        .inputOutput, "a file of the lake cannot be read", cause: error.localizedDescription,
        context: ["file": full(path)], nextStep: "check its permissions")
    }
  }

  /// Writes a small file so that after a kill either the old or the new one is there, whole; makes its folders.
  ///
  /// - Throws: `output` or `inputOutput`.
  package func replace(_ path: String, with bytes: [UInt8]) throws(PlatformError) {
    let folder = parent(of: path)
    let isNew = try makeFolder(folder)
    try AtomicFile.replace(URL(filePath: full(path)), with: bytes)
    if isNew { syncFolders(from: folder) }
  }

  /// Moves a file over whatever is at its new place, and makes the folders of that; false where the file is not there.
  ///
  /// The entries of the folders are on the disk after `syncFolders` only.
  /// - Throws: `output` or `inputOutput`.
  package func move(_ path: String, to target: String) throws(PlatformError) -> Bool {
    try makeFolder(parent(of: target))
    guard rename(full(path), full(target)) == 0 else {
      if errno == ENOENT { return false }
      throw PlatformError(
        .inputOutput, "a file of the lake cannot be moved", cause: String(cString: strerror(errno)),
        context: ["file": full(path), "to": full(target)])
    }
    return true
  }

  /// Brings a whole file to the disk that somebody else wrote.
  ///
  /// - Throws: `inputMissing` or `inputOutput`.
  package func sync(_ path: String) throws(PlatformError) {
    let descriptor = Foundation.open(full(path), O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw PlatformError(
        errno == ENOENT ? .inputMissing : .inputOutput, "a file of the lake cannot be brought to the disk",
        cause: String(cString: strerror(errno)), context: ["file": full(path)])
    }
  }

  /// Where a file lies, for who opens it by himself.
  package func location(of path: String) -> String { full(path) }

  /// Removes a file; one that is not there is as good.
  ///
  /// - Throws: `inputOutput`.
  package func remove(_ path: String) throws(PlatformError) {
    guard unlink(full(path)) != 0, errno != ENOENT else { return syncFolder(parent(of: path)) }
    throw PlatformError(
      .inputOutput, "a file of the lake cannot be removed", cause: String(cString: strerror(errno)),
      context: ["file": full(path)])
  }

  /// Removes a folder with everything in it; one that is not there is as good.
  ///
  /// - Throws: `inputOutput`.
  package func removeFolder(_ path: String) throws(PlatformError) {
    do {
      try FileManager.default.removeItem(atPath: full(path))
    } catch CocoaError.fileNoSuchFile {
      return
    } catch {
      throw PlatformError(
        .inputOutput, "a folder of the lake cannot be removed", cause: error.localizedDescription,
        context: ["folder": full(path)], nextStep: "check its permissions")
    }
    syncFolder(parent(of: path))
  }

  /// Makes a new file for appending, and its folders; nil where the name is taken.
  ///
  /// - Throws: `output`.
  package func create(_ path: String) throws(PlatformError) -> LakeAppender? {
    try makeFolder(parent(of: path))
    return try LakeAppender.create(full(path))
  }

  /// Opens a file for reading at any offset.
  ///
  /// - Throws: `inputMissing` or `inputOutput`.
  package func open(_ path: String) throws(PlatformError) -> LakeInput { try LakeInput(path: full(path)) }

  /// Takes the exclusive lock of a file, made if need be; nil while another process holds it.
  ///
  /// - Throws: `output` when the file cannot be made.
  func lock(_ path: String) throws(PlatformError) -> LakeFileLock? {
    try makeFolder(parent(of: path))
    return try LakeFileLock.take(full(path))
  }

  /// Brings the entries of a folder and of those above it to the disk, up to the root's own.
  ///
  /// Some file systems cannot sync a folder; the files themselves are safe by then.
  package func syncFolders(from path: String) { syncFolders(of: [path]) }

  /// The same for several folders; one that is above many is synced once.
  package func syncFolders(of paths: [String]) {
    var all: Set<String> = []
    for start in paths {
      var path = start
      while !path.isEmpty, all.insert(path).inserted { path = parent(of: path) }
    }
    // Inner ones first.
    for path in all.sorted(by: { $0.utf8.count > $1.utf8.count }) { syncFolder(path) }
    syncFolder("")
    syncFolder("..")
  }

  private func syncFolder(_ path: String) {
    let descriptor = Foundation.open(full(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Makes a folder and those above it; answers whether it was not there.
  ///
  /// - Throws: `output`.
  @discardableResult
  package func makeFolder(_ path: String) throws(PlatformError) -> Bool {
    var facts = stat()
    if stat(full(path), &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { return false }
    do {
      try FileManager.default.createDirectory(atPath: full(path), withIntermediateDirectories: true)
      return true
    } catch {
      throw PlatformError(
        .output, "a folder of the lake cannot be made", cause: error.localizedDescription,
        context: ["folder": full(path)], nextStep: "make the place writable, or set LAKE_URL to another folder")
    }
  }

  private func full(_ path: String) -> String { path.isEmpty ? root.path : root.path + "/" + path }

  private func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
