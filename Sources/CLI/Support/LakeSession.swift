import BronzeStore
import CrossCheck
import Fetch
import Foundation
import Lake
import PlatformCore
import StripeClient
import StripeModel
import Workspace

/// What the lake's commands have in common.
struct LakeSession: Sendable {
  let runtime: CommandRuntime
  let lake: LakeFolder
  let waits: Bool
  /// Each with the settings of a source that is worked on.
  private let sources: [CommandRuntime]

  /// - Parameter sources: more than the one that the settings name, all in one lake.
  init(_ runtime: CommandRuntime, waits: Bool, sources: [CommandRuntime]? = nil) throws {
    self.runtime = runtime
    self.waits = waits
    self.sources = sources ?? [runtime]
    lake = try LakeFolder(runtime.settings)
  }

  private var source: String { runtime.settings.sourceName }

  /// Brings bronze to what the API says, with progress.
  func extract(_ extract: ExtractOptions, _ limits: APIOptions) async throws -> ExtractReport {
    let resources = try extract.resources()
    try LakePast.refuse(lake)
    let client = try APIAccess(runtime.settings).client(runtime, limits)
    defer { client.close() }
    let lock = try await LakeLock.take(in: lake, of: source, for: runtime.context, waits: waits) { holder in
      runtime.context.log(.info, "lake_awaited", ["holder": .string(holder?.command ?? "?")])
    }
    defer { withExtendedLifetime(lock) {} }
    let account = try await AccountGuard.require(client, in: lake, source: source, runtime.context)
    var options = FetchOptions(client: client, lake: lake, source: source)
    options.resources = resources
    let bar = runtime.progress("extract", total: nil, unit: .count("objects"))
    defer { bar.finish() }
    options.onProgress = { bar.show($0) }
    let window = extract.window(at: runtime.context.clock.now)
    var report = try await Extraction(options, window: window, context: runtime.workContext).run()
    report.account = account.id
    return report
  }

  /// Silver and gold of the source, with progress; `body` gets what works on them.
  ///
  /// - Parameters:
  ///   - limits: how fast the API is asked for what silver lacks; nil where it is not asked.
  ///   - api: whom to ask, if not whom the settings name.
  ///   - target: the lake that a past moment is built in.
  func models<Answer>(
    filling limits: APIOptions? = nil, from api: APIAccess? = nil, strict: Bool = false, maximumAge: Duration? = nil,
    asOf: LakeAsOf? = nil, in target: LakeFolder? = nil, _ body: (Lake) async throws -> Answer
  ) async throws -> Answer {
    let scratch = runtime.settings.home.appending(path: "scratch/lake-\(runtime.context.runID)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    var engine = LakeEngine.Limits(scratch: scratch)
    engine.memoryBytes = runtime.settings.lakeMemoryBytes
    var options = LakeOptions(
      lake: target ?? lake, sources: sources.map(\.settings.sourceName), limits: engine,
      rejectFolder: runtime.settings.home.appending(path: "rejects", directoryHint: .isDirectory))
    options.waits = waits
    options.isStrict = strict
    options.maximumAge = maximumAge
    options.asOf = asOf
    if let limits { options.fill = { try await fill($0, $1, $2, api, limits) } }
    let bars = LakeBars(runtime)
    defer { bars.finish() }
    options.onProgress = { bars.show($0) }
    return try await body(Lake(options, context: runtime.workContext))
  }
}

extension LakeSession {
  /// Holds the tables of a database against silver.
  func proof(
    of resources: Set<ResourceName>, against access: DatabaseAccess, findings limit: Int,
    _ onTable: @escaping @Sendable (String, Int, Int) -> Void
  ) async throws -> LakeComparison {
    try await models { lake in
      var verification = LakeVerification(
        lake: lake, schema: source, context: runtime.workContext, connect: { try await access.connect() })
      verification.resources = resources
      verification.findingLimit = limit
      verification.onTable = onTable
      return try await verification.run()
    }
  }

  /// Reads objects by their ids into bronze. Without an API there is nobody to ask; the checks say what is missing.
  private func fill(
    _ source: String, _ resource: ResourceName, _ ids: [String], _ api: APIAccess?, _ limits: APIOptions
  ) async throws -> Int {
    guard let runtime = sources.first(where: { $0.settings.sourceName == source }),
      let access = try? api ?? APIAccess(runtime.settings)
    else { return 0 }
    let client = access.client(runtime, limits)
    defer { client.close() }
    let lock = try await LakeLock.take(in: lake, of: source, for: runtime.context, waits: waits)
    defer { withExtendedLifetime(lock) {} }
    _ = try await AccountGuard.require(client, in: lake, source: source, runtime.context)
    let feed = Feed(FeedOptions(client: client, lake: lake, source: source), context: runtime.workContext)
    return try await feed.reread(resource, ids: ids).objects
  }
}

/// A progress bar for each stage of a run over the lake.
private final class LakeBars: Sendable {
  private let bars: [String: ProgressBar]

  init(_ runtime: CommandRuntime) {
    let stages = [("silver", "models"), ("gold", "models"), ("quality", "models"), ("compact", "days")]
    bars = Dictionary(
      uniqueKeysWithValues: stages.map { ($0.0, runtime.progress($0.0, total: nil, unit: .count($0.1))) })
  }

  func show(_ progress: LakeProgress) {
    for (stage, bar) in bars where stage != progress.stage { bar.finish() }
    bars[progress.stage]?.update(progress.done, of: progress.total, note: progress.model)
  }

  func finish() {
    for bar in bars.values { bar.finish() }
  }
}
