import BronzeStore
import Foundation
package import PlatformCore
import StripeClient
import StripeModel
import Synchronization

/// Lists an account's resources into bronze, whole, and goes on where an unfinished run was.
///
/// Before the first object is read the position of the event feed is noted, so that `Feed` can start there. What cannot
/// be read is reported; the rest goes on. Memory holds pages under way, a checkpoint for each resource and the ids of
/// test clocks, whatever the account's size.
package struct Fetch: Sendable {
  /// Resources read side by side: together they may use up a budget that no single endpoint may.
  private static let resourcesAtOnce = 6

  private let options: FetchOptions
  private let context: RunContext

  /// Prepares a run; nothing is sent.
  package init(_ options: FetchOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  /// Reads everything asked for.
  ///
  /// - Throws: what ends the whole run: a refused key (`permission`), a disk that takes no more, `CancellationError`.
  ///   What was read until then is noted, and the next run goes on there.
  package func run() async throws -> FetchReport {
    let startedAt = context.clock.now
    let writer = BronzeWriter(
      lake: options.lake, source: options.source, runID: context.runID, clock: context.clock)
    let state = FetchState(BronzeState(lake: options.lake, source: options.source), writer: writer)
    let progress = ProgressTally(options.onProgress)
    var report = FetchReport(runID: context.runID, apiVersion: options.client.options.apiVersion)
    do {
      try await read(&report, writer, state, progress)
      try await writer.finish()
      if let folder = options.exportFolder { try await export(to: folder, &report, state) }
      try await forgetCheckpoints(report, state)
      try await finish(&report, "done", writer, state, startedAt)
    } catch {
      report.resources = progress.reports
      // The first failure is the one to hear of.
      try? await finish(&report, "failed", writer, state, startedAt)
      throw error
    }
    return report
  }

  private func finish(
    _ report: inout FetchReport, _ status: String, _ writer: BronzeWriter, _ state: FetchState, _ startedAt: Date
  ) async throws {
    try await writer.finish()
    report.written = await writer.written
    report.api = options.client.statistics
    report.seconds = context.clock.now.timeIntervalSince(startedAt)
    let isWhole = report.statuses.isEmpty && status == "done"
    let counts = ["objects": report.objects, "pages": report.resources.reduce(0) { $0 + $1.pages }]
    try await state.add(
      RunManifest(
        runID: context.runID, command: context.command, source: options.source, startedAt: startedAt.rfc3339,
        finishedAt: context.clock.now.rfc3339, status: isWhole ? "done" : status == "done" ? "incomplete" : status,
        inputs: ["api": options.client.options.base, "api_version": report.apiVersion], written: report.written,
        counts: counts.merging(["calls": report.api.calls]) { first, _ in first }))
  }

  // MARK: reading

  private func read(
    _ report: inout FetchReport, _ writer: BronzeWriter, _ state: FetchState, _ progress: ProgressTally
  ) async throws {
    let start = try await FeedStart.note(options.client, state)
    report.feedReason = start.problem?.reason
    report.feedStatus = start.problem?.status
    let names = resources
    let clocks = try await TestClocks.seen(options.client, for: names)
    try await state.note(clocks)
    let run = BackfillRun(
      client: options.client, writer: writer, state: state, checkpointInterval: options.checkpointInterval,
      testClocks: clocks.ids, created: options.created)
    progress.begin(names.count)
    let jobs = try await plan(names, run, start, progress)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, job) in jobs.enumerated() {
        if index >= Self.resourcesAtOnce { try await group.next() }
        group.addTask { try await read(job, problem: clocks.problem, progress) }
      }
      try await group.waitForAll()
    }
    report.resources = progress.reports
    report.judgeUnserved(named: options.named ?? Set(options.resources), othersWereRead: options.named != nil)
  }

  /// The resources that have lists, as asked for, in the order in which they are best loaded.
  private var resources: [ResourceName] {
    let isLive = StripeClientOptions.isLive(key: options.client.options.key)
    return ResourceName.inLoadingOrder.filter { name in
      let listing = name.definition.listing
      if case .inside = listing.scope { return false }
      guard !(isLive && listing.isTestModeOnly) else { return false }
      return options.resources.isEmpty || options.resources.contains(name)
    }
  }

  private enum Job: Sendable {
    case done(FetchReport.Resource)
    case backfill(ResourceBackfill)
  }

  private func plan(
    _ names: [ResourceName], _ run: BackfillRun, _ start: FeedStart, _ progress: ProgressTally
  ) async throws -> [Job] {
    var jobs: [Job] = []
    let cursor = await run.state.cursor
    for name in names {
      let definition = name.definition
      let expanding = options.exportFolder == nil ? [] : ExportExpansions.of(name)
      let wish = Checkpoint(
        runs: [context.runID], begunAt: start.time,
        request: [options.client.options.apiVersion, options.client.options.account ?? "", options.client.options.base]
          + expanding)
      var checkpoint = wish
      if let left = try await unfinished(definition, wish, start, cursor, run.state) {
        checkpoint = left
        if checkpoint.runs.last != context.runID { checkpoint.runs.append(context.runID) }
      }
      if checkpoint.isFinished {
        // A kill may have come between the checkpoint and the cursor.
        try await run.state.noteListed(definition.table, at: checkpoint.begunAt)
        var report = FetchReport.Resource(resource: definition.table)
        report.wasDone = true
        jobs.append(.done(report))
        continue
      }
      let backfill = ResourceBackfill(
        definition, run: run, checkpoint: checkpoint, isResumed: checkpoint.runs.count > 1, expanding: expanding,
        onPage: { progress.show() })
      progress.add(backfill)
      jobs.append(.backfill(backfill))
    }
    return jobs
  }

  /// What an earlier run left of the same wish, if the event feed tells of all that has changed since.
  private func unfinished(
    _ definition: ResourceDefinition, _ wish: Checkpoint, _ start: FeedStart, _ cursor: FeedCursor?, _ state: FetchState
  ) async throws -> Checkpoint? {
    guard options.resumes, options.created == nil, !start.isNew,
      let left = try await state.checkpoint(of: definition.table), left.request == wish.request,
      Double(start.time - left.begunAt) <= options.resumeLimit / .seconds(1)
    else { return nil }
    // Without the feed only another listing tells what has changed since.
    if start.problem != nil { return left.isFinished ? nil : left }
    guard let cursor, cursor.listed[definition.table] == nil else { return left }
    return left.begunAt >= cursor.readAt ? left : nil
  }

  private func read(_ job: Job, problem: Problem?, _ progress: ProgressTally) async throws {
    switch job {
    case .done(let report): progress.end(report)
    case .backfill(let backfill):
      var failure: Problem?
      do {
        try await backfill.read()
      } catch {
        failure = try Problem(error)
      }
      var report = backfill.report
      if let failure {
        (report.outcome, report.reason, report.status) = (failure.outcome, failure.reason, failure.status)
      } else if let problem, backfill.definition.listing.hidesClockObjects {
        (report.reason, report.status) = ("without what lives on test clocks: \(problem.reason)", problem.status)
      }
      context.log(
        report.outcome == .unserved ? .debug : report.status == nil ? .info : .warning, "resource_fetched",
        [
          "resource": .string(report.resource), "outcome": .string(report.outcome.rawValue),
          "objects": .integer(report.objects), "pages": .integer(report.pages),
          "duration_ms": .integer(Int(report.seconds * 1000)), "reason": .string(report.reason ?? ""),
        ])
      progress.end(report)
    }
  }

  // MARK: afterwards

  private func export(to folder: URL, _ report: inout FetchReport, _ state: FetchState) async throws {
    var inputs: [ExportWriter.Input] = []
    for one in report.resources where one.outcome == .read {
      guard let name = ResourceName(commandLineName: one.resource),
        let checkpoint = try await state.checkpoint(of: one.resource)
      else { continue }
      inputs.append(.init(definition: name.definition, runs: Set(checkpoint.runs), begunAt: checkpoint.begunAt))
    }
    let writer = ExportWriter(
      reader: BronzeReader(lake: options.lake, source: options.source), folder: folder,
      apiVersion: options.client.options.apiVersion)
    report.files = try await writer.write(inputs)
  }

  /// A fetch that came to its end is no longer gone on with; only what failed is, by the next one.
  private func forgetCheckpoints(_ report: FetchReport, _ state: FetchState) async throws {
    guard options.created == nil, !report.resources.contains(where: { $0.outcome == .failed }) else { return }
    for one in report.resources { try await state.removeCheckpoint(of: one.resource) }
  }
}

