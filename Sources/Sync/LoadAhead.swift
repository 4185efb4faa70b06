import Fetch
import Ingest
import PlatformCore
import Synchronization

/// Loads bronze while a listing still fills it: both sides are busy, and little is left to do when the last page came.
enum LoadAhead {
  /// Lists, and answers what passes over bronze did meanwhile; what came after the last of these is left to do.
  ///
  /// - Parameter step: the objects that are worth a pass.
  static func list(
    _ fetch: FetchOptions, loading ingest: IngestOptions, every step: Int, context: RunContext
  ) async throws -> (FetchReport, [IngestReport]) {
    let (passes, more) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    defer { more.finish() }
    let due = Mutex(step)
    var fetch = fetch
    fetch.onProgress = { [told = fetch.onProgress] progress in
      told(progress)
      let isDue = due.withLock { due in
        guard progress.objects >= due else { return false }
        due = progress.objects + step
        return true
      }
      if isDue { more.yield() }
    }
    async let loaded = load(ingest, whenever: passes, context)
    let listing = try await Fetch(fetch, context: context).run()
    more.finish()
    return (listing, await loaded)
  }

  private static func load(
    _ ingest: IngestOptions, whenever passes: AsyncStream<Void>, _ context: RunContext
  ) async -> [IngestReport] {
    let quiet = RunContext(
      runID: context.runID, command: context.command, log: context.log.raised(to: .warning), clock: context.clock)
    let brokenOff = Mutex<IngestReport?>(nil)
    var ingest = ingest
    ingest.isPartial = true
    ingest.onBrokenOff = { report in brokenOff.withLock { $0 = report } }
    var reports: [IngestReport] = []
    for await _ in passes {
      // Whatever fails meets the load after the listing as well, and that one says so; what was rejected before it
      // failed is not met again.
      guard let report = try? await Ingestion(ingest, context: quiet).run() else { break }
      reports.append(report)
    }
    return reports + (brokenOff.withLock { $0 }.map { [$0] } ?? [])
  }
}
