import Fetch
import Foundation
import StripeClient

/// A fetch's report for people.
enum FetchText {
  static func rendered(_ report: FetchReport) -> String {
    var table = TextTable(["resource", "outcome", "objects", "pages", "windows", "completed lists", "seconds"])
    for one in report.resources {
      table.add(
        .text(one.resource), .text(one.wasDone ? "done before" : one.outcome.rawValue), .number(one.objects),
        .number(one.pages), .number(one.windows), .number(one.completedLists),
        .figure(String(format: "%.1f", one.seconds)))
    }
    return ([table.rendered] + notes(report)).joined(separator: "\n")
  }

  private static func notes(_ report: FetchReport) -> [String] {
    var notes: [String] = []
    for one in report.resources {
      if let reason = one.reason { notes.append("\(one.resource): \(reason)") }
    }
    if report.resources.contains(where: { $0.wasDone || $0.isResumed }) {
      notes.append("gone on with an unfinished fetch; --restart reads everything again")
    }
    if let reason = report.feedReason {
      notes.append("the position in the event feed could not be noted, so sync cannot follow changes: \(reason)")
    }
    for file in report.files {
      notes.append("\(file.path): \(grouped(file.objects)) objects, \(byteText(Double(file.bytes)))")
    }
    let api = report.api
    notes.append(
      "\(grouped(api.calls)) requests, \(grouped(api.retried)) of them repeated, \(grouped(api.throttled)) throttled, "
        + "\(byteText(Double(api.bytesReceived))) received")
    notes.append(
      String(format: "%@ objects in %.1f s, run %@", grouped(report.objects), report.seconds, report.runID))
    return notes
  }
}
