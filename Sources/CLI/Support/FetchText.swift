import Fetch
import Foundation
import StripeClient

/// A fetch's report for people.
enum FetchText {
  static func rendered(_ report: FetchReport) -> String {
    var table = TextTable(["resource", "outcome", "objects", "pages", "windows", "completed lists", "seconds"])
    let hasTrouble = report.resources.contains { $0.isShown && ($0.outcome != .read || $0.wasDone) }
    for one in report.resources where one.isShown {
      table.add(
        .text(one.resource), .text(hasTrouble ? one.wasDone ? "done before" : one.outcome.rawValue : nil),
        .number(one.objects), .number(one.pages), .number(one.windows), .number(one.completedLists),
        .figure(String(format: "%.1f", one.seconds)))
    }
    return ([table.withoutIdleColumns.rendered] + notes(report)).joined(separator: "\n")
  }

  private static func notes(_ report: FetchReport) -> [String] {
    var notes = lists(
      unserved: report.resources.filter { !$0.isShown && $0.outcome == .unserved }.map(\.resource),
      empty: report.resources.filter { !$0.isShown && $0.outcome == .read }.map(\.resource))
    for one in report.resources where one.isShown {
      if let reason = one.reason { notes.append(wrapped("\(one.resource): \(reason)")) }
    }
    if report.resources.contains(where: { $0.wasDone || $0.isResumed }) {
      notes.append("gone on with an unfinished fetch; --restart reads everything again")
    }
    if let reason = report.feedReason {
      notes.append(
        wrapped("the position in the event feed could not be noted, so sync cannot follow changes: \(reason)"))
    }
    if let first = report.files.first {
      let bytes = report.files.reduce(0) { $0 + $1.bytes }
      let folder = URL(filePath: first.path).deletingLastPathComponent().path
      notes.append("\(report.files.count) list files in \(folder), \(byteText(Double(bytes)))")
    }
    notes.append(requests(report.api))
    notes.append(
      String(format: "%@ objects in %.1f s, run %@", grouped(report.objects), report.seconds, report.runID))
    return notes
  }

  /// Resources of which a row would say nothing, a line for all.
  static func lists(unserved: [String], empty: [String]) -> [String] {
    [("not offered here: ", unserved), ("empty: ", empty)].filter { !$0.1.isEmpty }.map { shortList($0, $1) }
  }

  /// `73 requests over HTTP/2, 5 repeated (3 cut, 2 rate limit), 2 throttled, 1.2 MB received`.
  static func requests(_ api: StripeStatistics) -> String {
    let reasons = api.retries.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "\(grouped($0.value)) \($0.key.rawValue.replacing("_", with: " "))"
    }
    var parts = ["\(grouped(api.calls)) requests" + (api.httpVersion.map { " over HTTP/\($0)" } ?? "")]
    parts.append(
      reasons.isEmpty ? "none repeated" : "\(grouped(api.retried)) repeated (\(reasons.joined(separator: ", ")))")
    if api.throttled > 0 { parts.append("\(grouped(api.throttled)) throttled") }
    parts.append("\(byteText(Double(api.bytesReceived))) received")
    return parts.joined(separator: ", ")
  }
}

extension FetchReport.Resource {
  /// Whether it has a row: there is something in it, or wrong with it.
  fileprivate var isShown: Bool {
    objects > 0 || status != nil || wasDone || (outcome != .unserved && outcome != .read)
  }
}
