import Foundation
import PlatformCore
import S3Client
import Synchronization

/// The lake's files in a bucket: what `LakeFolder` does there. There are no folders, a file is never half written.
///
/// What lies under `_state` is written only over the version that was read, and nothing is written once a lock of this
/// lake is lost.
final class LakeBucket: Sendable {
  let place: S3Place
  let options: S3Options
  let client: S3Client
  let leaseTimes: LakeLease.Times
  /// Where files wait until they are whole.
  private let scratch: URL
  /// The versions of the files of `_state` as they were last seen here; nil of one that was not there.
  private let seen = Mutex<[String: String?]>([:])
  private let leases = Mutex<[ObjectIdentifier: LakeLease.State]>([:])

  init(_ place: S3Place, _ options: S3Options, scratch: URL, leaseTimes: LakeLease.Times = .usual) {
    self.place = place
    self.options = options
    self.scratch = scratch
    self.leaseTimes = leaseTimes
    client = S3Client(bucket: place.bucket, options)
  }

  func key(_ path: String) -> String { place.prefix + path }

  func read(_ path: String) throws(PlatformError) -> [UInt8]? {
    let found = try client.get(key(path))
    note(found?.facts.tag, of: path)
    return found?.bytes
  }

  /// Writes a file whole.
  ///
  /// - Throws: `temporary` where somebody else has written the state since it was read, or a lock is lost.
  func replace(_ path: String, with bytes: [UInt8]) throws(PlatformError) {
    try requireLeases()
    guard isState(path) else {
      try client.put(.bytes(bytes), to: key(path))
      return
    }
    let tag: String? =
      if let known = seen.withLock({ $0[path] }) { known } else { try client.head(key(path))?.tag }
    guard let new = try client.put(.bytes(bytes), to: key(path), if: tag.map { .tag($0) } ?? .absent) else {
      seen.withLock { _ = $0.removeValue(forKey: path) }
      throw PlatformError(
        .temporary, "another okapi has changed the lake's state meanwhile",
        context: ["file": place.location(of: path)], nextStep: "run the command again", isRetryable: true)
    }
    note(new, of: path)
  }

  func remove(_ path: String) throws(PlatformError) {
    try requireLeases()
    try client.delete(key(path))
    note(nil, of: path)
  }

  func removeFolder(_ path: String) throws(PlatformError) {
    try requireLeases()
    let prefix = key(path) + "/"
    let keys = try client.list(prefix).map(\.key)
    try Parallel.forEach(keys) { [client] key throws(PlatformError) in try client.delete(key) }
    for key in keys { note(nil, of: String(key.dropFirst(place.prefix.count))) }
  }

  func move(_ path: String, to target: String) throws(PlatformError) -> Bool {
    try requireLeases()
    guard try client.copy(key(path), to: key(target)) else { return false }
    try client.delete(key(path))
    return true
  }

  /// Puts a file of this machine into the lake, and removes it here.
  func publish(_ file: String, as path: String, sha256: String) throws(PlatformError) {
    try requireLeases()
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    var facts = stat()
    guard descriptor >= 0, fstat(descriptor, &facts) == 0 else {
      throw PlatformError(
        .inputOutput, "a finished file cannot be read", cause: String(cString: strerror(errno)),
        context: ["file": file])
    }
    try client.put(
      .file(descriptor: descriptor, bytes: Int(facts.st_size), sha256: sha256), to: key(path))
    unlink(file)
  }

  // MARK: parts

  /// A new file that reaches the bucket whole, at its first `sync()`; nil where the name is taken.
  func create(_ path: String) throws(PlatformError) -> LakeAppender? {
    guard try client.head(key(path)) == nil else { return nil }
    let descriptor = try spool()
    return try LakeAppender(path: place.location(of: path), descriptor: descriptor) {
      [self] bytes, sha256 throws(PlatformError) in
      try requireLeases()
      let file = S3Client.Body.file(descriptor: descriptor, bytes: bytes, sha256: sha256)
      guard try client.put(file, to: key(path), if: .absent) == nil else { return }
      throw PlatformError(
        .temporary, "another okapi has written this part of bronze", context: ["file": place.location(of: path)],
        nextStep: "run the command again", isRetryable: true)
    }
  }

  /// An open file without a name: whoever is killed leaves nothing behind.
  private func spool() throws(PlatformError) -> Int32 {
    let file = scratch.appending(path: "part-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let descriptor = open(file, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw PlatformError(
        .output, "a part of bronze cannot be gathered", cause: String(cString: strerror(errno)),
        context: ["folder": scratch.path], nextStep: "make the workspace writable (OKAPI_HOME)")
    }
    unlink(file)
    return descriptor
  }

  // MARK: locks

  /// Takes a lock, or one whose holder has ended or has not renewed it; nil while another holds it.
  func lock(_ path: String, for holder: LakeHolder) throws(PlatformError) -> LakeLease? {
    guard let lease = try LakeLease.take(key(path), in: self, for: holder) else { return nil }
    // Whoever held it before may have written.
    seen.withLock { $0.removeAll() }
    return lease
  }

  func add(_ lease: LakeLease.State) { leases.withLock { $0[ObjectIdentifier(lease)] = lease } }

  func remove(_ lease: LakeLease.State) { leases.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(lease)) } }

  private func requireLeases() throws(PlatformError) {
    guard let lost = leases.withLock({ $0.values.first { !$0.isHeld } }) else { return }
    throw PlatformError(
      .temporary, "this run has lost its lock on the lake",
      cause: "it could not be renewed within \(leaseTimes.seconds) s, and another may have taken it",
      context: ["lock": "s3://\(place.bucket)/\(lost.key)"],
      nextStep: "run the command again: it goes on with what is there", isRetryable: true)
  }

  private func isState(_ path: String) -> Bool { path.hasPrefix("_state/") }

  private func note(_ tag: String?, of path: String) {
    if isState(path) { seen.withLock { $0[path] = .some(tag) } }
  }
}
