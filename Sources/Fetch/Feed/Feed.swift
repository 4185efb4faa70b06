import BronzeStore
import Foundation
import JSONReader
package import PlatformCore
import StripeClient
package import StripeModel

/// Brings what has changed since the cursor into bronze: reads `/v1/events`, and objects where an event is no proof.
///
/// It speaks for the resources that were listed whole (`FeedCursor.listed`). The cursor moves when bronze is on the
/// disk. Memory holds some thousand events (`FeedOptions.eventsAtOnce`) with a snapshot for each object they concern,
/// and the ids of the events handled within the overlap.
package struct Feed: Sendable {
  private let options: FeedOptions
  private let context: RunContext

  /// Prepares a run; nothing is sent.
  package init(_ options: FeedOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  /// Reads what is new. A gap is answered in the report, and nothing is read: list again with `Fetch`, then come back.
  ///
  /// - Throws: what ends the whole run: an outage after all attempts, a refused or forbidden feed, a full disk,
  ///   `CancellationError`. The cursor then stands behind what was handled whole.
  package func run() async throws -> FeedReport {
    let begun = ContinuousClock.now
    let writer = BronzeWriter(lake: options.lake, source: options.source, runID: context.runID, clock: context.clock)
    let state = FetchState(BronzeState(lake: options.lake, source: options.source), writer: writer)
    guard let cursor = try await state.load() else {
      var report = FeedReport()
      report.gap = .lost
      return report
    }
    let startedAt = context.clock.now.rfc3339
    var run = FeedRun(options, context, cursor, state, writer)
    try await run.read()
    try await writer.finish()
    var report = run.report
    report.written = await writer.written
    report.seconds = (ContinuousClock.now - begun) / .seconds(1)
    if report.gap == nil { try await state.add(manifest(report, from: cursor, startedAt: startedAt)) }
    log(report)
    return report
  }

  private func manifest(_ report: FeedReport, from cursor: FeedCursor, startedAt: String) -> RunManifest {
    RunManifest(
      runID: context.runID, command: context.command, source: options.source, startedAt: startedAt,
      finishedAt: context.clock.now.rfc3339, status: report.statuses.isEmpty ? "done" : "incomplete",
      inputs: ["api": options.client.options.base, "feed_from": String(cursor.newest)], written: report.written,
      counts: ["events": report.events, "changed_objects": report.objects])
  }

  /// Reads objects again of which no event tells that they changed (`ResourceDefinition.unannounced`), a few at a time.
  ///
  /// - Parameter ids: held by the caller; give some thousands at a time.
  package func reread(_ resource: ResourceName, ids: [String]) async throws -> FeedReport {
    let writer = BronzeWriter(lake: options.lake, source: options.source, runID: context.runID, clock: context.clock)
    var report = FeedReport()
    let reader = ChangeReader(
      client: options.client, objects: ObjectReader(client: options.client, writer: writer), apiVersion: nil)
    try await reader.read(ids.map { ObjectName(resource: resource, id: $0) }, listeners: [:], &report)
    try await writer.finish()
    report.written = await writer.written
    let now = context.clock.now.rfc3339
    try BronzeState(lake: options.lake, source: options.source).add(
      RunManifest(
        runID: context.runID, command: context.command, source: options.source, startedAt: now, finishedAt: now,
        status: report.statuses.isEmpty ? "done" : "incomplete", inputs: ["api": options.client.options.base],
        written: report.written, counts: ["reread_objects": report.objects]))
    return report
  }

  private func log(_ report: FeedReport) {
    context.log(
      .info, "feed_read",
      [
        "events": .integer(report.events), "foreign_events": .integer(report.foreignEvents),
        "objects": .integer(report.objects), "gap": .boolean(report.gap != nil),
        "duration_ms": .integer(Int(report.seconds * 1000)),
      ])
  }
}
