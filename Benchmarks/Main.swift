import CommandLineKit
import Foundation
import PlatformCore

/// Measures Okapi against the least the machine could do; figures are ratios (docs/benchmarks.md).
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "okapi-bench", abstract: "Measures okapi; for its builders, not for its users.",
    discussion: """
      EXAMPLES:
        okapi-bench ingest
        okapi-bench sandbox
        okapi-bench sync
        okapi-bench lake
        okapi-bench webhooks
        okapi-bench generate --objects 1000 --out export
      """,
    subcommands: [
      IngestBenchmarkCommand.self, SandboxBenchmarkCommand.self, SyncBenchmarkCommand.self, LakeBenchmarkCommand.self,
      WebhooksBenchmarkCommand.self, GenerateCommand.self, GenerateBronzeCommand.self, HandWrittenCommand.self,
      StepCommand.self,
      ServeBytesCommand.self, ServePagesCommand.self, ServeCheckedCommand.self, RewriteLakeCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot(Array(CommandLine.arguments.dropFirst()))
      if var awaiting = command as? any AsyncParsableCommand {
        try await awaiting.run()
      } else {
        try command.run()
      }
    } catch let error as PlatformError {
      Log.standardError(error.rendered)
      exit(error.status.rawValue)
    } catch {
      let outcome = outcome(of: error)
      outcome.isAnswer ? print(outcome.text) : Log.standardError(outcome.text)
      exit(outcome.code.rawValue)
    }
  }
}

/// `okapi-bench generate`: the export alone, to look at or to profile with.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Writes a made-up export of charges, invoices, customers and what they need.")

  @Option(help: ArgumentHelp("Charges, invoices and customers together.", valueName: "n")) var objects: Int = 100_000
  @Option(help: ArgumentHelp("Where to.", valueName: "folder")) var out: String
  @Flag(help: "Leave the files of their parents out.") var withoutParents: Bool

  func run() throws {
    let export = try ExportGenerator(objects: objects, folder: URL(fileURLWithPath: out)).write(
      parents: !withoutParents)
    print(export.described)
  }
}
