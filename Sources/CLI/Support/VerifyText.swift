import Foundation
import Verify

/// A verification's report for people.
enum VerifyText {
  static func rendered(_ report: VerifyReport) -> String {
    var table = TextTable(["table", "source", "store", "placeholders", "compared", "differing", "result"])
    for one in report.resources {
      table.add(
        .text(one.table), .number(one.source.ids), .number(one.store.live), .number(one.store.placeholders),
        .number(one.comparedRows), .number(one.differingRows), .text(result(one)))
    }
    var parts = [table.rendered]
    parts += sums(report)
    parts += findings(report)
    parts += notes(report)
    parts.append(verdict(report))
    return parts.joined(separator: "\n")
  }

  private static func result(_ one: ResourceComparison) -> String {
    let problems = Finding.Kind.allCases.filter { $0.status != 0 && one.count($0) > 0 }
    guard !problems.isEmpty else { return "equal" }
    return problems.map { "\(grouped(one.count($0))) \($0.words)" }.joined(separator: ", ")
  }

  private static func sums(_ report: VerifyReport) -> [String] {
    let sums = report.resources.flatMap { one in one.sums.map { (one.table, $0) } }
    let different = sums.filter { $0.1.source != $0.1.store }
    guard !sums.isEmpty else { return [] }
    let lines = different.map { table, sum in
      "  \(table).\(sum.column) \(sum.currency ?? ""): source \(sum.source), store \(sum.store)"
    }
    return [
      different.isEmpty
        ? "money: \(grouped(sums.count)) sums (column by column, currency by currency) are equal"
        : "money: \(different.count) of \(sums.count) sums differ, in minor units"
    ] + lines
  }

  private static func findings(_ report: VerifyReport) -> [String] {
    report.resources.flatMap { one -> [String] in
      one.findings.map { line($0, one.table) }
        + (one.omittedFindings > 0 ? ["… and \(grouped(one.omittedFindings)) more of \(one.table) (--limit)"] : [])
    }
  }

  private static func line(_ finding: Finding, _ table: String) -> String {
    var text = "\(finding.kind.words): \(table)"
    if let id = finding.id { text += " \(id)" }
    if let container = finding.container { text += " of \(container)" }
    if let field = finding.field { text += ", \(field)" }
    if finding.source != nil || finding.store != nil {
      text += ": source \(finding.source ?? "null"), store \(finding.store ?? "null")"
    }
    if let file = finding.file { text += " (\(file)\(finding.line.map { " line \($0)" } ?? ""))" }
    return text + (finding.reason.map { ": \($0)" } ?? "")
  }

  private static func notes(_ report: VerifyReport) -> [String] {
    var notes: [String] = []
    for one in report.placeholders where one.count > 0 {
      let from = one.referrers.map { "\($0.table).\($0.column) \(grouped($0.placeholders))" }.joined(separator: ", ")
      notes.append(
        "\(grouped(one.count)) \(one.table.replacing("_", with: " ")) are referred to but not in this "
          + "\(report.source == "api" ? "account" : "export") (\(from))")
    }
    for one in report.references where one.orphans > 0 {
      notes.append("\(grouped(one.orphans)) of \(one.table).\(one.column) point at nothing that is loaded")
    }
    if let repair = report.repair {
      let records = repair.records.sorted { $0.key < $1.key }.map { "\($0.key) \(grouped($0.value))" }
      notes.append(
        "repaired: \(grouped(repair.differingBefore)) rows differed; read again: \(records.joined(separator: ", "))")
    }
    if let recheck = report.recheck {
      let records = recheck.records.sorted { $0.key < $1.key }.map { "\($0.key) \(grouped($0.value))" }
      notes.append("differed at first and were read once more: \(records.joined(separator: ", "))")
    }
    let unread = report.unread ?? []
    notes += FetchText.lists(unserved: unread.filter { $0.status == nil }.map(\.table), empty: [])
    for one in unread where one.status != nil { notes.append(wrapped("not proven: \(one.table): \(one.reason)")) }
    return notes
  }

  private static func verdict(_ report: VerifyReport) -> String {
    let rows = report.resources.reduce(0) { $0 + $1.comparedRows }
    let seconds = String(format: "%.1f", report.seconds)
    return report.isEqual
      ? "EQUAL: \(grouped(rows)) rows are as in \(report.directory), field by field (\(seconds) s)"
      : "NOT EQUAL: see above; \(grouped(rows)) rows compared (\(seconds) s)"
  }
}

extension Finding.Kind {
  /// For a sentence.
  var words: String { self == .orphan ? "orphans" : rawValue.replacing("_", with: " ") }
}
