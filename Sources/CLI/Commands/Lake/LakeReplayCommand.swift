import BronzeStore
import CommandLineKit
import Foundation
import Lake
import PlatformCore
import Workspace

/// `okapi lake replay`: silver and gold anew.
struct LakeReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Builds all of silver and gold anew, from bronze alone.",
    discussion: """
      The same bronze makes the same content every time; files that come out as they were stay as they are.

      With --as-of the result is what was known at a moment: of bronze that was written by then. It is put into a folder
      of its own, as-of/<moment> in the workspace unless --out names one, which is a lake for LAKE_URL; what is accepted
      now stays as it is. A day stands for its first moment, in UTC.

      EXAMPLES:
        okapi lake replay
        okapi lake replay --as-of 2026-11-01
        okapi lake replay --as-of 2026-10-31T23:59:59Z --out october
        LAKE_URL=october okapi lake query "select * from gold.fct_payments limit 3"
      """)

  @Option(help: ArgumentHelp("What was known then: a time (RFC 3339) or a UTC day.", valueName: "time"))
  var asOf: String?
  @Option(help: ArgumentHelp("The folder for --as-of.", valueName: "folder")) var out: String?
  @OptionGroup(title: "Checks") var checks: QualityOptions
  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if out != nil, asOf == nil { throw ValidationError("--out needs --as-of: what is known now goes into the lake") }
    if let asOf, Date(rfc3339: asOf) == nil {
      throw ValidationError("--as-of '\(asOf)' is neither a UTC day (2026-11-01) nor a time (2026-11-01T12:00:00Z)")
    }
  }

  func run() async throws {
    // One moment for all sources.
    let moment = asOf.flatMap(Date.init(rfc3339:))
    try await global.withSources("lake replay", accounts, announcing: .none, atOnce: 1) { runtime in
      let session = try LakeSession(runtime, waits: wait)
      let past = try moment.map { try LakeAsOf($0, of: session.lake, now: runtime.context.clock.now) }
      let report = try await session.models(
        strict: checks.strict, maximumAge: checks.maximumAge, asOf: past, in: try past.map { try folder($0, runtime) }
      ) { try await $0.run(fromBronzeAlone: true) }
      return SourceResult(report: report, text: LakeText.rendered(report), status: report.exitStatus)
    }
  }

  private func folder(_ past: LakeAsOf, _ runtime: CommandRuntime) throws -> LakeFolder {
    if let out { return try LakeFolder(runtime.settings, location: out) }
    return LakeFolder(root: runtime.settings.home.appending(path: "as-of/\(past.folderName)"))
  }
}
