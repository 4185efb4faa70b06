import CommandLineKit
import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import Workspace

/// Where records come from.
enum IngestSource: String, CaseIterable, ExpressibleByArgument {
  /// JSON exports.
  case json
}

/// `okapi ingest`: JSON exports become rows.
struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Loads JSON exports of a Stripe account into typed tables.",
    discussion: """
      Files are named after their tables (customers.json, charges.jsonl.gz); each may be a list as Stripe answers it,
      an array, one object, or JSON Lines. A second run changes nothing; a killed one is completed by the next.

      Exit status 65: some records were rejected (see the reject file) or a list was cut short; the rest is loaded.

      EXAMPLES:
        okapi ingest --source json
        okapi ingest customers charges --source json --json-dir exports/2026-11-20
        okapi ingest customer --source json --file customers.jsonl.gz --exported-at 2026-11-20T06:00:00Z
      """)

  @Argument(help: ArgumentHelp("Which tables; all that have files unless told.", valueName: "resource"))
  var resources: [String] = []
  @Option(help: "Where the records come from.") var source: IngestSource
  @Option(help: ArgumentHelp("The folder of the exports. (env: JSON_DIR)", valueName: "folder")) var jsonDir: String?
  @Option(help: ArgumentHelp("One file, of the one resource named.", valueName: "file")) var file: String?
  @Option(
    help: ArgumentHelp("When the export was made, UTC; else its manifest, else its first sight.", valueName: "time"))
  var exportedAt: String?
  @Option(help: ArgumentHelp("The API version of the export's shapes, kept beside each row.", valueName: "version"))
  var apiVersion: String?
  @Option(help: ArgumentHelp("How many chunks are written side by side.", valueName: "n")) var connections: Int = 2
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if file != nil && resources.count != 1 { throw ValidationError("--file needs exactly one resource before it") }
    if file != nil && jsonDir != nil { throw ValidationError("give --file or --json-dir, not both") }
    if !(1...16).contains(connections) { throw ValidationError("--connections must lie between 1 and 16") }
    if let exportedAt, Date(rfc3339: exportedAt) == nil {
      throw ValidationError("--exported-at '\(exportedAt)' is no time: write 2026-11-20 or 2026-11-20T06:00:00Z")
    }
  }

  func run() async throws {
    try await global.withRuntime("ingest") { runtime in
      let access = DatabaseAccess(runtime)
      let names = try resources.map(ResourceName.named)
      var options = access.ingestOptions(
        from: file.map { .file($0, names[0]) } ?? .folder(jsonDir ?? runtime.settings.jsonDirectory.path),
        runtime: runtime)
      options.resources = names
      options.exportedAt = exportedAt.flatMap { Date(rfc3339: $0) }
      options.apiVersion = apiVersion
      options.connections = connections
      try options.requireInput()
      try await access.requireStore()
      let bars = ProgressBars(runtime)
      options.onProgress = { bars.show($0) }
      defer { bars.finish() }
      let report = try await Ingestion(options, context: runtime.context).run()
      bars.finish()
      try runtime.report(report, text: IngestText.rendered(report))
      return report.exitStatus
    }
  }
}

extension DatabaseAccess {
  /// Options for loading into this database.
  func ingestOptions(from source: IngestOptions.Source, runtime: CommandRuntime) -> IngestOptions {
    IngestOptions(
      source: source, names: names,
      rejectFolder: runtime.settings.home.appendingPathComponent("rejects", isDirectory: true),
      connect: { try await self.connect() })
  }
}
