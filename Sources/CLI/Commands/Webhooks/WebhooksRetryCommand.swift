import CommandLineKit
import Foundation
import PlatformCore
import Sync

/// `okapi webhooks retry`: what could not be applied, once more.
struct WebhooksRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Applies the events once more that were set aside because they could not be applied.",
    discussion: """
      An event that cannot be applied (its object may not be read, or breaks its declared shape) is set aside by
      okapi webhooks serve --apply, with its reason, in <workspace>/webhooks/<source>/set-aside. What can be applied now
      is taken from there. A receiver and a sync may run meanwhile.

      Exit status 65: some events could not be applied now either, or the file of one is damaged.

      EXAMPLES:
        okapi webhooks retry
        SOURCES=eu,us okapi webhooks retry --sources eu --json
      """)

  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withSources("webhooks retry", accounts, announcing: .apiAndDatabase, flags: api.flags) { runtime in
      try await ApplySession(runtime, api).run { applier, _ in try await applier.retry() }
    }
  }
}
