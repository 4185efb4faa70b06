import CommandLineKit

/// `okapi sandbox …`.
struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", abstract: "Runs a local, stateful Stripe that the official SDKs talk to unmodified.",
    subcommands: [
      SandboxServeCommand.self, SandboxSeedCommand.self, SandboxLedgerCommand.self, SandboxTriggerCommand.self,
      SandboxResendCommand.self,
      SandboxResetCommand.self,
    ])
}
