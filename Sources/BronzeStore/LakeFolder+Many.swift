import Digest
import Foundation
package import PlatformCore
import S3Client
import Synchronization

// What is done to many files, or to much of one: a bucket is asked several things at a time.
extension LakeFolder {
  /// The sizes of those files that are there, by path. In a bucket whole folders are listed, which takes fewer calls.
  ///
  /// - Throws: what the server of a bucket says.
  package func sizes(of paths: [String]) throws(PlatformError) -> [String: Int] {
    var sizes: [String: Int] = [:]
    guard bucket != nil else {
      for path in paths { sizes[path] = try size(of: path) }
      return sizes
    }
    let wanted = Set(paths)
    // Files of one table lie below one folder, in partitions.
    let tables = Set(paths.map { $0.split(separator: "/").prefix { !$0.hasPrefix("dt=") }.joined(separator: "/") })
    for table in tables.sorted() {
      for file in try files(below: table) where wanted.contains(file.path) { sizes[file.path] = file.bytes }
    }
    return sizes
  }

  /// Moves several files; answers those that were not there.
  ///
  /// - Throws: `output` or `inputOutput`; those before it may be moved by then.
  package func move(
    _ moves: [(from: String, to: String)]
  ) throws(PlatformError) -> [(from: String, to: String)] {
    let gone = Mutex<Set<String>>([])
    try forEach(moves) { move throws(PlatformError) in
      if try !self.move(move.from, to: move.to) { gone.withLock { _ = $0.insert(move.from) } }
    }
    return gone.withLock { gone in moves.filter { gone.contains($0.from) } }
  }

  /// Removes several files, and the folders that are empty then; what is not there is as good.
  ///
  /// - Throws: `inputOutput`; those before it may be gone by then.
  package func remove(_ paths: [String]) throws(PlatformError) {
    try forEach(paths) { path throws(PlatformError) in try remove(path) }
    guard bucket == nil else { return }
    // Only empty folders can be removed so: a run's, then a day's.
    for path in Set(paths).sorted() {
      var folder = URL(filePath: location(of: path)).deletingLastPathComponent()
      while folder.lastPathComponent.contains("="), rmdir(folder.path) == 0 { folder.deleteLastPathComponent() }
    }
  }

  /// The same as `publish` for several files.
  ///
  /// - Throws: `output` or `inputOutput`; those before it are in the lake by then.
  package func publish(_ files: [(file: String, path: String, sha256: String)]) throws(PlatformError) {
    try forEach(files) { file throws(PlatformError) in try publish(file.file, as: file.path, sha256: file.sha256) }
  }

  /// The paths of those files that hold the bytes of their hash; in a bucket what they were written with is believed.
  ///
  /// - Throws: `inputOutput`, or what the server says.
  package func holding(_ files: [(path: String, sha256: String)]) throws(PlatformError) -> Set<String> {
    let found = Mutex<Set<String>>([])
    try forEach(files) { file throws(PlatformError) in
      guard try sha256(of: file.path, believing: true) == file.sha256 else { return }
      found.withLock { _ = $0.insert(file.path) }
    }
    return found.withLock { $0 }
  }

  /// SHA-256 of a file's bytes in hex; nil where there is no such file.
  ///
  /// - Parameter believing: whether in a bucket the hash is taken that Okapi wrote the object with, if there is one.
  /// - Throws: `inputOutput`, or what the server says.
  package func sha256(of path: String, believing: Bool = false) throws(PlatformError) -> String? {
    guard let bucket else {
      return try size(of: path) == nil ? nil : try SHA256Digest.hex(ofFile: location(of: path))
    }
    guard let facts = try bucket.client.head(bucket.key(path)) else { return nil }
    if believing, let hash = facts.sha256 { return hash }
    let input = try open(path)
    let digest = try SHA256Digest()
    var offset = 0
    while offset < facts.bytes {
      let more = try input.read(LakeInput.aheadBytes, at: offset)
      if more.isEmpty { break }
      digest.update(more)
      offset += more.count
    }
    return SHA256Digest.hex(digest.finalize())
  }

  private func forEach<Element: Sendable>(
    _ elements: [Element], _ body: @Sendable @escaping (Element) throws(PlatformError) -> Void
  ) throws(PlatformError) {
    if bucket != nil { try Parallel.forEach(elements, body) } else { for element in elements { try body(element) } }
  }
}
