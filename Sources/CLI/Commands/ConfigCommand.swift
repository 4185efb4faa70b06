import CommandLineKit

/// `okapi config …`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Shows the settings.", subcommands: [ConfigShowCommand.self])
}
