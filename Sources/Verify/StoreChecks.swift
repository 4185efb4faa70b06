import PostgresClient
import SchemaGenerator
import StripeModel

/// Looks at every table as a whole, and at what the tables say of each other.
struct StoreChecks: Sendable {
  private(set) var counts: [ResourceName: ResourceComparison.StoreCounts] = [:]
  private(set) var references: [ReferenceCheck] = []
  private(set) var placeholders: [PlaceholderCount] = []

  /// Scans each table once, then looks after the columns that have values and the tables that have placeholders.
  init(schema: String, on connection: isolated PostgresConnection) async throws {
    let statements = ProjectionStoreChecks(schema: schema)
    for resource in ResourceName.allCases {
      let result = try await connection.query(statements.counts(of: resource.definition))
      counts[resource] = ResourceComparison.StoreCounts(
        live: Int(result.integer(0, 0) ?? 0), deleted: Int(result.integer(0, 1) ?? 0),
        placeholders: Int(result.integer(0, 2) ?? 0))
      for (index, column) in ProjectionStoreChecks.references(of: resource.definition).enumerated() {
        let values = Int(result.integer(0, 3 + index) ?? 0)
        try await check(column, of: resource.definition, values: values, statements, on: connection)
      }
    }
    for resource in ResourceName.allCases {
      try await checkPlaceholders(of: resource, statements, on: connection)
    }
  }

  private static let definitions = ResourceName.allCases.map(\.definition)

  private mutating func check(
    _ column: Column, of definition: ResourceDefinition, values: Int, _ statements: ProjectionStoreChecks,
    on connection: isolated PostgresConnection
  ) async throws {
    var check = ReferenceCheck(table: definition.table, column: column.name, references: values, orphans: 0)
    let statement: String
    if case .reference(let target) = column.kind {
      check.target = target.definition.table
      statement = statements.orphans(of: column, in: definition, target: target.definition)
    } else {
      statement = statements.unresolved(of: column, in: definition, among: Self.definitions)
    }
    if values > 0 { check.orphans = Int(try await connection.query(statement).integer(0, 0) ?? 0) }
    references.append(check)
  }

  private mutating func checkPlaceholders(
    of resource: ResourceName, _ statements: ProjectionStoreChecks, on connection: isolated PostgresConnection
  ) async throws {
    guard let count = counts[resource]?.placeholders, count > 0 else { return }
    var referrers: [PlaceholderCount.Referrer] = []
    if let statement = statements.placeholderReferrers(of: resource.definition, among: Self.definitions) {
      let rows = try await connection.query(statement)
      for row in 0..<rows.count {
        let number = Int(rows.integer(row, 2) ?? 0)
        guard number > 0, let table = rows[row, 0], let column = rows[row, 1] else { continue }
        referrers.append(PlaceholderCount.Referrer(table: table, column: column, placeholders: number))
      }
    }
    placeholders.append(PlaceholderCount(table: resource.definition.table, count: count, referrers: referrers))
  }
}
