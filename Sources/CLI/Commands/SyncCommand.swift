import CommandLineKit
import Foundation
import PlatformCore
import StripeModel
import Sync

/// `okapi sync`: the tables become what the API says, and stay so.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Brings the tables to what Stripe's API says: everything once, then what changes.",
    discussion: """
      The first run lists everything into the lake (LAKE_URL) and loads it. Later ones follow the event feed, read again
      where an event is not proof, and apply deletions. A run that was killed is completed by the next. After more than
      30 days, which the feed does not reach back, everything is listed again; the report says so (docs/sync.md).

      With --watch it goes on until SIGINT or SIGTERM, through outages of Stripe and of the database, and then prints
      its last report.

      Exit status 77: the key may not read some resources, which the report names; the others are loaded. 65: some
      records were rejected. 75: another okapi is syncing this source, or writing to this lake.

      EXAMPLES:
        okapi sync
        okapi sync --watch --interval 30
        okapi sync charges refunds --wait --json
        SOURCES=eu,us okapi sync --sources all --watch
      """)

  @Argument(
    help: ArgumentHelp("What to list where it was not listed yet; all unless told.", valueName: "resource"))
  var resources: [String] = []
  @Flag(help: "Wait while another okapi syncs this source or writes to the lake.") var wait = false
  @Flag(help: "Go on until interrupted.") var watch = false
  @Option(help: ArgumentHelp("Seconds between two looks of a watch. (default: 15)", valueName: "seconds"))
  var interval: Double?
  @Option(help: ArgumentHelp("How many chunks are written side by side.", valueName: "n")) var connections: Int = 2
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if interval != nil && !watch { throw ValidationError("--interval belongs to --watch") }
    if let interval, !(interval.isFinite && (0.1...86_400).contains(interval)) {
      throw ValidationError("--interval must lie between 0.1 and 86400 seconds")
    }
    if !(1...16).contains(connections) { throw ValidationError("--connections must lie between 1 and 16") }
  }

  func run() async throws {
    // A watch never ends by itself, so that none may wait for another's end.
    let atOnce = watch ? Int.max : 4
    try await global.withSources(
      "sync", accounts, announcing: .apiAndDatabase, flags: api.flags, atOnce: atOnce
    ) { runtime in
      var session = try SyncSession(runtime, api, resources: resources.map(ResourceName.named))
      session.options.waits = wait
      session.options.connections = connections
      return try await session.run(every: watch ? .seconds(interval ?? 15) : nil)
    }
  }
}
