import Fetch
import Foundation
import PlatformCore
import Reconcile

/// A comparison of captured events, for people.
enum ReconcileText {
  typealias Kind = ReconcileReport.Kind

  /// The kinds that have a column; what the others count stands below.
  private static let columns: [Kind] = [
    .missing, .pending, .extra, .differing, .notComparable, .late, .outOfOrder, .duplicate, .healed,
  ]

  /// - Parameter asked: from when on it was to be compared; nil for as far as the feed reaches.
  static func rendered(_ report: ReconcileReport, asked: Date?) -> String {
    var table = TextTable(["type", "day", "captured", "feed"] + columns.map(\.words))
    for (type, days) in Dictionary(grouping: report.days, by: \.type).sorted(by: { $0.key < $1.key }) {
      table.add(row(type, days.count == 1 ? days[0].day : nil, days))
      // Days on which all is well are in --json.
      for day in days where !day.findings.isEmpty && days.count > 1 { table.add(row(type, day.day, [day])) }
    }
    let found = report.findings.filter { ![.healed, .notComparable].contains($0.kind) }.map(line)
    return ((table.isEmpty ? [] : [table.withoutIdleColumns.rendered]) + found + notes(report, asked) + verdict(report))
      .joined(separator: "\n")
  }

  private static func row(_ type: String, _ day: String?, _ days: [ReconcileReport.Day]) -> [TextTable.Cell] {
    let sum = { (figure: (ReconcileReport.Day) -> Int) in TextTable.Cell.number(days.reduce(0) { $0 + figure($1) }) }
    return [.text(type), .text(day), sum(\.captured), sum(\.feed)]
      + columns.map { kind in sum { $0.findings[kind.rawValue] ?? 0 } }
  }

  private static func line(_ finding: ReconcileReport.Finding) -> String {
    let parts = [finding.id, finding.type, short(finding.created), finding.object, finding.detail].compactMap { $0 }
    return "\(finding.kind.words): \(parts.joined(separator: ", "))"
  }

  private static func notes(_ report: ReconcileReport, _ asked: Date?) -> [String] {
    var notes: [String] = []
    if let asked, asked < report.since {
      notes.append("the feed reaches back to \(short(report.since)): what is older is not compared")
    }
    let left = report.counts.values.reduce(0, +) - report.findings.count
    if left > 0 { notes.append("\(grouped(left)) more findings are not shown (--limit)") }
    if let file = report.findingsFile { notes.append("all findings: \(file)") }
    if report.thin > 0 {
      notes.append("\(grouped(report.thin)) captured events are thin ones, which the feed does not hold")
    }
    if report.otherAccounts > 0 {
      notes.append("\(grouped(report.otherAccounts)) captured events are of other accounts (Connect), and not compared")
    }
    if report.damagedLines > 0 { notes.append("\(grouped(report.damagedLines)) captured lines hold no event") }
    if report.healedNow > 0 { notes.append("healed: \(grouped(report.healedNow)) events were read into bronze") }
    if report[.batchBehind] > 0 {
      let readAt = report.batchReadAt.map { "it was read up to \(short($0))" } ?? "no batch has run"
      notes.append(
        "the batch is behind for \(grouped(report[.batchBehind])) of \(grouped(report.batchObjects)) objects: "
          + "\(readAt); okapi sync")
    }
    if let newest = report.newestInFeed, report[.missing] + report[.pending] > 0,
      report.newestReceived.map({ $0 < newest }) ?? true
    {
      let bronze =
        report.newestReceived.map { "the newest event in bronze was captured at \(short($0))" }
        ?? "bronze holds no captured event"
      notes.append(
        "\(bronze), and the feed goes on to \(short(newest)): "
          + "okapi webhooks serve ships what it has at least every 15 minutes")
    }
    notes.append(FetchText.requests(report.api))
    return notes
  }

  private static func verdict(_ report: ReconcileReport) -> [String] {
    let seconds = String(format: "%.1f s", report.seconds)
    let compared =
      "\(grouped(report.captured)) captured, \(grouped(report.feed)) in the feed"
      + " since \(short(report.since)), \(seconds)"
    guard report.exitStatus != .done else {
      let others = [(report[.pending], "pending"), (report[.extra], "extra")].filter { $0.0 > 0 }
      let told = others.map { "; \(grouped($0.0)) \($0.1)" }.joined()
      return ["CLEAN: no event is missing\(told); \(compared)"]
    }
    let step =
      report[.missing] > 0
      ? "okapi webhooks reconcile --heal reads what is missing; the runbook says why events go missing"
      : "the findings file names what differs: compare the captured line with GET /v1/events/{id}"
    return [
      "NOT CLEAN: \(grouped(report[.missing])) missing, \(grouped(report[.differing])) differing; \(compared)",
      "next:  \(step)",
    ]
  }

  /// `2026-11-21 08:30:00`.
  private static func short(_ date: Date) -> String { String(date.rfc3339.prefix(19)).replacing("T", with: " ") }
}

extension ReconcileReport.Kind {
  fileprivate var words: String { rawValue.replacing("_", with: " ") }
}
