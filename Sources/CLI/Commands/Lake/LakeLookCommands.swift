import BronzeStore
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
      let result = try await LakeSession(runtime, waits: wait).models { try await $0.query(sql) }
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

/// `okapi lake runs`: what was done to the lake.
struct LakeRunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists the runs that wrote to the lake, newest first.",
    discussion: """
      EXAMPLES:
        okapi lake runs
        okapi lake runs --json
      """)

  @Option(help: ArgumentHelp("How many.", valueName: "n")) var limit: Int = 20
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("lake runs", announcing: .none) { runtime in
      let runs = try LakeRuns(LakeSession(runtime, waits: false).lake).newest(limit)
      var table = TextTable(["run", "command", "source", "status", "finished", "parts", "objects"])
      for run in runs {
        table.add(
          .text(run.runID), .text(run.command), .text(run.source), .text(run.status), .text(run.finishedAt),
          .number(run.outputs.count), .number(run.outputs.reduce(0) { $0 + $1.lines }))
      }
      try runtime.report(["runs": runs], text: runs.isEmpty ? "no runs yet" : table.rendered)
      return .done
    }
  }
}

/// `okapi lake show`: one run.
struct LakeShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what a run read, wrote and checked, or what is accepted now.",
    discussion: """
      EXAMPLES:
        okapi lake show
        okapi lake show 20261121T083000Z-1a2b3c4d
      """)

  @Argument(help: ArgumentHelp("The run; without it the accepted models.", valueName: "run")) var run: String?
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("lake show", announcing: .none) { runtime in
      let lake = try LakeSession(runtime, waits: false).lake
      guard let run else {
        let models = try lake.acceptedModels().values.sorted { $0.model < $1.model }
        var table = TextTable(["model", "files", "rows", "run", "updated"])
        for model in models {
          table.add(
            .text(model.model), .number(model.files.count), .number(model.rows), .text(model.runID),
            .text(model.updatedAt))
        }
        try runtime.report(["models": models], text: models.isEmpty ? "nothing is accepted yet" : table.rendered)
        return .done
      }
      guard let manifest = try LakeRuns(lake).manifest(of: run) else {
        throw PlatformError(
          .inputMissing, "the lake knows no run '\(run)'", context: ["lake": lake.root.path],
          nextStep: "okapi lake runs")
      }
      try runtime.report(manifest, text: LakeText.rendered(manifest))
      return .done
    }
  }
}
