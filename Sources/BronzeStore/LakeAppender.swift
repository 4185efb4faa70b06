import Digest
import Foundation
package import PlatformCore

/// A file of the lake that only grows, written by one writer at a time; bytes are gathered and written in one go.
///
/// After a failed write it takes no more: what follows a half line would be lost with it.
package final class LakeAppender {
  /// Bytes appended so far.
  package private(set) var bytes = 0

  private static let bufferBytes = 1 << 18
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var failure: PlatformError?
  private var isSynced = true
  /// Brings the whole file to where it is kept; nil for a file that lies there already.
  private let seal: ((_ bytes: Int, _ sha256: String) throws(PlatformError) -> Void)?
  private let digest: SHA256Digest?
  /// Whether it is kept as it is, and takes no more: of a file in a bucket after the first `sync()`.
  private(set) var isSealed = false

  /// Takes over an open file.
  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    seal = nil
    digest = nil
  }

  /// Takes over an open file that is kept elsewhere, by `seal`, once it is whole.
  init(
    path: String, descriptor: Int32, seal: @escaping (_ bytes: Int, _ sha256: String) throws(PlatformError) -> Void
  ) throws(PlatformError) {
    self.path = path
    self.descriptor = descriptor
    self.seal = seal
    digest = try SHA256Digest()
  }

  deinit { close(descriptor) }

  /// Makes a new file; nil where the name is taken.
  static func create(_ path: String) throws(PlatformError) -> LakeAppender? {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor < 0 else { return LakeAppender(path: path, descriptor: descriptor) }
    guard errno != EEXIST else { return nil }
    throw PlatformError(
      .output, "a file of the lake cannot be created", cause: String(cString: strerror(errno)),
      context: ["file": path], nextStep: "make the place writable, or set LAKE_URL to another folder")
  }

  /// Appends bytes; they are on the disk after `sync()`.
  ///
  /// - Throws: `inputOutput` when the disk refuses them.
  package func append(_ more: some Collection<UInt8>) throws(PlatformError) {
    if let failure { throw failure }
    if isSealed { throw PlatformError(.bug, "a sealed file of the lake was written", context: ["file": path]) }
    buffer.append(contentsOf: more)
    bytes += more.count
    isSynced = false
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Brings everything appended to the disk.
  ///
  /// - Throws: `inputOutput`.
  package func sync() throws(PlatformError) {
    try flush()
    guard !isSynced else { return }
    if let seal, let digest {
      do throws(PlatformError) {
        try seal(bytes, SHA256Digest.hex(digest.finalize()))
      } catch {
        failure = error
        throw error
      }
      isSealed = true
    } else {
      guard fsync(descriptor) == 0 else { throw fail() }
    }
    isSynced = true
  }

  private func flush() throws(PlatformError) {
    if let failure { throw failure }
    var offset = 0
    while offset < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw fail() }
      offset += count
    }
    digest?.update(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private func fail() -> PlatformError {
    let error = PlatformError(
      .inputOutput, "a file of the lake cannot be written", cause: String(cString: strerror(errno)),
      context: ["file": path], nextStep: "make room, then run the command again: it goes on where it was")
    failure = error
    return error
  }
}
