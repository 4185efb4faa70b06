package import Foundation

/// A folder of one test's own, removed with the last reference to it; the first one of a process also removes what
/// killed test processes left.
package final class TemporaryDirectory: Sendable {
  /// Where it is, links resolved.
  package let url: URL
  /// Its path.
  package var path: String { url.path }

  private static let parent: URL = {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    StaleLeftovers.remove(in: parent)
    return parent
  }()

  /// Makes an empty folder that other users may pass through: as root, the server is one of them.
  package init() throws {
    url = Self.parent.appendingPathComponent(StaleLeftovers.newName())
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o711])
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file into the folder and answers its URL.
  package func write(_ name: String, _ text: String, permissions: Int = 0o644) throws -> URL {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file.path)
    return file
  }
}
