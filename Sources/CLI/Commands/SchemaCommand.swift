import CommandLineKit
import Foundation
import PlatformCore
import ResourceStore
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
      let writer = GeneratedFileWriter(root: URL(filePath: folder, directoryHint: .isDirectory))
      if check {
        let stale = try writer.stale()
        guard stale.isEmpty else {
          throw PlatformError(
            .differences, "generated files are stale: \(stale.joined(separator: ", "))",
            nextStep: GeneratedFiles.command)
        }
        try runtime.report(["stale": stale], text: "everything is fresh")
        return .done
      }
      let report = try writer.write()
      var lines = report.written.map { "wrote \($0)" } + report.removed.map { "removed \($0)" }
      if report.lacksGraphviz { lines.append("left \(ERDiagram.svgPath) as it is: dot is not installed") }
      try runtime.report(report, text: lines.isEmpty ? "everything is fresh" : lines.joined(separator: "\n"))
      return .done
    }
  }
}
