package import CommandLineKit

/// The root of all commands.
package struct OkapiCommand: ParsableCommand {
  /// The program's own version.
  package static let version = "0.1.0"

  package static let configuration = CommandConfiguration(
    commandName: "okapi", abstract: "Stripe data as typed, proven PostgreSQL tables.",
    discussion: """
      EXAMPLES:
        okapi config show
      """,
    version: "okapi \(version)\n\(LibraryVersions.rendered)",
    subcommands: [ConfigCommand.self])

  /// Nothing to set.
  package init() {}
}
