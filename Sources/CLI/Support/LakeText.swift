import BronzeStore
import Fetch
import Foundation
import Lake

/// The lake's reports for people.
enum LakeText {
  static func rendered(_ report: ExtractReport) -> String {
    var lines: [String] = []
    if report.hasGap { lines.append("the event feed did not reach back to the last run: all was listed again") }
    if let listing = report.listing, listing.objects > 0 || !listing.statuses.isEmpty {
      lines.append(FetchText.rendered(listing))
    }
    if let feed = report.feed {
      lines.append(
        "events: \(grouped(feed.events)), objects changed by them: \(grouped(feed.objects)), "
          + String(format: "%.1f s", feed.seconds))
    }
    return lines.joined(separator: "\n")
  }

  static func rendered(_ report: LakeReport) -> String {
    var lines: [String] = []
    if let run = report.recoveredRunID { lines.append("the acceptance of run \(run) was broken off; it is completed") }
    if !report.models.isEmpty {
      var table = TextTable(["model", "layer", "read", "rejected", "rows built", "partitions changed"])
      for model in report.models {
        table.add(
          .text(model.model), .text(model.layer), .number(model.read), .number(model.rejected), .number(model.rows),
          .number(model.partitions))
      }
      lines.append(table.withoutIdleColumns.rendered)
    }
    if !report.findings.isEmpty { lines.append(findings(report.findings)) }
    for file in report.rejectFiles { lines.append("rejected records: \(file)") }
    let seconds = report.seconds.sorted { $0.key < $1.key }.map { "\($0.key) " + String(format: "%.1f s", $0.value) }
    lines.append(
      "\(grouped(report.parts)) new parts of bronze, \(byteText(Double(report.bytes)))"
        + (seconds.isEmpty ? "" : "; " + seconds.joined(separator: ", ")))
    lines.append(outcome(report))
    return lines.joined(separator: "\n")
  }

  private static func outcome(_ report: LakeReport) -> String {
    if !report.failures.isEmpty {
      return "FAILED: \(report.failures.count) checks"
        + (report.isStaged ? "; nothing was accepted, what was built stays staged" : "")
    }
    if let asOf = report.asOf, let lake = report.lake {
      return "every check passed; what was known at \(asOf) lies in \(lake)\n"
        + "next: LAKE_URL='\(lake)' okapi lake query \"select … from gold.fct_payments\""
    }
    if report.isPromoted { return "ACCEPTED: every check passed, run \(report.runID)" }
    if report.isStaged { return "staged, not accepted yet; next: okapi lake quality" }
    return report.seconds["quality"] == nil ? "nothing new" : "every check passed"
  }

  private static func findings(_ findings: [QualityFinding]) -> String {
    var table = TextTable(["check", "model", "rows", "what", "some of them"], widestColumn: 60)
    for finding in findings {
      table.add(
        .text(finding.check.rawValue + (finding.check.isDrift ? " (drift)" : "")), .text(finding.model),
        .number(finding.count), .text(finding.message), .text(finding.samples.prefix(3).joined(separator: ", ")))
    }
    return table.rendered
  }

  static func rendered(_ manifest: RunManifest) -> String {
    var lines = [
      "run       \(manifest.runID)", "command   \(manifest.command)", "source    \(manifest.source)",
      "status    \(manifest.status)", "started   \(manifest.startedAt)", "finished  \(manifest.finishedAt)",
    ]
    lines += manifest.inputs.sorted { $0.key < $1.key }.map { "\($0.key)  \($0.value)" }
    lines += manifest.counts.sorted { $0.key < $1.key }.map { "\($0.key)  \(grouped($0.value))" }
    guard !manifest.outputs.isEmpty else { return lines.joined(separator: "\n") }
    var table = TextTable(["written", "lines", "bytes"])
    for output in manifest.outputs { table.add(.text(output.path), .number(output.lines), .number(output.bytes)) }
    return lines.joined(separator: "\n") + "\n" + table.rendered
  }
}
