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
    try await global.withRuntime("db query", announcing: .none) { runtime in
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
    try await global.withRuntime("db psql", announcing: .none) { runtime in
      let access = DatabaseAccess(runtime)
      let url = try await access.url(database)
      // By environment and not by argument: a URL may hold a password, and arguments are public.
      setenv("PGOPTIONS", "-c search_path=\(access.names.schema),public", 1)
      throw PsqlReplacement(url: url, arguments: arguments).replaceProcess()
    }
  }
}

/// Turns this process into psql, so that signals and the terminal are psql's.
struct PsqlReplacement {
  let url: String
  let arguments: [String]

  /// Returns only where psql cannot be run.
  func replaceProcess() -> PlatformError {
    let service = FileManager.default.temporaryDirectory.appendingPathComponent("okapi-psql-\(getpid()).conf")
    do {
      try serviceFile().write(to: service, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: service.path)
    } catch {
      return PlatformError(.output, "a file for psql cannot be written", cause: error.localizedDescription)
    }
    setenv("PGSERVICEFILE", service.path, 1)
    setenv("PGSERVICE", "okapi", 1)
    var words: [UnsafeMutablePointer<CChar>?] = (["psql"] + arguments).map { strdup($0) }
    words.append(nil)
    execvp("psql", words)
    return PlatformError(
      .unavailable, "psql cannot be run", cause: String(cString: strerror(errno)),
      nextStep: "run scripts/setup, or install PostgreSQL's client programs")
  }

  private func serviceFile() -> String {
    guard let parts = URLComponents(string: url) else { return "[okapi]\n" }
    var lines = ["[okapi]"]
    let pairs: [(String, String?)] = [
      ("host", parts.host.flatMap { $0.isEmpty ? nil : $0 }), ("port", parts.port.map(String.init)),
      ("user", parts.user),
      ("password", parts.password), ("dbname", parts.path.isEmpty ? nil : String(parts.path.dropFirst())),
    ]
    let given = pairs.compactMap { pair in pair.1.map { "\(pair.0)=\($0)" } }
    lines += given + (parts.queryItems ?? []).compactMap { item in item.value.map { "\(item.name)=\($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}
