package import CommandLineKit

/// The root of all commands.
package struct OkapiCommand: ParsableCommand {
  /// The program's own version.
  package static let version = "0.1.0"

  package static let configuration = CommandConfiguration(
    commandName: "okapi", abstract: "Stripe data as typed, proven PostgreSQL tables.",
    discussion: """
      EXAMPLES:
        okapi demo
        okapi sandbox serve
        okapi populate --fixture company.json
        okapi sync
        okapi fetch --out exports
        okapi ingest --source json --json-dir exports
        okapi verify --source json --json-dir exports
        okapi lake run --days 1
        okapi webhooks serve
        okapi db query "select status, count(*) from charges group by status"

      Exit statuses: docs/exit-codes.md. Settings: okapi config show.
      """,
    version: "okapi \(version)\n\(LibraryVersions.rendered)",
    subcommands: [
      DemoCommand.self, DatabaseCommand.self, PopulateCommand.self, FetchCommand.self, SyncCommand.self,
      IngestCommand.self, VerifyCommand.self, CoverageCommand.self, LakeCommand.self, WebhooksCommand.self,
      SandboxCommand.self,
      SchemaCommand.self,
      ConfigCommand.self, StopCommand.self, CleanCommand.self,
    ])

  /// Nothing to set.
  package init() {}
}
