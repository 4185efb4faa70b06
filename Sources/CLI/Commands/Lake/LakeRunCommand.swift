import CommandLineKit
import Fetch
import Foundation
import Lake
import PlatformCore

/// What `okapi lake run` did.
struct LakeRunDocument: Encodable, Sendable {
  let extract: ExtractReport
  let lake: LakeReport
}

/// `okapi lake run`: extract, transform, quality, accept.
struct LakeRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Extracts, transforms, checks and accepts, under one run id.",
    discussion: """
      Killed at any moment, the next run completes it: nothing doubles, nothing is lost.

      Exit status 1: a check failed and nothing was accepted; 65: records broke their declared shape; 75: another run is
      at work.

      EXAMPLES:
        okapi lake run
        okapi lake run --days 1
        okapi lake run --entity charges --entity customers --strict
      """)

  @OptionGroup(title: "What is read") var extract: ExtractOptions
  @OptionGroup(title: "Checks") var checks: QualityOptions
  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withSources("lake run", accounts, announcing: .api, flags: api.flags, atOnce: 1) { runtime in
      let session = try LakeSession(runtime, waits: wait)
      let extracted = try await session.extract(extract, api)
      let report = try await session.models(
        filling: api, strict: checks.strict, maximumAge: checks.maximumAge
      ) { try await $0.run() }
      return SourceResult(
        report: LakeRunDocument(extract: extracted, lake: report),
        text: LakeText.rendered(extracted) + "\n\n" + LakeText.rendered(report),
        status: .strongest(of: [extracted.exitStatus, report.exitStatus]))
    }
  }
}
