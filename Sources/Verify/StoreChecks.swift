import PostgresClient
import SchemaGenerator
import StripeModel

/// Looks at what the tables say of each other: references and placeholders.
struct StoreChecks {
  private let statements: ProjectionStoreChecks
  private let definitions = ResourceName.allCases.map(\.definition)

  init(schema: String) { statements = ProjectionStoreChecks(schema: schema) }

  /// Every column that refers to another object, with the values that lead nowhere.
  func references(on connection: isolated PostgresConnection) async throws -> [ReferenceCheck] {
    var checks: [ReferenceCheck] = []
    for definition in definitions {
      for column in definition.columns {
        switch column.kind {
        case .reference(let target):
          let result = try await connection.query(
            statements.orphans(of: column, in: definition, target: target.definition))
          checks.append(
            ReferenceCheck(
              table: definition.table, column: column.name, target: target.definition.table,
              orphans: Int(result.integer(0, 0) ?? 0)))
        case .expandable:
          let result = try await connection.query(
            statements.unresolved(of: column, in: definition, among: definitions))
          checks.append(
            ReferenceCheck(
              table: definition.table, column: column.name, references: Int(result.integer(0, 0) ?? 0),
              orphans: Int(result.integer(0, 1) ?? 0)))
        default: continue
        }
      }
    }
    return checks
  }

  /// The tables with placeholders, and who refers to them.
  func placeholders(on connection: isolated PostgresConnection) async throws -> [PlaceholderCount] {
    var counts: [PlaceholderCount] = []
    for definition in definitions {
      let result = try await connection.query(statements.counts(of: definition))
      let count = Int(result.integer(0, 2) ?? 0)
      guard count > 0 else { continue }
      var referrers: [PlaceholderCount.Referrer] = []
      if let statement = statements.placeholderReferrers(of: definition, among: definitions) {
        let rows = try await connection.query(statement)
        for row in 0..<rows.count {
          let number = Int(rows.integer(row, 2) ?? 0)
          guard number > 0, let table = rows[row, 0], let column = rows[row, 1] else { continue }
          referrers.append(PlaceholderCount.Referrer(table: table, column: column, placeholders: number))
        }
      }
      counts.append(PlaceholderCount(table: definition.table, count: count, referrers: referrers))
    }
    return counts
  }
}
