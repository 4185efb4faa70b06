import CommandLineKit
import Fetch
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
    try await global.withSources("lake transform", accounts, announcing: .none, flags: api.flags, atOnce: 1) {
      runtime in
      let report = try await LakeSession(runtime, waits: wait).models(filling: offline ? nil : api) {
        try await $0.transform()
      }
      return SourceResult(report: report, text: LakeText.rendered(report), status: report.exitStatus)
    }
  }
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
