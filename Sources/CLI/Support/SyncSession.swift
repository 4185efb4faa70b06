import BronzeStore
import Fetch
import Foundation
import Lake
import PlatformCore
import ResourceStore
import StripeClient
import StripeModel
import Sync
import Verify
import Workspace

/// What `okapi sync` and `okapi ingest --source api` do, and what `okapi verify --source api` stands on.
struct SyncSession: Sendable {
  var options: SyncOptions
  let access: DatabaseAccess
  private let runtime: CommandRuntime

  /// Prepares everything; nothing is sent.
  ///
  /// - Parameters:
  ///   - api: whom to speak to, if not whom the settings name.
  ///   - looksAtLake: false where the lake need not answer yet.
  /// - Throws: `usage` for a resource without a list of its own; what `APIAccess` says.
  init(
    _ runtime: CommandRuntime, _ limits: APIOptions = APIOptions(), resources: [ResourceName] = [],
    api: APIAccess? = nil, looksAtLake: Bool = true
  ) throws {
    self.runtime = runtime
    if let inner = resources.first(where: { $0.definition.listing.scope == .inside }) {
      throw PlatformError(
        .usage, "\(inner.definition.table) have no list of their own: they come inside other objects",
        nextStep: "name the resource that holds them")
    }
    access = DatabaseAccess(runtime)
    let settings = runtime.settings
    let lake = try LakeFolder(settings)
    if looksAtLake { try LakePast.refuse(lake) }
    options = SyncOptions(
      client: try (api ?? APIAccess(settings)).client(runtime, limits), lake: lake,
      source: settings.sourceName, names: access.names,
      rejectFolder: settings.home.appending(path: "rejects", directoryHint: .isDirectory),
      connect: { [access] in try await access.connect() })
    options.resources = resources
  }

  /// Syncs once, or again and again; answers the report.
  func run(every interval: Duration?) async throws -> SourceResult<SyncReport> {
    defer { options.client.close() }
    guard let interval else {
      try await access.requireStore()
      let report = try await once()
      return SourceResult(report: report, text: SyncText.rendered(report), status: report.exitStatus)
    }
    try await requireStore(every: interval)
    let report = try await Sync(options, context: runtime.context).watch(every: interval) { round in
      runtime.context.log(
        .info, "changes_synced",
        [
          "rows": .integer(round.changedRows), "events": .integer(round.events), "objects": .integer(round.objects),
          "read_at": .string(round.readAt ?? ""), "duration_ms": .integer(Int(round.seconds * 1000)),
          "statuses": .string(round.statuses.map { String($0.rawValue) }.joined(separator: ",")),
        ])
    }
    return SourceResult(report: report, text: SyncText.rendered(report), status: report.exitStatus)
  }

  /// Syncs once, with progress; the tables are there.
  func once() async throws -> SyncReport {
    let fetch = runtime.progress("fetch", total: nil, unit: .count("objects"))
    let load = ProgressBars(runtime)
    defer {
      fetch.finish()
      load.finish()
    }
    var options = options
    options.onFetch = { fetch.show($0) }
    options.onIngest = { progress in
      fetch.finish()
      load.show(progress)
    }
    return try await Sync(options, context: runtime.workContext).run()
  }

  /// Holds the tables against the API, with progress; the tables are there.
  ///
  /// - Parameter findings: how many findings to list for each table.
  func verify(repairs: Bool = false, findings: Int = 100) async throws -> VerifyReport {
    let fetch = runtime.progress("fetch", total: nil, unit: .count("objects"))
    let bars = ProgressBars(runtime)
    defer {
      fetch.finish()
      bars.finish()
    }
    var options = options
    options.onFetch = { fetch.show($0) }
    let scratch = runtime.settings.home.appending(path: "scratch/\(options.source)")
    let verification = SourceVerification(options, scratchFolder: scratch, context: runtime.workContext)
    return try await verification.run(repairs: repairs) { options in
      options.findingLimit = findings
      options.progress = { step in
        fetch.finish()
        bars.show(step)
      }
    }
  }

  /// The tables, once their server is there: a watch may be started before it.
  private func requireStore(every interval: Duration) async throws {
    var hasTold = false
    while true {
      do {
        return try await access.requireStore()
      } catch let error as PlatformError where error.status == .unavailable && !access.isPrivate && !Task.isCancelled {
        if !hasTold {
          runtime.context.log(
            .warning, "sync_interrupted", ["side": "database", "cause": .string(error.cause ?? error.message)])
        }
        hasTold = true
        try await Task.sleep(for: max(interval, .seconds(1)))
      }
    }
  }
}

extension ProgressBar {
  /// Shows how far listing is.
  func show(_ progress: FetchProgress) {
    // Before much is read nobody can say how much there is.
    let isKnown = progress.remaining > 0 && progress.remaining < 50 * max(progress.objects, 1_000)
    update(
      progress.objects, of: isKnown ? progress.objects + progress.remaining : nil,
      note: "\(progress.resourcesDone) of \(progress.resources) resources")
  }
}
