package import BronzeStore
package import Foundation
package import PlatformCore

/// A past moment of which silver and gold are built, in a lake of their own: from what had been ingested by then.
package struct LakeAsOf: Sendable {
  /// The lake whose bronze is read.
  package let bronze: LakeFolder
  /// The moment, RFC 3339 with the milliseconds that `ingested_at` has.
  package let moment: String

  /// The end of bronze that is read: the UTC day of the moment.
  var day: String { String(moment.prefix(10)) }

  /// A moment of a lake.
  ///
  /// - Throws: `usage` for a moment to come, whose bronze is not complete.
  package init(_ date: Date, of bronze: LakeFolder, now: Date) throws(PlatformError) {
    self.bronze = bronze
    // Through microseconds: the nearest Double of .123 lies below it.
    let milliseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded()) / 1000
    let rest = String(milliseconds % 1000)
    let seconds = Date(timeIntervalSince1970: Double(milliseconds / 1000)).rfc3339.prefix(19)
    moment = "\(seconds)." + String(repeating: "0", count: 3 - rest.utf8.count) + rest + "Z"
    guard date <= now else {
      throw PlatformError(
        .usage, "--as-of \(moment) is still to come", cause: "it is \(now.rfc3339)",
        nextStep: "give a moment that has passed; okapi lake replay without --as-of builds what is known now")
    }
  }

  /// The name of a folder for it: `20261121T083000.000Z`.
  package var folderName: String { String(moment.filter { $0 != "-" && $0 != ":" }) }

  /// Refuses a moment before the first line of a source's bronze, or before older versions were left out of it.
  ///
  /// - Throws: `usage` naming the first moment there is, `inputOutput`.
  func require(_ source: String) throws {
    if let retention = try Retention.of(source, in: bronze), moment < retention.horizon {
      throw PlatformError(
        .usage, "bronze of source \(source) is whole from \(retention.horizon) on only",
        cause: "--as-of is \(moment); okapi lake compact --keep has left out older versions (run \(retention.runID))",
        context: ["lake": bronze.location(of: "")], nextStep: "give --as-of \(retention.horizon) or later")
    }
    guard let oldest = try BronzeReader(lake: bronze, source: source).oldestIngestion() else {
      throw PlatformError(
        .usage, "there is no bronze of source \(source) to build from", context: ["lake": bronze.location(of: "")],
        nextStep: "okapi lake extract")
    }
    guard moment < oldest else { return }
    throw PlatformError(
      .usage, "bronze of source \(source) goes back to \(oldest) only", cause: "--as-of is \(moment)",
      context: ["lake": bronze.location(of: "")], nextStep: "give --as-of \(oldest) or later")
  }
}

/// What a lake is the past of: `_state/as_of.json` of a lake that holds a past moment of another one.
package struct LakePast: Codable, Sendable, Equatable {
  /// The moment, RFC 3339.
  package let asOf: String
  /// The lake whose bronze it was built from.
  package let bronze: String

  enum CodingKeys: String, CodingKey {
    case bronze
    case asOf = "as_of"
  }

  private static let path = "_state/as_of.json"

  /// What a lake is the past of; nil of one with bronze of its own.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package static func of(_ lake: LakeFolder) throws(PlatformError) -> LakePast? { try lake.document(path) }

  /// Refuses to write new data to a lake that holds the past.
  ///
  /// - Throws: `usage` naming the moment.
  package static func refuse(_ lake: LakeFolder) throws(PlatformError) {
    guard let past = try of(lake) else { return }
    throw PlatformError(
      .usage, "this lake holds what was known at \(past.asOf); nothing new is put there",
      context: ["lake": lake.location(of: "")], nextStep: "set LAKE_URL to \(past.bronze)")
  }

  /// Takes a folder for a past moment: an empty one, or one that holds the same moment already.
  ///
  /// - Throws: `usage` for a folder with anything else in it.
  static func claim(_ lake: LakeFolder, for asOf: LakeAsOf) throws {
    let wanted = LakePast(asOf: asOf.moment, bronze: asOf.bronze.location(of: ""))
    let found = try of(lake)
    if found == wanted { return }
    // The lock that is held lies there by now.
    let others = try lake.names(in: "").filter { $0 != "_state" } + lake.names(in: "_state").filter { $0 != "locks" }
    guard found == nil, others.isEmpty else {
      throw PlatformError(
        .usage, "the folder for --as-of \(asOf.moment) holds something else",
        cause: found.map { "what was known at \($0.asOf), from the bronze of \($0.bronze)" } ?? "it is not empty",
        context: ["folder": lake.location(of: "")], nextStep: "remove it, or name another one with --out")
    }
    try lake.write(wanted, to: path)
  }
}
