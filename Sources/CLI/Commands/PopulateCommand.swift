import CommandLineKit
import Foundation
import PlatformCore
import Populate
import StripeClient
import Workspace

/// `okapi populate`: what a fixture names is there, once.
struct PopulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "populate",
    abstract: "Makes a fixture's customers, products, prices and subscriptions in Stripe. DEV only.",
    discussion: """
      What is there is found: customers by email, products by metadata.tag (the name in lower case with underscores),
      their prices by amount, currency and interval, subscriptions by customer and price. What is missing is made,
      customers with a card (tok_visa). A second run makes nothing; a killed one is completed by the next.

      Without a key and an address it speaks to the sandbox of the workspace, and starts it where none runs.

      The fixture is {"customers": [{"name", "email"}], "products": [{"name", "description", "prices": [{"amount",
      "currency", "interval"}]}], "subscriptions": [{"customer_email", "product_name", "price"}]}. A subscription
      without a price is to the product's first one. A fixture with an error is refused whole (status 65).

      EXAMPLES:
        okapi populate --fixture company.json
        okapi populate --fixture company.json --dry-run
        okapi populate --fixture company.json --force
      """)

  @Option(help: ArgumentHelp("What is to be there, as JSON.", valueName: "file")) var fixture: String
  @Flag(help: "Cancel the fixture's subscriptions and make them anew.") var force: Bool
  @Flag(help: "Say what would be made, and make nothing.") var dryRun: Bool
  @OptionGroup(title: "Rate") var limits: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime(
      "populate", announcing: .none, flags: limits.flags, ofOneSource: true
    ) { runtime in
      try runtime.settings.requireNotProduction(action: "populate")
      var options = PopulateOptions(try Fixture.read(file: path(runtime.settings)))
      options.isForced = force
      options.isDryRun = dryRun
      let access = try await APIAccess.startingSandbox(runtime)
      let client = access.client(runtime, limits)
      defer { client.close() }
      try global.announce(.api, runtime)
      options.concurrency = client.options.concurrency
      let bar = runtime.progress("populate", total: options.fixture.count, unit: .count("objects"))
      defer { bar.finish() }
      options.onProgress = { bar.update($0) }
      var report = try await Population.run(options, over: client, context: runtime.context)
      bar.finish()
      report.calls = client.statistics
      try runtime.report(report, text: PopulateText.rendered(report))
      return report.exitStatus
    }
  }

  private func path(_ settings: Settings) -> String {
    let expanded = NSString(string: fixture).expandingTildeInPath
    return URL(filePath: expanded, relativeTo: settings.directory).absoluteURL.standardizedFileURL.path
  }
}
