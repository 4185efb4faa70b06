import Foundation
import Ingest
import StripeModel

/// A load's report for people.
enum IngestText {
  static func rendered(_ report: IngestReport) -> String {
    var table = TextTable([
      "table", "read", "inserted", "updated", "unchanged", "deleted", "older", "placeholders", "incomplete", "rejected",
      "seconds", "objects/s",
    ])
    for one in report.resources {
      table.add(
        .text(one.resource), .number(one.read), .number(one.inserted), .number(one.updated), .number(one.unchanged),
        .number(one.deleted), .number(one.olderThanStore), .number(one.placeholders), .number(one.incomplete),
        .number(one.rejected), one.files > 0 ? .figure(String(format: "%.1f", one.seconds)) : .empty,
        one.files > 0 ? .number(Int(one.objectsPerSecond)) : .empty)
    }
    return ([table.rendered] + notes(report)).joined(separator: "\n")
  }

  private static func notes(_ report: IngestReport) -> [String] {
    var notes: [String] = []
    let place = report.bronze == nil ? "this export" : "bronze"
    for one in report.resources where one.placeholders > 0 {
      let from = one.placeholdersReferredBy.sorted { $0.key < $1.key }.map { "\($0.key) \(grouped($0.value))" }
      let what =
        one.placeholders == 1 ? singular(one.resource) + " is" : one.resource.replacing("_", with: " ") + " are"
      notes.append(
        "\(grouped(one.placeholders)) \(what) referred to but not in \(place) (\(from.joined(separator: ", "))): "
          + "kept as placeholders until they arrive")
    }
    for one in report.resources where one.fromSightings > 0 {
      notes.append(
        "\(grouped(one.fromSightings)) \(one.resource.replacing("_", with: " ")) came from objects that stand expanded "
          + "inside others"
      )
    }
    for one in report.incomplete {
      let what = one.list.map { "\($0) of \(one.id ?? one.resource)" } ?? "the list"
      let of = one.expected.map { " of \(grouped($0))" } ?? ", has_more is true"
      notes.append("incomplete: \(what) in \(one.file) holds \(grouped(one.have))\(of)")
    }
    for one in report.rejects {
      let field = one.field.isEmpty ? "" : " field \(one.field):"
      let place = "\(one.file) line \(one.line)\(one.id.map { " (\($0))" } ?? "")"
      notes.append("rejected: \(place):\(field) expected \(one.expectation); \(one.reason)")
    }
    for (file, reason) in report.failedFiles.sorted(by: { $0.key < $1.key }) {
      notes.append("failed: \(file): \(reason)")
    }
    if !report.unclaimedFiles.isEmpty {
      notes.append("not read, no such resource: \(report.unclaimedFiles.joined(separator: ", "))")
    }
    if let bronze = report.bronze {
      if !bronze.unclaimedEntities.isEmpty {
        notes.append("not read, no such resource: \(bronze.unclaimedEntities.joined(separator: ", "))")
      }
      notes.append(
        bronze.lines == 0
          ? "nothing new in bronze"
          : "read \(grouped(bronze.lines)) lines of \(grouped(bronze.parts)) parts of bronze")
    }
    for file in report.rejectFiles { notes.append("the rejected records are in \(file)") }
    if report.observedAtOrigin.values.contains("first_seen") {
      notes.append(
        "observed at: the first time these very files were seen, as neither --exported-at nor a manifest says "
          + "when they were made"
      )
    }
    notes.append(
      String(format: "%@ rows changed in %.1f s, run %@", grouped(report.changedRows), report.seconds, report.runID))
    return notes
  }

  private static func singular(_ table: String) -> String {
    (ResourceName(commandLineName: table)?.rawValue ?? table).replacing("_", with: " ")
  }
}
