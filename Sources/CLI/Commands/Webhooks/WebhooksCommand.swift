import CommandLineKit

/// `okapi webhooks …`.
struct WebhooksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhooks", abstract: "Receives Stripe's webhooks, each event once, and proves that none is missing.",
    discussion: """
      The batch (okapi sync, okapi lake) stays authoritative; webhooks give speed and a second witness.
      """,
    subcommands: [
      WebhooksServeCommand.self, WebhooksReconcileCommand.self, WebhooksRetryCommand.self, WebhooksReplayCommand.self,
    ])
}