/// Why something could not be read, as a report says it.
struct Problem: Sendable, Equatable {
  let outcome: FetchReport.Outcome
  let reason: String
  let status: Int32

  /// Whether it is an outage, after which the same may be asked again, and no matter of one resource.
  var passes: Bool { [ExitStatus.unavailable.rawValue, ExitStatus.temporary.rawValue].contains(status) }

  /// Judges an error of one resource.
  ///
  /// - Throws: the error itself where it concerns the whole run.
  init(_ error: any Error) throws {
    guard let failure = error as? PlatformError else { throw error }
    let body = StripeClient.body(of: error)
    let endsRun: Set<ExitStatus> = [.inputOutput, .output, .bug, .configuration]
    if endsRun.contains(failure.status) || body?.status == 401 || failure.code == "account_invalid" { throw error }
    var words = [failure.message, failure.cause].compactMap { $0 }.joined(separator: ": ")
    if words.hasSuffix(".") { words.removeLast() }
    let places = failure.context.filter { ["request", "request_id"].contains($0.name) }.map(\.value)
    reason = words + (places.isEmpty ? "" : " (\(places.joined(separator: ", ")))")
    status = failure.status.rawValue
    switch (body?.status, failure.code) {
    case (403, _): outcome = .forbidden
    case (404, nil), (400, "unsupported"): outcome = .unserved  // the second is the sandbox's own word
    default: outcome = .failed
    }
  }
}

extension FetchReport {
  /// A sandbox serves fewer resources than Stripe: nothing is wrong with what it does not know, unless that was asked
  /// for by name, or it knows nothing at all.
  mutating func judgeUnserved(named: Set<ResourceName>, othersWereRead: Bool) {
    let servesSome = othersWereRead || resources.contains { $0.outcome == .read || $0.outcome == .forbidden }
    for index in resources.indices where resources[index].outcome == .unserved {
      let isNamed = ResourceName(commandLineName: resources[index].resource).map(named.contains) ?? true
      if servesSome && !isNamed { resources[index].status = nil }
    }
  }
}
