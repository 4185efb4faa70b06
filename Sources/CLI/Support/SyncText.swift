import Fetch
import Foundation
import StripeClient
import Sync

/// A sync's report for people.
enum SyncText {
  static func rendered(_ report: SyncReport) -> String {
    var table = TextTable([
      "table", "outcome", "read", "inserted", "updated", "deleted", "read again", "placeholders", "of them filled",
      "rejected", "incomplete",
    ])
    let shown = report.resources.filter(\.isShown)
    let hasTrouble = shown.contains { $0.outcome != .read }
    for one in shown {
      table.add(
        .text(one.resource), .text(hasTrouble ? one.outcome.rawValue : nil), .number(one.read), .number(one.inserted),
        .number(one.updated), .number(one.deleted), .number(one.reread + one.doubted),
        .number(one.placeholders + one.placeholdersFilled), .number(one.placeholdersFilled), .number(one.rejected),
        .number(one.incomplete))
    }
    return ((table.isEmpty ? [] : [table.withoutIdleColumns.rendered]) + notes(report)).joined(separator: "\n")
  }

  private static func notes(_ report: SyncReport) -> [String] {
    var notes = FetchText.lists(
      unserved: report.resources.filter { !$0.isShown && $0.outcome == .unserved }.map(\.resource), empty: [])
    for one in report.resources where one.isShown {
      if let reason = one.reason { notes.append(wrapped("\(one.resource): \(reason)")) }
    }
    if let reason = report.feedReason {
      notes.append(
        wrapped("the event feed cannot be read, so that only listing tells of changes, every time anew: \(reason)"))
    }
    if let gap = report.gap {
      let since = gap.since.map { " since \($0)" } ?? ""
      notes.append("gap: the event feed could not tell what changed\(since), so everything was listed again")
    }
    for one in report.resources where one.doubted > 0 {
      notes.append("\(grouped(one.doubted)) \(one.resource) were in no list any more and were read one by one")
    }
    for one in report.resources where one.placeholders > 0 {
      notes.append("\(grouped(one.placeholders)) \(one.resource) are referred to but could not be read: placeholders")
    }
    for file in report.rejectFiles { notes.append("the rejected records are in \(file)") }
    notes.append(FetchText.requests(report.api))
    if let readAt = report.readAt { notes.append("in the tables is what happened before \(readAt)") }
    notes.append(
      String(format: "%@ rows changed in %.1f s, run %@", grouped(report.changedRows), report.seconds, report.runID))
    return notes
  }
}

extension SyncReport.Resource {
  /// Whether it has a row: something was read, changed or is missing.
  fileprivate var isShown: Bool {
    read + changed + reread + doubted + placeholders + placeholdersFilled + rejected + incomplete > 0 || status != nil
      || (outcome != .unserved && outcome != .read)
  }
}
