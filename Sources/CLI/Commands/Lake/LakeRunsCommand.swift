import BronzeStore
import CommandLineKit
import Foundation
import Lake
import PlatformCore

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
