import CommandLineKit
import Foundation
import Lake
import PlatformCore

/// How strictly a lake is checked.
struct QualityOptions: ParsableArguments {
  @Flag(help: "Unknown fields and values fail the checks too.") var strict = false
  @Option(help: ArgumentHelp("Fail where nothing new came for so many hours.", valueName: "hours"))
  var maxAge: Int?

  func validate() throws {
    if let maxAge, maxAge < 1 { throw ValidationError("--max-age must be at least 1") }
  }

  var maximumAge: Duration? { maxAge.map { .seconds($0 * 3600) } }
}

/// `okapi lake quality`: the checks.
struct LakeQualityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality",
    abstract: "Checks what is staged and accepts it, else what is accepted.",
    discussion: """
      Columns and types, missing values, unique ids, partitions, references, and from layer to layer every id and every
      amount per currency, without tolerance. Exit status 1 when a check fails: nothing is accepted then, and the report
      names the ids.

      EXAMPLES:
        okapi lake quality
        okapi lake quality --strict --max-age 26
        okapi lake quality --json
      """)

  @OptionGroup(title: "Checks") var checks: QualityOptions
  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("lake quality", announcing: .none) { runtime in
      let report = try await LakeSession(runtime, waits: wait).models(
        strict: checks.strict, maximumAge: checks.maximumAge
      ) { try await $0.quality() }
      try runtime.report(report, text: LakeText.rendered(report))
      return report.exitStatus
    }
  }
}
