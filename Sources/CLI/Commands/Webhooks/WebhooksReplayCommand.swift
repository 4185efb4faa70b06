import BronzeStore
import CommandLineKit
import Foundation
import PlatformCore
import Sync

/// `okapi webhooks replay`: captured events, applied again.
struct WebhooksReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Applies everything to the tables again that was captured since a moment.",
    discussion: """
      From bronze and from the log of the receiver in this workspace. What the tables know already, or know newer, does
      not change; doing it twice does nothing more. A receiver and a sync may run meanwhile.

      Exit status 65: some events could not be applied; they are set aside (okapi webhooks retry).

      EXAMPLES:
        okapi webhooks replay --since 2026-11-21
        okapi webhooks replay --since 2026-11-21T08:30:00Z --json
      """)

  @Option(help: ArgumentHelp("Events received from then on, UTC.", valueName: "time")) var since: String
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    _ = try PastMoment(since, of: "--since")
  }

  func run() async throws {
    let moment = try PastMoment(since, of: "--since").date
    try await global.withSources(
      "webhooks replay", accounts, announcing: .apiAndDatabase, flags: api.flags
    ) { runtime in
      try await ApplySession(runtime, api).run { try await $0.replay(since: moment, from: $1) }
    }
  }
}
