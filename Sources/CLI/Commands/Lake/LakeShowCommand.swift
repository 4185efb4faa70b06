import BronzeStore
import CommandLineKit
import Foundation
import Lake
import PlatformCore

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
          .inputMissing, "the lake knows no run '\(run)'", context: ["lake": lake.location],
          nextStep: "okapi lake runs")
      }
      try runtime.report(manifest, text: LakeText.rendered(manifest))
      return .done
    }
  }
}
