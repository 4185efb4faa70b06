import CommandLineKit
import Foundation
import Lake
import PlatformCore

/// `okapi lake transform`: bronze into staged silver and gold.
struct LakeTransformCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform", abstract: "Builds the silver and gold that new bronze changes, and leaves it staged.",
    discussion: """
      Only partitions that new bronze touches are built. What bronze refers to and lacks (a customer that was deleted
      before the first run) is read by its id where the API can be reached. What is staged nobody reads before okapi
      lake quality has accepted it; okapi lake run does both.

      Exit status 65: records broke their declared shape; they are listed, and the others are taken.

      EXAMPLES:
        okapi lake transform
        RUN_ID=nightly-42 okapi lake transform
      """)

  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @Flag(help: "Do not ask the API for what bronze refers to and lacks.") var offline = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("lake transform", announcing: .none, flags: api.flags) { runtime in
      // Together: what is staged of one would take the place of another's.
      let session = try LakeSession(runtime, waits: wait, sources: runtime.sources(accounts))
      let report = try await session.models(filling: offline ? nil : api) { try await $0.transform() }
      try runtime.report(report, text: LakeText.rendered(report))
      return report.exitStatus
    }
  }
}
