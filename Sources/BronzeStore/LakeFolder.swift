package import Foundation
package import PlatformCore
package import S3Client

/// The lake's root, and the one place where its files are touched, in a folder or in a bucket.
///
/// Paths are relative to the root, with `/`. Calls block. A bucket has no folders: making and syncing them does nothing
/// there.
package struct LakeFolder: Sendable {
  /// The folder; of a lake in a bucket its URL.
  package let root: URL
  let bucket: LakeBucket?

  /// A lake in a folder; it need not be there yet.
  package init(root: URL) {
    self.root = root
    bucket = nil
  }

  /// A lake in a bucket.
  init(_ bucket: LakeBucket) {
    root = URL(filePath: "/")
    self.bucket = bucket
  }

  /// The lake of a `LAKE_URL`: a folder, relative to `directory` unless absolute, `file:///…`, or `s3://bucket/…`.
  ///
  /// - Parameters:
  ///   - variables: the settings of a lake in a bucket, by AWS's names.
  ///   - scratch: where files for a bucket wait until they are whole.
  /// - Throws: `configuration` for other schemes, and where a setting for S3 is missing or wrong.
  package init(
    location: String, relativeTo directory: URL, variables: [String: String] = [:],
    scratch: URL = FileManager.default.temporaryDirectory
  ) throws(PlatformError) {
    let scheme = location.wholeMatch(of: #/([A-Za-z][A-Za-z0-9+.-]*):\/\/.*/#)?.1.lowercased()
    if scheme == "s3" {
      let place = try S3Place(location)
      root = URL(string: "s3://\(place.bucket)/") ?? directory
      bucket = LakeBucket(place, try S3Options(variables: variables), scratch: scratch)
      return
    }
    guard scheme == nil || scheme == "file" else {
      throw PlatformError(
        .configuration, "LAKE_URL is neither a folder nor s3://bucket/prefix",
        context: ["setting": "LAKE_URL"], nextStep: "set LAKE_URL to a folder, or leave it out for the workspace's")
    }
    bucket = nil
    let path = scheme == nil ? location : (URL(string: location)?.path(percentEncoded: false) ?? location)
    let expanded = path == "~" || path.hasPrefix("~/") ? NSString(string: path).expandingTildeInPath : path
    root = URL(filePath: expanded, relativeTo: directory).absoluteURL.standardizedFileURL
  }

  /// The names in a folder, sorted by their bytes, but for what a kill has left half written; none where there is no
  /// such folder.
  ///
  /// - Throws: `inputOutput` when it cannot be read.
  package func names(in path: String) throws(PlatformError) -> [String] {
    if let bucket { return try bucket.client.names(below: bucket.key(path.isEmpty ? "" : path + "/")) }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: full(path))
      return names.filter { !AtomicFile.isTemporary($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch CocoaError.fileReadNoSuchFile {
      return []
    } catch {
      throw PlatformError(
        .inputOutput, "a folder of the lake cannot be read", cause: error.systemReason,
        context: ["folder": full(path)], nextStep: "check its permissions")
    }
  }

  /// Every file below a folder with its size, sorted by the bytes of its path; none where there is no such folder.
  ///
  /// What stands in the place of a file and is none has no size: reading it says why.
  ///
  /// - Throws: `inputOutput` when a folder cannot be read, or what the server says.
  package func files(below path: String) throws(PlatformError) -> [(path: String, bytes: Int?)] {
    if let bucket {
      let root = bucket.place.prefix.count
      return try bucket.client.list(bucket.key(path) + "/").map { (String($0.key.dropFirst(root)), $0.bytes) }
    }
    var found: [(path: String, bytes: Int?)] = []
    for name in try names(in: path) {
      let inner = path.isEmpty ? name : "\(path)/\(name)"
      var facts = stat()
      let kind = stat(full(inner), &facts) == 0 ? facts.st_mode & S_IFMT : 0
      if kind == S_IFDIR, ![".jsonl", ".jsonl.gz", ".parquet"].contains(where: name.hasSuffix) {
        found += try files(below: inner)
      } else {
        found.append((inner, kind == S_IFREG ? Int(facts.st_size) : nil))
      }
    }
    return found
  }

  /// A file's size in bytes; nil where there is no such file.
  ///
  /// - Throws: what the server of a bucket says.
  package func size(of path: String) throws(PlatformError) -> Int? {
    if let bucket { return try bucket.client.head(bucket.key(path))?.bytes }
    var facts = stat()
    guard stat(full(path), &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(facts.st_size)
  }

  /// A whole small file; nil where there is none.
  ///
  /// - Throws: `inputOutput` when it is there and cannot be read.
  package func read(_ path: String) throws(PlatformError) -> [UInt8]? {
    if let bucket { return try bucket.read(path) }
    do {
      return Array(try Data(contentsOf: URL(filePath: full(path))))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch {
      throw PlatformError(
        .inputOutput, "a file of the lake cannot be read", cause: error.systemReason,
        context: ["file": full(path)], nextStep: "check its permissions")
    }
  }

  /// Writes a small file so that after a kill either the old or the new one is there, whole; makes its folders.
  ///
  /// - Throws: `output` or `inputOutput`; `temporary` where another has written the state of a bucket meanwhile.
  package func replace(_ path: String, with bytes: [UInt8]) throws(PlatformError) {
    if let bucket { return try bucket.replace(path, with: bytes) }
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
    if let bucket { return try bucket.move(path, to: target) }
    try makeFolder(parent(of: target))
    guard rename(full(path), full(target)) == 0 else {
      if errno == ENOENT { return false }
      throw PlatformError(
        .inputOutput, "a file of the lake cannot be moved", cause: String(cString: strerror(errno)),
        context: ["file": full(path), "to": full(target)])
    }
    return true
  }

  /// Takes a whole file of this machine into the lake, on the disk or in the bucket; over whatever is at its place. It
  /// is gone from where it was.
  ///
  /// A lake in a folder moves the file, so it must lie on the same disk: see `workplace`.
  /// - Parameter sha256: the hash of its bytes, in hex.
  /// - Throws: `output` or `inputOutput`.
  package func publish(_ file: String, as path: String, sha256: String) throws(PlatformError) {
    if let bucket { return try bucket.publish(file, as: path, sha256: sha256) }
    try makeFolder(parent(of: path))
    let descriptor = Foundation.open(file, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0, rename(file, full(path)) == 0 else {
      throw PlatformError(
        errno == ENOENT ? .inputMissing : .inputOutput, "a file of the lake cannot be brought to the disk",
        cause: String(cString: strerror(errno)), context: ["file": full(path)])
    }
  }

  /// A folder of this machine where files of a folder of the lake are made before they are published: that folder
  /// itself, or one below `scratch` for a lake in a bucket.
  package func workplace(for path: String, scratch: URL) -> String {
    bucket == nil ? full(path) : scratch.appending(path: "files/\(path)").path
  }

  /// Where a file lies, for who opens it by himself: a path, or a URL of S3.
  package func location(of path: String) -> String { bucket.map { $0.place.location(of: path) } ?? full(path) }

  /// The lake's own place, as people are told it.
  package var location: String { location(of: "") }

  /// Whether it lies on a server, where every file and every look costs a call.
  package var isRemote: Bool { bucket != nil }

  /// The bucket's server and key, for who opens its files by himself; nil for a lake in a folder.
  package var s3: (place: S3Place, options: S3Options)? { bucket.map { ($0.place, $0.options) } }

  /// Removes a file; one that is not there is as good.
  ///
  /// - Throws: `inputOutput`.
  package func remove(_ path: String) throws(PlatformError) {
    if let bucket { return try bucket.remove(path) }
    guard unlink(full(path)) != 0, errno != ENOENT else { return syncFolder(parent(of: path)) }
    throw PlatformError(
      .inputOutput, "a file of the lake cannot be removed", cause: String(cString: strerror(errno)),
      context: ["file": full(path)])
  }

  /// Removes a folder with everything in it; one that is not there is as good.
  ///
  /// - Throws: `inputOutput`.
  package func removeFolder(_ path: String) throws(PlatformError) {
    if let bucket { return try bucket.removeFolder(path) }
    do {
      try FileManager.default.removeItem(atPath: full(path))
    } catch CocoaError.fileNoSuchFile {
      return
    } catch {
      throw PlatformError(
        .inputOutput, "a folder of the lake cannot be removed", cause: error.systemReason,
        context: ["folder": full(path)], nextStep: "check its permissions")
    }
    syncFolder(parent(of: path))
  }

  /// Makes a new file for appending, and its folders; nil where the name is taken.
  ///
  /// - Throws: `output`.
  package func create(_ path: String) throws(PlatformError) -> LakeAppender? {
    if let bucket { return try bucket.create(path) }
    try makeFolder(parent(of: path))
    return try LakeAppender.create(full(path))
  }

  /// Opens a file for reading at any offset.
  ///
  /// - Throws: `inputMissing` or `inputOutput`.
  package func open(_ path: String) throws(PlatformError) -> LakeInput {
    if let bucket { return try LakeInput(bucket, path) }
    return try LakeInput(path: full(path))
  }

  /// Takes the exclusive lock of a file, made if need be, and writes into it who holds it; nil while another process
  /// does.
  ///
  /// - Throws: `output` when the file cannot be made.
  func lock(_ path: String, for holder: LakeHolder) throws(PlatformError) -> (any LakeHold)? {
    if let bucket { return try bucket.lock(path, for: holder) }
    try makeFolder(parent(of: path))
    guard let lock = try LakeFileLock.take(full(path)) else { return nil }
    try lock.tell(Array((try? JSONEncoder().encode(holder)) ?? Data()))
    return lock
  }

  /// Brings the entries of a folder and of those above it to the disk, up to the root's own.
  ///
  /// Some file systems cannot sync a folder; the files themselves are safe by then.
  package func syncFolders(from path: String) { syncFolders(of: [path]) }

  /// The same for several folders; one that is above many is synced once.
  package func syncFolders(of paths: [String]) {
    if bucket != nil { return }
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
    if bucket != nil { return false }
    var facts = stat()
    if stat(full(path), &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { return false }
    do {
      try FileManager.default.createDirectory(atPath: full(path), withIntermediateDirectories: true)
      return true
    } catch {
      throw PlatformError(
        .output, "a folder of the lake cannot be made", cause: error.systemReason,
        context: ["folder": full(path)], nextStep: "make the place writable, or set LAKE_URL to another folder")
    }
  }

  private func full(_ path: String) -> String { path.isEmpty ? root.path : root.path + "/" + path }

  private func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
