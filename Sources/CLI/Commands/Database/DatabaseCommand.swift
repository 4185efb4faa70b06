import CommandLineKit

/// `okapi db …`.
struct DatabaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db", abstract: "Runs the private PostgreSQL, and makes, migrates and dumps the databases.",
    subcommands: [
      DatabaseStartCommand.self, DatabaseStopCommand.self, DatabaseStatusCommand.self, DatabaseURLCommand.self,
      DatabasePsqlCommand.self, DatabaseTestConnectionCommand.self, DatabaseInitCommand.self,
      DatabaseMigrateCommand.self, DatabaseMigrationCommand.self, DatabaseResetCommand.self, DatabaseDumpCommand.self,
      DatabaseQueryCommand.self,
    ])
}
