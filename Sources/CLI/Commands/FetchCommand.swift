import BronzeStore
import CommandLineKit
import Fetch
import Foundation
import Lake
import PlatformCore
import StripeClient
import StripeModel
import Workspace

/// `okapi fetch`: Stripe's lists become bronze, and list files where asked for.
struct FetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Reads all objects of a Stripe account into the lake.",
    discussion: """
      Every page of every list, nested lists to their end, what lives on test clocks too. What is read goes to bronze
      (LAKE_URL), as Stripe rendered it. A fetch that was interrupted or killed is gone on with by the next one.

      With --out also as list files (customers.json, charges.json …) with the expansions that dumps of an account
      have, and a manifest with their dates: okapi ingest --source json --json-dir DIR loads them.

      Exit status 77: the key may not read some resources, which the report names; the others are read.

      EXAMPLES:
        okapi fetch
        okapi fetch customers invoices --rate 10
        okapi fetch --out data/imported_stripe_data
        SOURCES=eu,us okapi fetch --sources eu
      """)

  @Argument(help: ArgumentHelp("Which resources; all unless told.", valueName: "resource")) var resources: [String] = []
  @Option(help: ArgumentHelp("Where list files are written as well.", valueName: "folder")) var out: String?
  @Flag(help: "Write them to the folder of the exports. (env: JSON_DIR)") var export = false
  @Flag(help: "Begin anew, whatever an unfinished fetch has read.") var restart = false
  @Flag(help: "Wait while another okapi writes to the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if out != nil && export { throw ValidationError("give --out or --export, not both") }
  }

  func run() async throws {
    try await global.withSources("fetch", accounts, announcing: .api, flags: api.flags) { runtime in
      let names = try resources.map(ResourceName.named)
      if let inner = names.first(where: { $0.definition.listing.scope == .inside }) {
        throw PlatformError(
          .usage, "\(inner.definition.table) have no list of their own: they come inside other objects",
          nextStep: "fetch the resource that holds them")
      }
      let access = try APIAccess(runtime.settings)
      let client = access.client(runtime, api)
      defer { client.close() }
      let directory = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
      let lake = try LakeFolder(runtime.settings)
      try LakePast.refuse(lake)
      let source = runtime.settings.sourceName
      let lock = try await LakeLock.take(in: lake, of: source, for: runtime.context, waits: wait) { holder in
        runtime.context.log(.info, "lake_awaited", ["holder": .string(holder?.command ?? "?")])
      }
      defer { withExtendedLifetime(lock) {} }
      let account = try await AccountGuard.require(client, in: lake, source: source, runtime.context)
      var options = FetchOptions(client: client, lake: lake, source: source)
      options.resources = names
      options.resumes = !restart
      options.exportFolder = out.map { runtime.folder(URL(filePath: $0, relativeTo: directory)) }
      if export { options.exportFolder = runtime.folder(runtime.settings.jsonDirectory) }
      let bar = runtime.progress("fetch", total: nil, unit: .count("objects"))
      defer { bar.finish() }
      options.onProgress = { bar.show($0) }
      var report = try await Fetch(options, context: runtime.workContext).run()
      report.account = account.id
      bar.finish()
      return SourceResult(report: report, text: FetchText.rendered(report), status: report.exitStatus)
    }
  }
}
