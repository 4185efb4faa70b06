import Foundation
import PlatformCore

/// Draws Graphviz source as SVG by the installed `dot`.
enum Graphviz {
  /// The SVG; nil when `dot` is not installed.
  ///
  /// - Throws: `output` with what `dot` said.
  static func draw(_ source: String) throws(PlatformError) -> String? {
    let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    let program = search.split(separator: ":").map { "\($0)/dot" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let program else { return nil }
    let folder = FileManager.default.temporaryDirectory.appending(path: "okapi-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      // Files on both sides: a pipe that nobody reads would hold the process up.
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let input = folder.appending(path: "er.dot")
      let output = folder.appending(path: "er.svg")
      let errors = folder.appending(path: "errors")
      try Data(source.utf8).write(to: input)
      try Data().write(to: errors)
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = ["-Tsvg", "-o", output.path, input.path]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let said = String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
        throw PlatformError(.output, "Graphviz could not draw the diagram", cause: said)
      }
      return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    } catch let error as PlatformError {
      throw error
    } catch {
      throw PlatformError(.output, "Graphviz could not draw the diagram", cause: error.systemReason)
    }
  }
}
