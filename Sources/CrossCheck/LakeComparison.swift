package import PlatformCore

/// What a comparison of PostgreSQL with silver found; its JSON form is documented in docs/json-output.md.
package struct LakeComparison: Sendable, Equatable, Encodable {
  /// How a row differs.
  package enum Kind: String, Sendable, Encodable, CaseIterable {
    /// One observation, and yet other values: one of the two has it wrong.
    case differs
    /// PostgreSQL holds a later observation with other values.
    case newerInPostgres = "newer_in_postgres"
    /// Silver holds a later observation with other values.
    case newerInLake = "newer_in_lake"
    /// Silver has the row, PostgreSQL has none or a placeholder.
    case missingInPostgres = "missing_in_postgres"
    /// PostgreSQL has the row, silver has none or a placeholder.
    case missingInLake = "missing_in_lake"
  }

  /// One field of one row.
  package struct Finding: Sendable, Equatable, Encodable {
    /// What was found.
    package let kind: Kind
    /// The row.
    package let id: String
    /// The column, as PostgreSQL names it; nil where a whole row is missing.
    package var field: String?
    /// The value in PostgreSQL as text, at most 200 characters; `(personal)` where people are named.
    package var postgres: String?
    /// The value in silver, likewise.
    package var lake: String?
  }

  /// One table.
  package struct Table: Sendable, Equatable, Encodable {
    /// The table.
    package var table: String
    /// Rows of PostgreSQL, placeholders left out.
    package var postgres = 0
    /// Rows of silver, placeholders left out.
    package var lake = 0
    /// Rows that are the same in every column.
    package var equal = 0
    /// Rows of PostgreSQL that were only seen inside other objects, where silver does not look for them.
    package var sightedOnly = 0
    /// Rows that differ, by kind.
    package var counts: [String: Int] = [:]
    /// The first of what differs.
    package var findings: [Finding] = []
    /// What else differs, and is counted only.
    package var omittedFindings = 0

    enum CodingKeys: String, CodingKey {
      case table, postgres, lake, equal, counts, findings
      case sightedOnly = "sighted_only"
      case omittedFindings = "omitted_findings"
    }

    /// The rows of a kind.
    package func count(_ kind: Kind) -> Int { counts[kind.rawValue] ?? 0 }
    /// The rows that differ.
    package var differing: Int { counts.values.reduce(0, +) }
  }

  /// The run.
  package let runID: String
  /// The schema of the tables; also the source's name.
  package let schema: String
  /// The tables of which either has rows, in the order in which silver is built.
  package var tables: [Table] = []
  /// Seconds in all.
  package var seconds = 0.0

  /// Whether every row is in both, with the same values.
  package var isEqual: Bool { tables.allSatisfy { $0.differing == 0 } }
  /// 0 only where nothing differs.
  package var exitStatus: ExitStatus { isEqual ? .done : .differences }

  enum CodingKeys: String, CodingKey {
    case schema, tables, seconds
    case runID = "run_id"
    case isEqual = "equal"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runID, forKey: .runID)
    try container.encode(schema, forKey: .schema)
    try container.encode(isEqual, forKey: .isEqual)
    try container.encode(tables, forKey: .tables)
    try container.encode(seconds, forKey: .seconds)
  }
}
