import Foundation
import Testing

/// The checkout under test, read as text.
enum Repository {
  /// Its root folder.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// One text file.
  struct File: Sendable, CustomTestStringConvertible {
    /// From the root.
    let path: String
    let text: String
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var testDescription: String { path }
  }

  /// Every Swift file of ours, in the order of the paths.
  static let swiftFiles = files(in: ["Sources", "Tests"]) { $0.hasSuffix(".swift") } + files(["Package.swift"])

  /// The documents that people read.
  static let documents =
    files(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
    + files(in: ["docs"]) { $0.hasSuffix(".md") }

  /// The file of that path; an empty list of lines where it is missing would hide a fault, so this throws.
  static func file(_ path: String) throws -> File {
    File(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  private static func files(_ paths: [String]) -> [File] { paths.compactMap { try? file($0) } }

  private static func files(in folders: [String], where isWanted: (String) -> Bool) -> [File] {
    folders.flatMap { folder -> [File] in
      let below = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
      let paths = (below?.allObjects ?? []).compactMap { $0 as? String }.filter(isWanted).sorted()
      return files(paths.map { "\(folder)/\($0)" })
    }
  }

  /// Runs a program in the root and answers its status and stdout; stderr is not read.
  static func run(_ words: [String], environment: [String: String] = [:]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = root
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Before waiting: a full pipe would stop the program for ever.
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
