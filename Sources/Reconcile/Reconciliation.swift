import BronzeStore
import Fetch
import Foundation
package import PlatformCore
import StripeClient

/// Holds the events that webhooks brought against the event feed and against the batch, and names what differs.
///
/// Takes no lock: it reads bronze as it is, and what it heals goes into parts of its own run.
package struct Reconciliation: Sendable {
  private let options: ReconcileOptions
  private let context: RunContext

  /// Prepares a comparison; nothing is sent.
  package init(_ options: ReconcileOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  /// Compares, heals where that is asked for, and compares again.
  ///
  /// - Throws: `permission` where the key may not read events, `configuration` where it is of another account or
  ///   mode than bronze, `unavailable` after all attempts, `data` for a damaged part, `inputOutput` or `output`.
  package func run() async throws -> ReconcileReport {
    let begun = ContinuousClock.now
    let startedAt = context.clock.now
    let account = try await AccountGuard.require(
      options.client, in: options.lake, source: options.source, notes: false, context)
    try FileManager.default.createDirectory(
      at: options.scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // The client knows the source's time by now.
    let now = options.client.serverTime ?? Int64(startedAt.timeIntervalSince1970)
    let since = max(options.since, now - EventPages.reach)
    let bronze = BronzeReader(lake: options.lake, source: options.source)
    // Events of a test clock bear its time, and may be received long before it.
    let ledger = try EventLedger(
      in: options.scratch, bronze: bronze, since: since,
      receivedSince: account.livemode ? since : now - EventPages.reach,
      account: account)
    try await ledger.readCaptured()
    let readAt = try await readFeed(into: ledger, since: since, now: now)
    let known = try BronzeState(lake: options.lake, source: options.source).account()
    if known?.id == nil { try await ledger.requireSharedEvent(heals: options.heals) }
    var measure = ReconcileMeasure(
      readAt: readAt, since: since, grace: options.grace.wholeSeconds, shipping: options.shipping.wholeSeconds,
      lateAfter: options.lateAfter.wholeSeconds)
    measure.batchSince = known.flatMap { Date(rfc3339: $0.notedAt) }.map { Int64($0.timeIntervalSince1970) }
    try await look(ledger, measure)
    let healed = options.heals ? try await heal(from: ledger, readAt: readAt) : []
    if !healed.isEmpty { try await look(ledger, measure) }
    try await ledger.readBatch()
    try await ledger.judge(measure)
    var report = try await report(ledger, measure)
    report.healedNow = healed.reduce(0) { $0 + $1.lines }
    report.seconds = (ContinuousClock.now - begun) / .seconds(1)
    try note(report, written: healed, startedAt: startedAt)
    return report
  }

  /// Reads the feed to its end; answers a second that the source's clock had reached before.
  private func readFeed(into ledger: EventLedger, since: Int64, now: Int64) async throws -> Int64 {
    var pages = EventPages(options.client, since: since)
    var readAt: Int64?
    var events = 0
    while let page = try await pages.next() {
      readAt = readAt ?? page.startedAt
      try await ledger.take(page, keepsMissing: options.heals)
      events += page.ids.count
      options.onProgress(events)
    }
    return readAt ?? now
  }

  /// Sees what came while the feed was read, and judges.
  private func look(_ ledger: EventLedger, _ measure: ReconcileMeasure) async throws {
    // The log first: what is shipped between the two looks is then seen in both, not in neither.
    try await ledger.takeUnshipped(options.unshipped)
    try await ledger.readCaptured()
    try await ledger.judge(measure)
  }

  /// Writes what is missing to bronze, as read from the feed.
  private func heal(from ledger: EventLedger, readAt: Int64) async throws -> [BronzeWriter.Written] {
    let writer = BronzeWriter(
      lake: options.lake, source: options.source, runID: context.runID, clock: context.clock)
    var last = ""
    while true {
      let missing = try await ledger.missing(after: last, limit: 500)
      guard let end = missing.last else { break }
      last = end.id
      for event in missing {
        let observed = BronzeObservation(
          observedAt: readAt, sequence: CapturedLine.healed, apiVersion: event.version)
        try await writer.append([event.body[...]], to: BronzePart.webhookEvents, observed: observed)
      }
    }
    try await writer.finish()
    return await writer.written
  }

  private func report(_ ledger: EventLedger, _ measure: ReconcileMeasure) async throws -> ReconcileReport {
    var report = ReconcileReport(
      runID: context.runID, source: options.source, since: measure.since, readAt: measure.readAt)
    report.days = try await ledger.days()
    report.captured = report.days.reduce(0) { $0 + $1.captured }
    report.feed = report.days.reduce(0) { $0 + $1.feed }
    for kind in ReconcileReport.Kind.allCases {
      let (count, first) = try await ledger.findings(kind, limit: options.findingLimit)
      report.counts[kind.rawValue] = count
      report.findings += first
    }
    report.thin = try await ledger.thin()
    report.damagedLines = await ledger.damagedLines
    report.otherAccounts = await ledger.otherAccounts
    report.batchObjects = try await ledger.objects()
    let newest = try await ledger.newest()
    report.newestReceived = newest.received.map { Date(timeIntervalSince1970: Double($0)) }
    report.newestInFeed = newest.feed.map { Date(timeIntervalSince1970: Double($0)) }
    let cursor: FeedCursor? = try BronzeState(lake: options.lake, source: options.source).feed()
    report.batchReadAt = cursor.map { Date(timeIntervalSince1970: Double($0.readAt)) }
    if try await ledger.write(to: options.findingsFile) { report.findingsFile = options.findingsFile.path }
    report.api = options.client.statistics
    return report
  }

  private func note(_ report: ReconcileReport, written: [BronzeWriter.Written], startedAt: Date) throws {
    var counts = report.counts
    counts["captured"] = report.captured
    counts["feed"] = report.feed
    counts["healed_now"] = report.healedNow
    var inputs = [
      "api": options.client.options.base, "since": report.since.rfc3339, "read_at": report.readAt.rfc3339,
    ]
    inputs["findings"] = report.findingsFile
    try BronzeState(lake: options.lake, source: options.source).add(
      RunManifest(
        runID: context.runID, command: context.command, source: options.source, startedAt: startedAt.rfc3339,
        finishedAt: context.clock.now.rfc3339, status: report.exitStatus == .done ? "done" : "incomplete",
        inputs: inputs, written: written, counts: counts))
  }
}

extension Duration {
  fileprivate var wholeSeconds: Int64 { Int64((self / .seconds(1)).rounded(.up)) }
}
