package import Foundation

/// A folder of one test's own, removed with the last reference to it.
package final class TemporaryDirectory: Sendable {
  /// Where it is, links resolved.
  package let url: URL
  /// Its path.
  package var path: String { url.path }

  /// Makes an empty folder that other users may pass through: as root, the server is one of them.
  package init() throws {
    let name = "okapi-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appendingPathComponent(name)
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
