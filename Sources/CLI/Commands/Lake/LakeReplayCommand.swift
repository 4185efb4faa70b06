import CommandLineKit
import Foundation
import Lake
import PlatformCore

/// `okapi lake replay`: silver and gold anew.
struct LakeReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Builds all of silver and gold anew, from bronze alone.",
    discussion: """
      The same bronze makes the same content every time; files that come out as they were stay as they are.

      EXAMPLES:
        okapi lake replay
      """)

  @OptionGroup(title: "Checks") var checks: QualityOptions
  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withSources("lake replay", accounts, announcing: .none, atOnce: 1) { runtime in
      let report = try await LakeSession(runtime, waits: wait).models(
        strict: checks.strict, maximumAge: checks.maximumAge
      ) { try await $0.run(fromBronzeAlone: true) }
      return SourceResult(report: report, text: LakeText.rendered(report), status: report.exitStatus)
    }
  }
}
