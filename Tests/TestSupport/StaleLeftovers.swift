package import Foundation

/// What a killed test process left in the temporary folder: its folders, and servers that run in them.
///
/// Folders carry the number of the process that made them, so that those of a process that is no more are known.
package enum StaleLeftovers {
  private static let prefix = "okapi-test-"

  /// The name of a new folder of a process, of ours unless told.
  package static func newName(of process: Int32 = getpid()) -> String {
    "\(prefix)\(process)-" + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  /// Ends and removes what belongs to no living process; what cannot be removed is left for the next time.
  package static func remove(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where isStale(name) {
      let place = folder.appendingPathComponent(name)
      for server in servers(in: place.path) { kill(server, SIGKILL) }
      try? FileManager.default.removeItem(at: place)
    }
  }

  private static func isStale(_ name: String) -> Bool {
    let parts = name.dropFirst(prefix.count).split(separator: "-")
    guard name.hasPrefix(prefix), parts.count == 2, let owner = Int32(parts[0]), owner > 0 else { return false }
    return kill(owner, 0) != 0 && errno == ESRCH
  }

  /// Processes whose words name a file of that folder: a PgBouncer its settings, a PostgreSQL its data. Only where
  /// there is /proc.
  private static func servers(in place: String) -> [Int32] {
    let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    return numbers.filter { number in
      guard number != getpid(), let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else {
        return false
      }
      return words.split(separator: 0).contains { String(decoding: $0, as: UTF8.self).hasPrefix(place + "/") }
    }
  }
}
