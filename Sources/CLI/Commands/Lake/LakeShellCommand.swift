import CommandLineKit
import DuckDBClient
import Foundation
import Lake
import PlatformCore

/// `okapi lake shell`: a prompt over what is accepted.
struct LakeShellCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell", abstract: "Asks for SQL, statement by statement, and runs it over the accepted tables.",
    discussion: """
      A statement ends with a semicolon. \\d lists the tables, \\d silver.charges its columns, \\q or the end of input
      ends the shell. Other commands wait for a statement only, not for the shell: between two of them a run may accept
      new tables. At a terminal a mistake is told and the shell goes on; in a pipe or a file it ends it, with its
      status.

      EXAMPLES:
        okapi lake shell
        echo "select count(*) from silver.charges;" | okapi lake shell
        okapi lake shell --json < questions.sql
      """)

  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("lake shell", announcing: .none) { runtime in
      try await LakeSession(runtime, waits: wait).models { lake in
        try await LakePrompt(shell: LakeShell(lake), runtime: runtime).run()
      }
      return .done
    }
  }
}

/// The conversation of a shell.
private struct LakePrompt {
  let shell: LakeShell
  let runtime: CommandRuntime
  private let isTerminal = isatty(STDIN_FILENO) == 1

  init(shell: LakeShell, runtime: CommandRuntime) {
    self.shell = shell
    self.runtime = runtime
  }

  func run() async throws {
    var statements = StatementSplitter()
    if isTerminal { try Terminal.printResult("SQL over the accepted tables; \\d lists them, \\q ends") }
    try prompt("lake> ")
    for await line in Self.input() {
      if !statements.isWithinStatement, line.hasPrefix("\\") {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        if words == ["\\q"] { return }
        try await forgiving { try await order(words) }
      } else {
        for statement in statements.add(line) { try await forgiving { try await show(shell.query(statement)) } }
      }
      try prompt(statements.isWithinStatement ? "   -> " : "lake> ")
    }
    try Task.checkCancellation()
    if isTerminal { return try Terminal.printResult("") }
    if let last = statements.finish() { try await show(shell.query(last)) }
  }

  /// What begins with a backslash.
  private func order(_ words: [String]) async throws {
    guard words[0] == "\\d", words.count <= 2 else {
      throw PlatformError(
        .usage, "'\(words.joined(separator: " "))' is no order of the shell",
        nextStep: "\\d, \\d silver.charges, \\q, or SQL that ends with a semicolon")
    }
    try await show(shell.describe(words.dropFirst().first))
  }

  private func show(_ result: DuckDBResult) async throws {
    let shown = LakeQueryResult(result)
    try runtime.report(shown.document, text: shown.text)
  }

  /// At a terminal a mistake does not end the shell.
  private func forgiving(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as PlatformError where isTerminal {
      runtime.terminal.line(error.rendered)
    }
  }

  private func prompt(_ text: String) throws {
    if isTerminal { try Terminal.prompt(text) }
  }

  /// The lines of stdin. They are read on a thread of their own, as reading waits; a signal does not wait for it.
  private static func input() -> AsyncStream<String> {
    AsyncStream { lines in
      DispatchQueue(label: "okapi.lake.shell").async {
        while let line = readLine() { lines.yield(line) }
        lines.finish()
      }
    }
  }
}
