import Gzip
import PlatformCore

/// The bytes of a part's lines, unpacked where it is compacted; those are read from front to back.
///
/// Of a compacted part memory holds what some 32 KB of it unpack to, usually a few hundred KB.
final class BronzePartInput {
  private static let packedBytes = 1 << 15
  private let path: String
  private let input: LakeInput
  private let gunzip: GunzipStream?
  /// Bytes taken of the file, as stored.
  private var taken = 0
  /// What is unpacked, and where in the part it begins.
  private var unpacked: [UInt8] = []
  private var offset = 0

  init(_ part: BronzePart, in lake: LakeFolder) throws(PlatformError) {
    path = lake.location(of: part.path)
    input = try lake.open(part.path)
    gunzip = part.isCompacted ? try GunzipStream() : nil
  }

  /// Up to `count` bytes from an offset; none at the end.
  ///
  /// - Throws: `data` where a compacted part is cut or damaged, `inputOutput`.
  func read(_ count: Int, at start: Int) throws(PlatformError) -> [UInt8] {
    guard let gunzip else { return try input.read(count, at: start) }
    guard start >= offset else {
      throw PlatformError(.bug, "a compacted part is read backwards", context: ["file": path])
    }
    while start >= offset + unpacked.count {
      offset += unpacked.count
      let packed = try input.read(Self.packedBytes, at: taken)
      if packed.isEmpty {
        unpacked = []
        if gunzip.isAtEnd { return [] }
        throw damaged("the compressed data ends before its end mark")
      }
      taken += packed.count
      do throws(GzipDamage) {
        unpacked = try gunzip.unpack(packed)
      } catch {
        throw damaged(error.cause)
      }
    }
    return Array(unpacked[(start - offset)...].prefix(count))
  }

  private func damaged(_ cause: String) -> PlatformError { BronzeReader.damaged(path, cause) }
}
