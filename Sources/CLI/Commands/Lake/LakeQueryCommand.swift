import CommandLineKit
import DuckDBClient
import Foundation
import Lake
import PlatformCore

/// `okapi lake query`: DuckDB over what is accepted.
struct LakeQueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Runs SQL over the accepted tables with DuckDB, and prints the rows.",
    discussion: """
      The tables are silver.<entity> and gold.<model>, with the columns source and dt beside their own.

      EXAMPLES:
        okapi lake query "select currency, sum(captured_minor) from gold.fct_payments group by currency"
        okapi lake query --json "select * from silver.charges where is_disputed limit 3"
      """)

  @Argument(help: "The statement.") var sql: String
  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if sql.allSatisfy(\.isWhitespace) { throw ValidationError("the statement is empty") }
  }

  func run() async throws {
    try await global.withRuntime("lake query", announcing: .none) { runtime in
      let result = try await LakeSession(runtime, waits: wait).models { try await LakeShell($0).query(sql) }
      let shown = LakeQueryResult(result)
      try runtime.report(shown.document, text: shown.text)
      return .done
    }
  }
}

/// The rows that DuckDB answered.
struct LakeQueryResult: Sendable {
  private let result: DuckDBResult
  private let rows: [[String?]]

  init(_ result: DuckDBResult) {
    self.result = result
    rows = result.rows.indices.map { row in result.columns.indices.map { result.text(row, $0) } }
  }

  /// What `--json` prints; values are DuckDB's text, null stays null.
  struct Document: Encodable {
    let columns: [String]
    let rows: [[String?]]
  }

  var document: Document { Document(columns: result.columns.map(\.name), rows: rows) }

  /// An aligned table.
  var text: String {
    var table = TextTable(result.columns.map(\.name))
    for row in rows {
      table.add(
        row.map { text in
          guard let text else { return .empty }
          return text.wholeMatch(of: #/-?[0-9]+(\.[0-9]+)?/#) != nil ? .figure(text) : .text(text)
        })
    }
    return table.rendered + "\n\(rows.count) row\(rows.count == 1 ? "" : "s")"
  }
}
