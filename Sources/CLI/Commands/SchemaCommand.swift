import CommandLineKit
import Foundation
import PlatformCore
import SchemaGenerator

/// `okapi schema …`.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Writes what is generated from the declared resources.",
    subcommands: [SchemaGenerateCommand.self])
}

/// `okapi schema generate`: dictionary and diagrams as the declarations say.
struct SchemaGenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Writes the data dictionary and the ER diagrams into a checkout.",
    discussion: """
      The SVG is drawn by Graphviz's dot; without it the other files are written and the SVG is left.

      EXAMPLES:
        okapi schema generate
        okapi schema generate --check
      """)

  @Flag(help: "Write nothing; fail when a file is stale.") var check: Bool
  @Option(help: ArgumentHelp("The checkout.", valueName: "folder")) var folder: String = "."
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("schema generate", announcing: .none) { runtime in
      let root = URL(filePath: folder, directoryHint: .isDirectory)
      guard FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) else {
        throw PlatformError(
          .inputMissing, "this is no checkout of Okapi", context: ["folder": root.path],
          nextStep: "run it in a checkout, or name one with --folder")
      }
      let stale = GeneratedFiles.all().filter { file in
        FileManager.default.contents(atPath: root.appendingPathComponent(file.path).path) != Data(file.content.utf8)
      }
      let svg = root.appendingPathComponent(ERDiagram.svgPath)
      let drawn = (try? String(contentsOf: svg, encoding: .utf8)) ?? ""
      let isDrawingStale = !drawn.contains(ERDiagram.svgMark())
      let names = stale.map(\.path) + (isDrawingStale ? [ERDiagram.svgPath] : [])
      if check {
        guard names.isEmpty else {
          throw PlatformError(
            .differences, "generated files are stale: \(names.joined(separator: ", "))",
            nextStep: GeneratedFiles.command)
        }
      } else {
        for file in stale { try Self.write(file.content, to: root.appendingPathComponent(file.path)) }
        if isDrawingStale { try Self.write(ERDiagram.svg(drawn: GraphvizDrawing.svg(of: ERDiagram.dot())), to: svg) }
      }
      try runtime.report(
        ["files": names],
        text: names.isEmpty ? "everything is fresh" : names.map { "wrote \($0)" }.joined(separator: "\n"))
      return .done
    }
  }

  private static func write(_ text: String, to file: URL) throws(PlatformError) {
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw PlatformError(
        .output, "a generated file cannot be written", cause: error.localizedDescription, context: ["file": file.path])
    }
  }
}

/// Calls Graphviz.
enum GraphvizDrawing {
  /// The SVG of a dot text.
  ///
  /// - Throws: `unavailable` where `dot` is not installed or fails.
  static func svg(of dot: String) throws(PlatformError) -> String {
    let source = FileManager.default.temporaryDirectory.appendingPathComponent("okapi-\(UUID().uuidString).dot")
    defer { try? FileManager.default.removeItem(at: source) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["dot", "-Tsvg", source.path]
    process.standardOutput = output
    do {
      try Data(dot.utf8).write(to: source)
      try process.run()
    } catch {
      throw PlatformError(.unavailable, "dot cannot be run", cause: error.localizedDescription)
    }
    let svg = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw PlatformError(
        .unavailable, "the diagram cannot be drawn", cause: "dot ended with status \(process.terminationStatus)",
        nextStep: "install Graphviz: scripts/setup --tests")
    }
    return String(decoding: svg, as: UTF8.self)
  }
}
