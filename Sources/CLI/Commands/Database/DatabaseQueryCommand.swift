import CommandLineKit
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Workspace

/// `okapi db query`: one statement, its rows as a table or as JSON.
struct DatabaseQueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Runs one SQL statement, read-only, and prints its rows.",
    discussion: """
      The tables are in the schema of the source (stripe), which is on the search path. With --write the statement
      may change data; that is refused with ENV=PROD.

      EXAMPLES:
        okapi db query "select status, count(*) from charges group by status"
        okapi db query --json "select id, amount, currency from stripe_live.charges limit 3"
      """)

  @Argument(help: "The statement.") var sql: String
  @Flag(help: "Allow it to change data.") var write: Bool
  @Option(help: "Which database.") var database: DatabaseName = .main
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db query", announcing: .none, ofOneSource: true) { runtime in
      if write { try runtime.settings.requireNotProduction(action: "change data by hand") }
      let access = DatabaseAccess(runtime)
      let connection = try await access.connect(database)
      let result = try await QueryResult.run(sql, write: write, names: access.names, over: connection)
      await connection.close()
      try runtime.report(result.document, text: result.text)
      return .done
    }
  }
}

/// The rows of one statement.
struct QueryResult: Sendable {
  private let result: PostgresResult

  /// Runs a statement in a transaction of its own, with the source's schema on the search path.
  static func run(
    _ sql: String, write: Bool, names: StoreNames, over connection: PostgresConnection
  ) async throws -> QueryResult {
    do {
      return try await connection.transaction(isReadOnly: !write) { connection in
        try await connection.execute("set local search_path to \(PostgresIdentifier.quoted(names.schema)), public")
        return QueryResult(result: try await connection.query(sql))
      }
    } catch var error as PlatformError where error.code?.hasPrefix("42") == true || error.code == "25006" {
      // The statement is the user's, so its mistakes are too.
      error.status = .usage
      error.nextStep = error.code == "25006" ? "add --write if it is meant to change data" : "mend the statement"
      throw error
    }
  }

  private init(result: PostgresResult) { self.result = result }

  /// `{"columns": […], "rows": [[…]]}`; values are PostgreSQL's text, null stays null.
  var document: Document {
    Document(
      columns: result.columns,
      rows: (0..<result.count).map { row in (0..<result.columns.count).map { result[row, $0] } },
      affectedRows: result.affectedRows)
  }

  struct Document: Encodable {
    let columns: [String]
    let rows: [[String?]]
    let affectedRows: Int
  }

  /// An aligned table.
  var text: String {
    guard !result.columns.isEmpty else { return "\(result.affectedRows) rows changed" }
    var table = TextTable(result.columns)
    for row in 0..<result.count {
      table.add(
        (0..<result.columns.count).map { column in
          guard let text = result[row, column] else { return .empty }
          return Decimal(string: text) != nil && text.wholeMatch(of: #/-?[0-9]+(\.[0-9]+)?/#) != nil
            ? .figure(text) : .text(text)
        })
    }
    return table.rendered + "\n\(result.count) row\(result.count == 1 ? "" : "s")"
  }
}

/// `okapi db psql`: PostgreSQL's own shell.
struct DatabasePsqlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "psql", abstract: "Opens psql on the database, with the source's schema on the search path.",
    discussion: """
      EXAMPLES:
        okapi db psql
        okapi db psql -- -c 'select count(*) from charges'
      """)

  @Argument(help: ArgumentHelp("Arguments for psql, after --.", valueName: "argument")) var arguments: [String] = []
  @Option(help: "Which database.") var database: DatabaseName = .main
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db psql", announcing: .none, ofOneSource: true) { runtime in
      let access = DatabaseAccess(runtime)
      let url = try await access.readyURL(database)
      throw PsqlReplacement(
        variables: try ConnectionEnvironment.variables(for: url), schema: access.names.schema, arguments: arguments
      ).replaceProcess()
    }
  }
}

/// Turns this process into psql, so that signals and the terminal are psql's.
struct PsqlReplacement {
  /// The connection by environment, not by argument or file: a URL may hold a password, and those are public.
  let variables: [String: String]
  let schema: String
  let arguments: [String]

  /// Returns only where psql cannot be run.
  func replaceProcess() -> PlatformError {
    for (name, value) in variables { setenv(name, value, 1) }
    setenv(
      "PGOPTIONS",
      [variables["PGOPTIONS"], "-c search_path=\(schema),public"].compactMap(\.self).joined(separator: " "), 1)
    var words: [UnsafeMutablePointer<CChar>?] = (["psql"] + arguments).map { strdup($0) }
    words.append(nil)
    restoreSignals()
    execvp("psql", words)
    return PlatformError(
      .unavailable, "psql cannot be run", cause: String(cString: strerror(errno)),
      nextStep: "run scripts/setup, or install PostgreSQL's client programs")
  }

  /// What this process ignores or blocks would stay so in psql, which could then not be interrupted.
  private func restoreSignals() {
    for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_DFL) }
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
  }
}
