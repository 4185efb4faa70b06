import Foundation
import Populate
import StripeClient

/// A populate report for people.
enum PopulateText {
  static func rendered(_ report: PopulateReport) -> String {
    let outcomes = PopulateReport.Outcome.allCases.filter { outcome in
      [.found, .made].contains(outcome) || report.resources.contains { $0[outcome] > 0 }
    }
    var table = TextTable(["resource", "wanted"] + outcomes.map { heading($0, report) })
    for one in report.resources {
      table.add([.text(one.resource.rawValue), .number(one.wanted)] + outcomes.map { .number(one[$0]) })
    }
    return ([table.rendered] + notes(report)).joined(separator: "\n")
  }

  private static func heading(_ outcome: PopulateReport.Outcome, _ report: PopulateReport) -> String {
    report.isDryRun && outcome != .found ? "would be \(outcome.rawValue)" : outcome.rawValue
  }

  private static func notes(_ report: PopulateReport) -> [String] {
    var notes = report.objects.compactMap { object -> String? in
      let what = "\(object.place)\(object.id.map { " (\($0))" } ?? "")"
      switch object.outcome {
      case .failed: return "refused: \(what): \(object.reason ?? "")"
      case .skipped: return "skipped: \(what): \(object.reason ?? "")"
      case .found, .completed, .made, .remade:
        guard let status = object.status, !["active", "trialing"].contains(status) else { return nil }
        return "note: \(what) is \(status)"
      }
    }
    if report.isDryRun { notes.append("nothing was made: --dry-run only looks") }
    notes.append(
      String(format: "%@ calls in %.1f s, run %@", grouped(report.calls?.calls ?? 0), report.seconds, report.runID))
    return notes
  }
}
