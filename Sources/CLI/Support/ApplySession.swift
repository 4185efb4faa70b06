import BronzeStore
import Foundation
import PlatformCore
import StripeClient
import Sync
import Webhooks
import Workspace

/// What the commands that apply captured events have in common.
struct ApplySession: Sendable {
  private let session: SyncSession
  private let runtime: CommandRuntime
  private let folder: URL

  /// Prepares everything; nothing is sent.
  ///
  /// - Parameter looksAtLake: false for who receives events also while the lake is away.
  init(_ runtime: CommandRuntime, _ limits: APIOptions, looksAtLake: Bool = true) throws {
    self.runtime = runtime
    session = try SyncSession(runtime, limits, looksAtLake: looksAtLake)
    folder = EventLog.folder(of: runtime.settings.sourceName, in: runtime.settings.home)
  }

  /// An applier of the log.
  ///
  /// - Parameter reader: what it reads the log with; nil for all lines there are.
  func applier(_ context: RunContext, reader: EventLogReader? = nil) -> EventApplier {
    EventApplier(session.options, queue: EventQueue(folder: folder, reader: reader), context: context)
  }

  /// Whether an applier still has to read a segment of the log.
  func isNeeded(_ segment: String) -> Bool { EventQueue.isNeeded(segment, in: folder) }

  /// Refuses tables that are not as they should be. A database that is away is no reason not to take events.
  func requireStore(_ context: RunContext) async throws {
    do {
      try await session.access.requireStore()
    } catch let error as PlatformError where [.unavailable, .temporary].contains(error.status) {
      context.log(.warning, "apply_interrupted", ["side": "database", "cause": .string(error.cause ?? error.message)])
    }
  }

  /// Applies what comes until the task is cancelled.
  func serve(_ applier: EventApplier) async {
    await applier.run()
    session.options.client.close()
  }

  /// How one does that waits for its database.
  func waiting(_ context: RunContext) -> EventApplier.Status {
    var status = applier(context).status
    status.waitsFor = "the database has not answered yet"
    return status
  }

  /// How an applier does, in the text form of Prometheus.
  static func metrics(_ status: EventApplier.Status) -> String {
    let lines: [(name: String, type: String, help: String, value: Int)] = [
      ("applied_total", "counter", "Events applied to the tables.", status.done.events - status.done.setAside),
      ("applied_rows_total", "counter", "Rows that these have changed.", status.done.changedRows),
      (
        "other_accounts_total", "counter", "Events of other accounts, which were passed over.",
        status.done.otherAccounts
      ),
      ("set_aside", "gauge", "Events that could not be applied and wait for a retry.", status.done.waiting),
      ("apply_waits", "gauge", "1 while applying waits for the API or the database.", status.waitsFor == nil ? 0 : 1),
      (
        "applied_to_timestamp_seconds", "gauge", "When the last applied event was received.",
        Int(status.appliedTo ?? 0)
      ),
    ]
    return lines.map { line in
      let name = "okapi_webhooks_\(line.name)"
      return "# HELP \(name) \(line.help)\n# TYPE \(name) \(line.type)\n\(name) \(line.value)\n"
    }.joined()
  }

  /// Applies something once; answers the report.
  func run(
    _ body: (EventApplier, BronzeReader) async throws -> ApplyReport
  ) async throws -> SourceResult<ApplyReport> {
    defer { session.options.client.close() }
    try await session.access.requireStore()
    let bronze = BronzeReader(lake: session.options.lake, source: session.options.source)
    let report = try await body(applier(runtime.context), bronze)
    return SourceResult(
      report: report, text: Self.rendered(report, folder), status: report.setAside + report.damaged > 0 ? .data : .done)
  }

  private static func rendered(_ report: ApplyReport, _ folder: URL) -> String {
    var lines = [
      String(
        format: "%@ events applied, %@ rows changed in %.1f s, run %@", grouped(report.events - report.setAside),
        grouped(report.changedRows), report.seconds, report.runID)
    ]
    if report.setAside > 0 { lines.append("\(grouped(report.setAside)) could not be applied; the log says why") }
    if report.otherAccounts > 0 {
      lines.append("\(grouped(report.otherAccounts)) are of other accounts (Connect), and were passed over")
    }
    if report.damaged > 0 {
      lines.append(
        "\(grouped(report.damaged)) files of set-aside events could not be read: mend or remove those the log names")
    }
    if report.waiting > 0 {
      lines.append(
        "\(grouped(report.waiting)) are set aside, with their reasons, in \(folder.path)/set-aside: "
          + "mend those, then okapi webhooks retry")
    }
    return lines.joined(separator: "\n")
  }
}
