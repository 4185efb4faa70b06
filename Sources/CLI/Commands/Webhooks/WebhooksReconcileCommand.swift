import BronzeStore
import CommandLineKit
import Foundation
import Lake
import PlatformCore
import Reconcile
import StripeClient
import Webhooks
import Workspace

/// `okapi webhooks reconcile`: what webhooks brought, held against the event feed and the batch.
struct WebhooksReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Holds the captured events against Stripe's event feed and the batch, and names what differs.",
    discussion: """
      Captured events (bronze, entity webhook_events) against /v1/events, which reaches back 30 days, and against what
      the batch has in bronze: by type and UTC day, what is missing, extra, late, out of order or differs in content,
      and which objects the batch has not seen since. All findings stand in a file that the report names.

      An event that a receiver may still hold is pending, not missing: younger than --grace, in the log of a receiver
      on this machine, or newer than all that bronze holds and younger than 20 minutes.

      --heal writes what is missing to bronze as the feed shows it, with the sequence 1 of a
      read. No lock is taken: a sync or a receiver may run meanwhile (docs/webhooks.md).

      Exit status 1 while an event is missing or differs; 77 where the key may not read events.

      EXAMPLES:
        okapi webhooks reconcile
        okapi webhooks reconcile --days 2 --json
        okapi webhooks reconcile --since 2026-11-20T06:00:00Z --heal
      """)

  @Option(help: ArgumentHelp("The first moment of created to compare, UTC. (default: 30 days ago)", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("Compare the last so many days instead.", valueName: "n")) var days: Int?
  @Flag(help: "Write missing events to bronze, read from the feed.") var heal = false
  @Option(help: ArgumentHelp("Younger events are not missing yet.", valueName: "seconds")) var grace: Int = 60
  @Option(help: ArgumentHelp("An event received later than this is late.", valueName: "seconds"))
  var lateAfter: Int = 300
  @Option(help: ArgumentHelp("How many findings of each kind to list; all are counted.", valueName: "n"))
  var limit: Int = 20
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if since != nil && days != nil { throw ValidationError("give --since or --days, not both") }
    if let since { _ = try PastMoment(since, of: "--since") }
    if let days, !(1...30).contains(days) { throw ValidationError("--days must lie between 1 and 30") }
    for (name, value) in [("--grace", grace), ("--late-after", lateAfter)] where !(0...2_592_000).contains(value) {
      throw ValidationError("\(name) must be seconds from 0 to 30 days")
    }
    if limit < 0 { throw ValidationError("--limit must not be negative") }
  }

  func run() async throws {
    try await global.withSources("webhooks reconcile", accounts, announcing: .api, flags: api.flags) { runtime in
      let settings = runtime.settings
      let lake = try LakeFolder(settings)
      try LakePast.refuse(lake)
      let log = EventLog.folder(of: settings.sourceName, in: settings.home)
      try LakeMark(lake: lake, source: settings.sourceName, log: log).check()
      let client = try APIAccess(settings).client(runtime, api)
      defer { client.close() }
      let run = runtime.context.runID
      var options = ReconcileOptions(
        client: client, lake: lake, source: settings.sourceName,
        scratch: settings.home.appending(path: "scratch"),
        findingsFile: settings.home.appending(path: "reconcile/\(run).jsonl"))
      let asked = try since.map { try PastMoment($0, of: "--since").date }
      options.since = asked.map { Int64($0.timeIntervalSince1970) } ?? 0
      if let days {
        options.since = Int64(runtime.context.clock.now.timeIntervalSince1970) - Int64(days) * 86_400
      }
      options.unshipped = { name in try EventLogReader.unshippedIDs(log, name) }
      (options.grace, options.lateAfter) = (.seconds(grace), .seconds(lateAfter))
      (options.heals, options.findingLimit) = (heal, limit)
      let bar = runtime.progress("feed", total: nil, unit: .count("events"))
      defer { bar.finish() }
      options.onProgress = { bar.update($0) }
      let report = try await Reconciliation(options, context: runtime.workContext).run()
      bar.finish()
      return SourceResult(report: report, text: ReconcileText.rendered(report, asked: asked), status: report.exitStatus)
    }
  }
}
