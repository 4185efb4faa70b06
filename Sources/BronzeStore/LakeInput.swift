import Foundation
package import PlatformCore
import S3Client

/// A file of the lake, read from any offset; it may grow meanwhile.
package final class LakeInput {
  /// How much is read of a bucket in one call at least.
  static let aheadBytes = 4 << 20

  private let path: String
  private let descriptor: Int32
  private let bucket: LakeBucket?
  /// What was last read of a bucket, and its offset.
  private var ahead: (offset: Int, bytes: [UInt8]) = (0, [])

  init(path: String) throws(PlatformError) {
    self.path = path
    bucket = nil
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else { return }
    throw PlatformError(
      errno == ENOENT ? .inputMissing : .inputOutput, "a file of the lake cannot be opened",
      cause: String(cString: strerror(errno)), context: ["file": path])
  }

  /// Opens a file in a bucket.
  init(_ bucket: LakeBucket, _ path: String) throws(PlatformError) {
    self.path = path
    self.bucket = bucket
    descriptor = -1
    if try bucket.client.head(bucket.key(path)) == nil { throw Self.missing(path, bucket) }
  }

  private static func missing(_ path: String, _ bucket: LakeBucket) -> PlatformError {
    PlatformError(
      .inputMissing, "a file of the lake cannot be opened", cause: "there is no such object",
      context: ["file": bucket.place.location(of: path)])
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Up to `count` bytes from an offset; none at the end.
  ///
  /// - Throws: `inputOutput`; `inputMissing` for one that has gone from a bucket; or what the server says.
  package func read(_ count: Int, at offset: Int) throws(PlatformError) -> [UInt8] {
    if let bucket { return try read(count, at: offset, of: bucket) }
    var found = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat { found = pread(descriptor, buffer.baseAddress, count, off_t(offset)) } while found < 0 && errno == EINTR
      filled = max(0, found)
    }
    guard found >= 0 else {
      throw PlatformError(
        .inputOutput, "a file of the lake cannot be read", cause: String(cString: strerror(errno)),
        context: ["file": path])
    }
    return bytes
  }

  private func read(_ count: Int, at offset: Int, of bucket: LakeBucket) throws(PlatformError) -> [UInt8] {
    if offset < ahead.offset || offset >= ahead.offset + ahead.bytes.count {
      let range = offset..<(offset + max(count, Self.aheadBytes))
      // Gone, it has no end that could be told from that of a whole file.
      guard let found = try bucket.client.get(bucket.key(path), range: range) else { throw Self.missing(path, bucket) }
      ahead = (offset, found.bytes)
    }
    return Array(ahead.bytes.dropFirst(offset - ahead.offset).prefix(count))
  }
}
