import Foundation

/// The process that listens on a TCP port, as far as the system tells.
package struct PortOwner: Sendable {
  /// Its id.
  package let processID: Int32
  /// Its short name, such as `okapi`.
  package let name: String

  /// As in `okapi (process 4711)`.
  package var description: String { "\(name) (process \(processID))" }

  /// Who listens on a port of this machine; nil where nobody does, or where the system does not tell.
  ///
  /// Only Linux is asked, through /proc; other users' processes are seen by root alone.
  package static func find(_ port: UInt16) -> PortOwner? {
    let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeningSockets($0, port) }
    guard !sockets.isEmpty else { return nil }
    let links = Set(sockets.map { "socket:[\($0)]" })
    let files = FileManager.default
    for entry in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let processID = Int32(entry) else { continue }
      let folder = "/proc/\(entry)/fd"
      for descriptor in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
        guard let link = try? files.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)"), links.contains(link)
        else { continue }
        let name = read("/proc/\(entry)/comm").trimmingCharacters(in: .whitespacesAndNewlines)
        return PortOwner(processID: processID, name: name)
      }
    }
    return nil
  }

  /// The inodes of the listening sockets of a port. Source: proc(5), /proc/net/tcp.
  private static func listeningSockets(_ table: String, _ port: UInt16) -> [Substring] {
    read(table).split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, fields[3] == "0A", let local = fields[1].split(separator: ":").last,
        UInt16(local, radix: 16) == port
      else { return nil }
      return fields[9]
    }
  }

  private static func read(_ path: String) -> String {
    // Read to the end: these files say they have no bytes.
    let bytes = try? FileHandle(forReadingFrom: URL(filePath: path)).readToEnd()
    return String(decoding: bytes ?? Data(), as: UTF8.self)
  }
}
