package import CommandLineKit
package import PlatformCore
import Workspace

/// The options of every command.
package struct GlobalOptions: ParsableArguments {
  /// Whether the result is one JSON document.
  @Flag(help: "Print the result as one JSON document on stdout.")
  package var json: Bool

  @Option(help: ArgumentHelp("DEV or PROD; PROD refuses what destroys or populates. (env: ENV)", valueName: "env"))
  var env: String?

  @Option(help: ArgumentHelp("The private workspace. (env: OKAPI_HOME; default: .okapi)", valueName: "folder"))
  var home: String?

  @Option(help: ArgumentHelp("Another PostgreSQL; no password here. (env: DATABASE_URL)", valueName: "url"))
  var databaseURL: String?

  @Option(help: "The least grave event to log. (env: LOG_LEVEL; default: info)")
  var logLevel: Log.Level?

  @Option(help: "The shape of log lines. (env: LOG_FORMAT; default: text on a terminal)")
  var logFormat: Log.Format?

  @Option(help: ArgumentHelp("The id of this run. (env: RUN_ID; default: a new one)", valueName: "id"))
  var runID: String?

  /// Nothing given.
  package init() {}

  /// Refuses a password where every user of the machine can read it.
  package func validate() throws {
    if let databaseURL, Secrecy.hasPassword(databaseURL) {
      throw ValidationError(
        "--database-url must not carry a password: process arguments are public; set DATABASE_URL or use ~/.pgpass")
    }
    if let runID, !RunContext.isValidRunID(runID) {
      throw ValidationError("--run-id may hold letters, digits, '-', '_' and '.', at most 100, no '.' first")
    }
  }

  /// What was given, by setting.
  var flags: [SettingKey: String] {
    [
      .environment: env, .home: home, .databaseURL: databaseURL, .logLevel: logLevel?.rawValue,
      .logFormat: logFormat?.rawValue, .runID: runID,
    ].compactMapValues { $0 }
  }
}

extension Log.Level: ExpressibleByArgument {}
extension Log.Format: ExpressibleByArgument {}
