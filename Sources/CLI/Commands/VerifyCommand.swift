import CommandLineKit
import CrossCheck
import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeClient
import StripeModel
import Sync
import Verify
import Workspace

/// What the tables are held against.
enum VerifySource: String, CaseIterable, ExpressibleByArgument {
  /// JSON exports.
  case json
  /// Stripe's API.
  case api
  /// Silver.
  case lake
}

/// `okapi verify`: proof that the tables equal their source.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Proves that the tables equal exports, the API or the lake, or names what differs.",
    discussion: """
      Every record is projected by SQL inside the database, not by the loader, and held against the typed columns and
      the raw JSON: fields, ids, children, sums of money, references. Exit status 0 only when everything is equal,
      1 when something differs, 65 when the export could not be read in full.

      api: Stripe is read into a copy in the workspace, which is removed afterwards; what differs is read once more by
      its id before it counts. Exit status 77: the key may not read some resources, so nothing is proven of them.

      lake: the tables are held against silver, every column of every row. Both are made from one bronze by two programs
      that share nothing but the declarations. okapi lake quality holds silver against bronze.

      With --repair, what differs is read again from the export, and everything is compared again. A row that was
      observed after the export is listed and left; a row that the export lacks is listed and left. With the API, what
      differs is read again through the lake, and a row that Stripe says is gone is marked deleted.

      EXAMPLES:
        okapi verify --source json --json-dir exports/2026-11-20
        okapi verify charges refunds --source json --json
        okapi verify --source json --repair
        okapi verify --source api
        okapi verify --source lake
        SOURCES=eu,us okapi verify --source api --sources all
      """)

  @Argument(help: ArgumentHelp("Which tables; all that have files unless told.", valueName: "resource"))
  var resources: [String] = []
  @Option(help: "What to compare with.") var source: VerifySource
  @Option(help: ArgumentHelp("The folder of the exports. (env: JSON_DIR)", valueName: "folder")) var jsonDir: String?
  @Option(help: ArgumentHelp("When the export was made, UTC; else as for ingest.", valueName: "time"))
  var exportedAt: String?
  @Option(help: ArgumentHelp("The API version of the export's shapes; else its manifest's.", valueName: "version"))
  var apiVersion: String?
  @Flag(help: "Correct what differs, then compare again.") var repair: Bool
  @Option(help: ArgumentHelp("How many findings to list for each table; all are counted.", valueName: "n"))
  var limit: Int = 100
  @Flag(
    help: "Wait while another okapi is at work: of the API with --repair, on this source; of the lake, on its models.")
  var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if let exportedAt, Date(rfc3339: exportedAt) == nil {
      throw ValidationError("--exported-at '\(exportedAt)' is no time: write 2026-11-20 or 2026-11-20T06:00:00Z")
    }
    if limit < 0 { throw ValidationError("--limit must not be negative") }
    let others = [("--json-dir", jsonDir), ("--exported-at", exportedAt), ("--api-version", apiVersion)]
    if source != .json, let given = others.first(where: { $0.1 != nil }) {
      throw ValidationError("\(given.0) belongs to --source json")
    }
    if source == .lake, repair {
      throw ValidationError(
        "--repair does not belong to --source lake: okapi verify --source api --repair corrects the "
          + "tables, okapi lake replay builds silver anew")
    }
    if source == .json, wait {
      throw ValidationError("--wait belongs to --source api and --source lake")
    }
    if source != .api, api.rate != nil || api.ratePerEndpoint != nil {
      throw ValidationError("--rate and --rate-per-endpoint belong to --source api")
    }
  }

  func run() async throws {
    switch source {
    case .json: try await proveExports()
    case .api: try await proveAPI()
    case .lake: try await proveLake()
    }
  }
}

extension VerifyCommand {
  private func proveExports() async throws {
    try await global.withSources("verify", accounts) { runtime in
      let access = DatabaseAccess(runtime)
      let folder = runtime.exports(in: jsonDir)
      let names = try resources.map(ResourceName.named)
      try access.ingestOptions(from: .folder(folder), runtime: runtime).requireInput()
      try await access.requireStore()
      var options = try await access.verifyOptions(
        folder: folder, exportedAt: exportedAt.flatMap { Date(rfc3339: $0) }, apiVersion: apiVersion, runtime: runtime)
      options.resources = names.isEmpty ? nil : names
      options.findingLimit = limit
      if repair { options.repairer = ExportRepairer(access: access, runtime: runtime) }
      let bars = ProgressBars(runtime)
      options.progress = { bars.show($0) }
      defer { bars.finish() }
      let report = try await Verification.run(options, context: runtime.workContext)
      bars.finish()
      return SourceResult(report: report, text: VerifyText.rendered(report), status: report.exitStatus)
    }
  }

  private func proveLake() async throws {
    try await global.withSources("verify", accounts, atOnce: 1) { runtime in
      let access = DatabaseAccess(runtime)
      let names = try resources.map(ResourceName.named)
      try await access.requireStore()
      let bar = runtime.progress("compare", total: nil, unit: .count("tables"))
      defer { bar.finish() }
      let report = try await LakeSession(runtime, waits: wait).proof(
        of: Set(names), against: access, findings: limit
      ) { table, done, total in bar.update(done, of: total, note: table) }
      bar.finish()
      return SourceResult(report: report, text: CrossCheckText.rendered(report), status: report.exitStatus)
    }
  }

  private func proveAPI() async throws {
    try await global.withSources("verify", accounts, announcing: .apiAndDatabase, flags: api.flags) { runtime in
      var session = try SyncSession(runtime, api, resources: resources.map(ResourceName.named))
      defer { session.options.client.close() }
      session.options.waits = wait
      try await session.access.requireStore()
      let report = try await session.verify(repairs: repair, findings: limit)
      return SourceResult(report: report, text: VerifyText.rendered(report), status: report.exitStatus)
    }
  }
}

extension ProgressBars {
  /// Shows how far a comparison is.
  func show(_ step: VerifyProgress) {
    show(
      step.pass == 1 ? step.table : "\(step.table), again", file: "\(step.table) \(step.pass)",
      bytesRead: step.bytesRead, bytesTotal: step.bytesTotal, note: "\(grouped(step.records)) records")
  }
}

extension DatabaseAccess {
  /// Options for comparing a folder of exports with this database.
  func verifyOptions(
    folder: String, exportedAt: Date?, apiVersion: String?, runtime: CommandRuntime
  ) async throws -> VerifyOptions {
    let records = SourceRecords(connection: try await connect(), names: names)
    var options = VerifyOptions(
      schema: names.schema, directory: folder,
      observation: { file in
        let found = try await ExportObservation.of(
          file: file, exportedAt: exportedAt, records: records)
        return found.map { Date(timeIntervalSince1970: Double($0.time.milliseconds) / 1000) }
      }, connect: { try await self.connect() })
    options.apiVersion = try apiVersion ?? ExportManifest.find(in: URL(fileURLWithPath: folder))?.apiVersion
    return options
  }
}

/// Repairs by loading the named records again, past their hashes.
struct ExportRepairer: Repairer {
  let access: DatabaseAccess
  let runtime: CommandRuntime

  func repair(_ resource: ResourceName, ids: [String], directory: String) async throws {
    var options = access.ingestOptions(from: .folder(directory), runtime: runtime)
    options.resources = [resource]
    options.repair = [resource: Set(ids)]
    _ = try await Ingestion(options, context: runtime.context).run()
  }
}
