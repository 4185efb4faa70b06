import BronzeStore
import CommandLineKit
import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import Sync
import Workspace

/// Where records come from.
enum IngestSource: String, CaseIterable, ExpressibleByArgument {
  /// JSON exports.
  case json
  /// The lake's raw layer.
  case bronze
  /// Stripe's API, through the lake.
  case api
}

/// `okapi ingest`: JSON exports and bronze become rows.
struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Loads JSON exports, bronze or the API of a Stripe account into typed tables.",
    discussion: """
      json: files are named after their tables (customers.json, charges.jsonl.gz); each may be a list as Stripe answers
      it, an array, one object, or JSON Lines. A second run changes nothing; a killed one is completed by the next.

      bronze: what was fetched into the lake (LAKE_URL), from where the last run stopped. The newer observation of an
      object wins, in whatever order they come. --replay reads it all again, as after a declaration was mended.

      api: the same as okapi sync, which says more.

      Exit status 65: some records were rejected (see the reject file) or a list was cut short; the rest is loaded.

      EXAMPLES:
        okapi ingest --source json
        okapi ingest customers charges --source json --json-dir exports/2026-11-20
        okapi ingest customer --source json --file customers.jsonl.gz --exported-at 2026-11-20T06:00:00Z
        okapi ingest --source bronze
        okapi ingest charges --source bronze --replay
        SOURCES=eu,us okapi ingest --source bronze --sources eu
      """)

  @Argument(help: ArgumentHelp("Which tables; all that have files, or parts of bronze.", valueName: "resource"))
  var resources: [String] = []
  @Option(help: "Where the records come from.") var source: IngestSource
  @Option(help: ArgumentHelp("The folder of the exports. (env: JSON_DIR)", valueName: "folder")) var jsonDir: String?
  @Option(help: ArgumentHelp("One file, of the one resource named.", valueName: "file")) var file: String?
  @Option(
    help: ArgumentHelp("When the export was made, UTC; else its manifest, else its first sight.", valueName: "time"))
  var exportedAt: String?
  @Option(help: ArgumentHelp("The API version of the export's shapes, kept beside each row.", valueName: "version"))
  var apiVersion: String?
  @Flag(help: "Read bronze from its beginning, whatever was loaded before.") var replay = false
  @Option(help: ArgumentHelp("How many chunks are written side by side.", valueName: "n")) var connections: Int = 2
  @Flag(help: "Of the API: wait while another okapi syncs this source or writes to the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if file != nil && resources.count != 1 { throw ValidationError("--file needs exactly one resource before it") }
    if file != nil && jsonDir != nil { throw ValidationError("give --file or --json-dir, not both") }
    if source != .json {
      let others = [
        ("--json-dir", jsonDir), ("--file", file), ("--exported-at", exportedAt), ("--api-version", apiVersion),
      ]
      if let given = others.first(where: { $0.1 != nil }) {
        throw ValidationError("\(given.0) belongs to --source json; each line of bronze says it itself")
      }
    }
    if source != .bronze, replay {
      throw ValidationError("--replay belongs to --source bronze; an export is always read whole")
    }
    if source != .api, wait || api.rate != nil || api.ratePerEndpoint != nil {
      throw ValidationError("--wait, --rate and --rate-per-endpoint belong to --source api")
    }
    if !(1...16).contains(connections) { throw ValidationError("--connections must lie between 1 and 16") }
    if let exportedAt, Date(rfc3339: exportedAt) == nil {
      throw ValidationError("--exported-at '\(exportedAt)' is no time: write 2026-11-20 or 2026-11-20T06:00:00Z")
    }
  }

  func run() async throws {
    guard source != .api else { return try await sync() }
    try await global.withSources("ingest", accounts) { runtime in
      let access = DatabaseAccess(runtime)
      let names = try resources.map(ResourceName.named)
      var options = access.ingestOptions(from: try place(names, runtime), runtime: runtime)
      options.replays = replay
      options.resources = names
      options.exportedAt = exportedAt.flatMap { Date(rfc3339: $0) }
      options.apiVersion = apiVersion
      options.connections = connections
      try options.requireInput()
      try await access.requireStore()
      let bars = ProgressBars(runtime)
      options.onProgress = { bars.show($0) }
      defer { bars.finish() }
      let report = try await Ingestion(options, context: runtime.workContext).run()
      bars.finish()
      return SourceResult(report: report, text: IngestText.rendered(report), status: report.exitStatus)
    }
  }

  private func sync() async throws {
    try await global.withSources("ingest", accounts, announcing: .apiAndDatabase, flags: api.flags) { runtime in
      var session = try SyncSession(runtime, api, resources: resources.map(ResourceName.named))
      session.options.waits = wait
      session.options.connections = connections
      return try await session.run(every: nil)
    }
  }

  private func place(_ names: [ResourceName], _ runtime: CommandRuntime) throws -> IngestOptions.Source {
    let settings = runtime.settings
    if file != nil, runtime.isPart {
      throw PlatformError(
        .usage, "--file is one account's, and SOURCES names several",
        nextStep: "say whose: SOURCE_NAME=… okapi ingest …")
    }
    return switch source {
    case .json: file.map { .file($0, names[0]) } ?? .folder(runtime.exports(in: jsonDir))
    case .bronze, .api:
      .bronze(
        try LakeFolder(settings), source: settings.sourceName)
    }
  }
}

extension CommandRuntime {
  /// The folder of exports that was given, else that of the settings; with several sources, each one's own in it.
  func exports(in given: String?) -> String {
    if !isPart, let given { return given }
    return folder(given.map { URL(filePath: $0, relativeTo: settings.directory) } ?? settings.jsonDirectory).path
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
