import DuckDBClient
import Foundation
package import Lake
package import PlatformCore
package import PostgresClient
import SchemaGenerator
package import StripeModel

/// Proves that PostgreSQL and silver hold the same, row by row and column by column.
///
/// They are made from one bronze by two programs that share nothing but the declarations: Swift that loads, and SQL
/// that DuckDB runs. What is wrong in one of them shows.
package struct LakeVerification: Sendable {
  private let lake: Lake
  private let schema: String
  private let connect: @Sendable () async throws -> PostgresConnection
  private let context: RunContext
  /// The resources to compare; empty for all.
  package var resources: Set<ResourceName> = []
  /// The findings listed for each table; all are counted.
  package var findingLimit = 100
  /// Told before each table.
  package var onTable: @Sendable (_ table: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }

  /// Rows at once from either side.
  private static let page = 2_000

  /// Names both sides.
  ///
  /// - Parameter schema: the schema of the tables, which is the name of the source.
  package init(
    lake: Lake, schema: String, context: RunContext, connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.lake = lake
    self.schema = schema
    self.context = context
    self.connect = connect
  }

  /// Compares; holds the lake's models, and one moment of the tables.
  ///
  /// - Throws: `temporary` while the models are being changed; what either side says.
  package func run() async throws -> LakeComparison {
    let begun = ContinuousClock.now
    var report = LakeComparison(runID: context.runID, schema: schema)
    let connection = try await connect()
    do {
      let tables = try await lake.reading { silver in
        try await connection.transaction(isolation: .repeatableRead, isReadOnly: true) { connection in
          try await compare(silver, connection)
        }
      }
      report.tables = tables
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
    report.seconds = (ContinuousClock.now - begun) / .seconds(1)
    return report
  }

  private func compare(
    _ silver: DuckDBConnection, _ connection: PostgresConnection
  ) async throws -> [LakeComparison.Table] {
    let models = SilverModel.inOrder.filter { resources.isEmpty || resources.contains($0.definition.name) }
    var tables: [LakeComparison.Table] = []
    for (index, model) in models.enumerated() {
      onTable(model.table, index, models.count)
      let compared = ComparedTable(model)
      try await silver.execute(compared.silver(of: schema))
      let lake = SilverRows(connection: silver, page: Self.page)
      let store = StoreRows(
        connection: connection, sql: compared.postgres("\"\(schema)\".\"\(model.table)\""), page: Self.page)
      var tally = try ComparisonTally(compared, limit: findingLimit)
      try await tally.add(store, lake)
      if tally.table.postgres + tally.table.lake > 0 { tables.append(tally.table) }
    }
    return tables
  }
}

/// The rows of a table in the order of their ids, page by page.
private final class StoreRows {
  private let connection: PostgresConnection
  private let sql: String
  private let page: Int
  private var rows: [[String?]] = []
  private var next = 0
  private var last: String? = ""

  init(connection: PostgresConnection, sql: String, page: Int) {
    (self.connection, self.sql, self.page) = (connection, sql, page)
  }

  func row() async throws -> [String?]? {
    if next == rows.count, let after = last {
      let result = try await connection.query(sql, [.text(after), .integer(Int64(page))])
      rows = (0..<result.count).map { row in result.columns.indices.map { result[row, $0] } }
      next = 0
      last = rows.count < page ? nil : rows.last?[0]
    }
    guard next < rows.count else { return nil }
    defer { next += 1 }
    return rows[next]
  }
}

/// The rows of `compared`, page by page.
private final class SilverRows {
  private let connection: DuckDBConnection
  private let page: Int
  private var rows: [[String?]] = []
  private var next = 0
  private var read: Int? = 0

  init(connection: DuckDBConnection, page: Int) { (self.connection, self.page) = (connection, page) }

  func row() async throws -> [String?]? {
    if next == rows.count, let from = read {
      let result = try await connection.query(
        "select * from compared where rowid >= \(from) and rowid < \(from + page) order by rowid")
      rows = result.rows.indices.map { row in result.columns.indices.map { result.text(row, $0) } }
      next = 0
      read = rows.count < page ? nil : from + page
    }
    guard next < rows.count else { return nil }
    defer { next += 1 }
    return rows[next]
  }
}

/// Goes through both sides at once, as both are sorted by the bytes of their ids.
private struct ComparisonTally {
  private(set) var table: LakeComparison.Table
  private let compared: ComparedTable
  private let limit: Int
  private let json: JSONComparison

  init(_ compared: ComparedTable, limit: Int) throws {
    self.compared = compared
    self.limit = limit
    json = try JSONComparison()
    table = LakeComparison.Table(table: compared.definition.table)
  }

  mutating func add(_ store: StoreRows, _ lake: SilverRows) async throws {
    var (mine, theirs) = (try await store.row(), try await lake.row())
    while mine != nil || theirs != nil {
      let order = Self.order(mine, theirs)
      take(order <= 0 ? mine : nil, order >= 0 ? theirs : nil)
      if order <= 0 { mine = try await store.row() }
      if order >= 0 { theirs = try await lake.row() }
    }
  }

  private static func order(_ mine: [String?]?, _ theirs: [String?]?) -> Int {
    guard let mine = mine?[0] else { return 1 }
    guard let theirs = theirs?[0] else { return -1 }
    return mine == theirs ? 0 : mine.utf8.lexicographicallyPrecedes(theirs.utf8) ? -1 : 1
  }

  private mutating func take(_ mine: [String?]?, _ theirs: [String?]?) {
    let stored = mine.flatMap { isPlaceholder($0) ? nil : $0 }
    let silver = theirs.flatMap { isPlaceholder($0) ? nil : $0 }
    if stored != nil { table.postgres += 1 }
    if silver != nil { table.lake += 1 }
    switch (stored, silver) {
    case (nil, nil): return
    case (let stored?, nil):
      // Silver looks for objects inside others in fewer places (docs/lake.md).
      if stored[Self.sequence] == "0", theirs == nil {
        table.sightedOnly += 1
      } else {
        note(.missingInLake, [.init(kind: .missingInLake, id: stored[0] ?? "")])
      }
    case (nil, let silver?): note(.missingInPostgres, [.init(kind: .missingInPostgres, id: silver[0] ?? "")])
    case (let stored?, let silver?): compare(stored, silver)
    }
  }

  private static let sequence = ComparedTable.Lead.sequence.rawValue

  private func isPlaceholder(_ row: [String?]) -> Bool {
    row[ComparedTable.Lead.isPlaceholder.rawValue] == "true"
  }

  private mutating func compare(_ stored: [String?], _ silver: [String?]) {
    let deleted = ComparedTable.Lead.isDeleted.rawValue
    let lead = ComparedTable.Lead.allCases.count
    let kind = kind(stored, silver)
    var findings: [LakeComparison.Finding] = []
    if stored[deleted] != silver[deleted] {
      findings.append(
        .init(kind: kind, id: stored[0] ?? "", field: "deleted", postgres: stored[deleted], lake: silver[deleted]))
    }
    for (index, name) in compared.names.enumerated() {
      let (one, other) = (stored[lead + index], silver[lead + index])
      guard !compared.isSame(index, one, other, json) else { continue }
      findings.append(
        .init(
          kind: kind, id: stored[0] ?? "", field: name, postgres: shown(one, index), lake: shown(other, index)))
    }
    guard !findings.isEmpty else { return table.equal += 1 }
    note(kind, findings)
  }

  private func kind(_ stored: [String?], _ silver: [String?]) -> LakeComparison.Kind {
    func version(_ row: [String?]) -> (Int64, Int64) {
      (Int64(row[ComparedTable.Lead.observedAt.rawValue] ?? "") ?? 0, Int64(row[Self.sequence] ?? "") ?? 0)
    }
    let (one, other) = (version(stored), version(silver))
    return one == other ? .differs : one > other ? .newerInPostgres : .newerInLake
  }

  private func shown(_ value: String?, _ index: Int) -> String? {
    value.map { compared.isPersonal(index) ? "(personal)" : String($0.prefix(200)) }
  }

  private mutating func note(_ kind: LakeComparison.Kind, _ findings: [LakeComparison.Finding]) {
    table.counts[kind.rawValue, default: 0] += 1
    let room = max(0, limit - table.findings.count)
    table.findings += findings.prefix(room)
    table.omittedFindings += max(0, findings.count - room)
  }
}
