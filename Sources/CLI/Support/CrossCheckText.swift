import CrossCheck
import Foundation

/// A comparison of PostgreSQL with silver, for people.
enum CrossCheckText {
  static func rendered(_ report: LakeComparison) -> String {
    var table = TextTable(["table", "postgres", "lake", "equal", "differing", "result"])
    for one in report.tables {
      table.add(
        .text(one.table), .number(one.postgres), .number(one.lake), .number(one.equal), .number(one.differing),
        .text(result(one)))
    }
    var parts = report.tables.isEmpty ? [] : [table.rendered]
    for one in report.tables {
      parts += one.findings.map { line($0, one.table) }
      if one.omittedFindings > 0 {
        parts.append("… and \(grouped(one.omittedFindings)) more of \(one.table) (--limit)")
      }
    }
    for one in report.tables where one.sightedOnly > 0 {
      parts.append(
        "\(grouped(one.sightedOnly)) \(one.table) were only seen inside other objects, where silver does not look")
    }
    parts.append(verdict(report))
    return parts.joined(separator: "\n")
  }

  private static func result(_ one: LakeComparison.Table) -> String {
    let problems = LakeComparison.Kind.allCases.filter { one.count($0) > 0 }
    guard !problems.isEmpty else { return "equal" }
    return problems.map { "\(grouped(one.count($0))) \($0.words)" }.joined(separator: ", ")
  }

  private static func line(_ finding: LakeComparison.Finding, _ table: String) -> String {
    var text = "\(finding.kind.words): \(table) \(finding.id)"
    if let field = finding.field {
      text += ", \(field): postgres \(finding.postgres ?? "null"), lake \(finding.lake ?? "null")"
    }
    return text
  }

  private static func verdict(_ report: LakeComparison) -> String {
    let rows = report.tables.reduce(0) { $0 + $1.equal }
    let seconds = String(format: "%.1f s", report.seconds)
    guard !report.isEqual else {
      return rows == 0
        ? "EQUAL, and empty: neither PostgreSQL nor the lake holds a row"
        : "EQUAL: \(grouped(rows)) rows are the same in PostgreSQL and in silver, \(seconds)"
    }
    let kinds = Set(report.tables.flatMap(\.counts.keys))
    let isBehind = kinds.isDisjoint(with: [LakeComparison.Kind.differs.rawValue])
    let step =
      isBehind
      ? "one of the two is behind: okapi sync, okapi lake run, then verify again"
      : "okapi verify --source api says whether PostgreSQL is right; okapi lake replay builds silver anew"
    return "NOT EQUAL, \(seconds)\nnext:  \(step)"
  }
}

extension LakeComparison.Kind {
  fileprivate var words: String {
    switch self {
    case .differs: "differing"
    case .newerInPostgres: "newer in PostgreSQL"
    case .newerInLake: "newer in the lake"
    case .missingInPostgres: "missing in PostgreSQL"
    case .missingInLake: "missing in the lake"
    }
  }
}
