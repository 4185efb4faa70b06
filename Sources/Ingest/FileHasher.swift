import Digest
import PlatformCore

/// Hashes files, off the shared thread pool.
actor FileHasher {
  private let executor = BlockingExecutor(label: "okapi.ingest.hash")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// The SHA-256 of each file as hex, in the order given, two at a time; files that cannot be read are left out.
  static func hashes(of files: [String]) async -> [(file: String, sha256: String)] {
    let hashers = [FileHasher(), FileHasher()]
    let hashes = await withTaskGroup(of: (Int, String?).self) { group in
      for (place, file) in files.enumerated() {
        group.addTask { (place, await hashers[place % hashers.count].hash(file)) }
      }
      return await group.reduce(into: [Int: String]()) { hashes, one in hashes[one.0] = one.1 }
    }
    return files.enumerated().compactMap { place, file in hashes[place].map { (file, $0) } }
  }

  private func hash(_ file: String) -> String? { try? SHA256Digest.hex(ofFile: file) }
}
