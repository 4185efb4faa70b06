import CommandLineKit
import Foundation
import Lake
import PlatformCore
import Workspace

/// `okapi lake compact`: bronze in fewer, smaller files.
struct LakeCompactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Puts the parts of bronze of each past day together and packs them; on request leaves out old versions.",
    discussion: """
      Every line is kept, byte for byte, unless --keep is given. Only parts that silver has read are touched. Silver,
      gold, replays and --as-of give the same afterwards; killed at any moment, the next command on the lake completes
      it.

      With --keep, lines that were ingested before so many days are left out where a newer line of the same object
      makes them say nothing: objects without lists or other objects in them. Silver as of that day is built before
      and after, and nothing is changed if it differs. From then on --as-of reaches back to that day. It asks first;
      with ENV=PROD it is refused, but for --dry-run.

      EXAMPLES:
        okapi lake compact --dry-run
        okapi lake compact
        okapi lake compact --older-than 7 --keep 400 --dry-run
        okapi lake compact --keep 400 --yes --json
      """)

  @Option(help: ArgumentHelp("Days that lie more than so many days back; 0 takes all but today.", valueName: "days"))
  var olderThan: Int = 2
  @Option(help: ArgumentHelp("Leave out older versions that were ingested before so many days.", valueName: "days"))
  var keep: Int?
  @Flag(help: "Only say what would be done.") var dryRun = false
  @Flag(help: "Do not ask before lines are left out.") var yes = false
  @Flag(help: "Wait while another okapi is at work on the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if !(0...36_500).contains(olderThan) { throw ValidationError("--older-than must be a number from 0 to 36500") }
    guard let keep else { return }
    if !(1...36_500).contains(keep) { throw ValidationError("--keep must be a number from 1 to 36500") }
    if keep < olderThan { throw ValidationError("--keep must be at least --older-than (\(olderThan))") }
  }

  func run() async throws {
    try await global.withSources("lake compact", accounts, announcing: .none, atOnce: 1) { runtime in
      if keep != nil, !dryRun {
        try runtime.settings.requireNotProduction(action: "leave lines out of bronze (--keep)")
        try Confirmation.requireSomebody(isGiven: yes)
      }
      var options = CompactOptions()
      options.olderThanDays = olderThan
      options.keepDays = keep
      options.isDryRun = dryRun
      let report = try await LakeSession(runtime, waits: wait).models { [options] lake in
        try await lake.compact(options, of: runtime.settings.sourceName) { report in
          try Confirmation.ask(
            """
            Leave \(grouped(report.droppedLines)) lines out of the bronze of source \(report.source) for good? \
            --as-of before \(report.horizon ?? "then") will not be possible.
            """, isGiven: yes)
        }
      }
      return SourceResult(report: report, text: CompactText.rendered(report), status: .done)
    }
  }
}

/// A compaction's report for people.
enum CompactText {
  static func rendered(_ report: CompactReport) -> String {
    var lines: [String] = []
    if let run = report.recoveredRunID { lines.append("the work of run \(run) was broken off; it is completed") }
    if !report.entities.isEmpty {
      var table = TextTable(["entity", "days", "parts", "parts after", "lines", "left out", "bytes", "bytes after"])
      for one in report.entities {
        table.add(
          .text(one.entity), .number(one.days), .number(one.parts), .number(one.partsAfter), .number(one.lines),
          .number(one.droppedLines), .figure(byteText(Double(one.bytes))), .figure(byteText(Double(one.bytesAfter))))
      }
      lines.append(table.withoutIdleColumns.rendered)
    }
    for left in report.left {
      lines.append("stays: \(grouped(left.parts)) parts of \(left.entity), \(words(left.reason))")
    }
    lines.append(outcome(report))
    return lines.joined(separator: "\n")
  }

  private static func outcome(_ report: CompactReport) -> String {
    guard !report.entities.isEmpty else { return "nothing to compact before \(report.before)" }
    let sum = { (figure: KeyPath<CompactReport.Entity, Int>) in report.entities.reduce(0) { $0 + $1[keyPath: figure] } }
    let parts = "\(grouped(sum(\.parts))) parts (\(byteText(Double(sum(\.bytes)))))"
    let after = "\(grouped(sum(\.partsAfter))) (\(byteText(Double(sum(\.bytesAfter)))))"
    let dropped = report.droppedLines
    if report.isDryRun {
      return "nothing was changed; would put \(parts) before \(report.before) into about \(after)"
        + (dropped > 0 ? ", without \(grouped(dropped)) lines" : ", every line kept")
    }
    return "COMPACTED: \(parts) before \(report.before) into \(after)"
      + (dropped > 0
        ? "; \(grouped(dropped)) lines left out, --as-of reaches back to \(report.horizon ?? "")"
        : ", every line kept")
  }

  private static func words(_ reason: CompactReport.Left.Reason) -> String {
    switch reason {
    case .notInSilver: "which silver has not read: okapi lake run"
    case .listingUnderWay: "which a listing under way has read"
    case .halfLine: "which end in half a line, left by a kill"
    case .noFile: "which are no files"
    }
  }
}
