import CommandLineKit
import Foundation
import PlatformCore
import Workspace

/// `okapi-bench sync`: from the API to committed rows, and what changes cost.
struct SyncBenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Measures syncing against its source and against loading (docs/benchmarks.md).",
    discussion: """
      EXAMPLES:
        okapi-bench sync
        okapi-bench sync --objects 20000 --customers 200 --large 0 --runs 3
        okapi-bench sync --only budget
      """)

  @Option(help: ArgumentHelp("Objects of the account that is served from memory.", valueName: "n"))
  var objects: Int = 100_000
  @Option(help: ArgumentHelp("Customers of the sandbox's world, with twelve months of history.", valueName: "n"))
  var customers: Int = 1000
  @Option(help: ArgumentHelp("Objects of the large account; 0 for none.", valueName: "n"))
  var large: Int = 1_000_000
  @Option(help: ArgumentHelp("Objects of the account that is read under a budget.", valueName: "n"))
  var budgeted: Int = 10_000
  @Option(help: ArgumentHelp("How often each pair is run, in turns.", valueName: "n")) var runs: Int = 5
  @Option(help: ArgumentHelp("Only these parts: pages, sandbox, budget, changes, large.", valueName: "part"))
  var only: [String] = []
  @Option(help: ArgumentHelp("Where the temporary folder is made.", valueName: "folder")) var temporary: String?
  @Flag(help: "Print JSON.") var json: Bool

  /// Changes at a time, as far as there are objects to change.
  var changed: Int { min(10_000, min(objects, large == 0 ? objects : large) / 5) }

  func validate() throws {
    if min(objects, budgeted) < 1000 || (large != 0 && large < 1000) {
      throw ValidationError("--objects, --budgeted and --large must be 1000 or more (--large may be 0)")
    }
    if runs < 1 || customers < 1 { throw ValidationError("--runs and --customers must be 1 or more") }
  }

  func run() async throws {
    let report = try await BenchmarkDatabase.lend(in: temporary) { folder, database in
      try await SyncBenchmark(self, folder: folder, database: database).run()
    }
    print(json ? try report.json() : report.text)
  }
}
