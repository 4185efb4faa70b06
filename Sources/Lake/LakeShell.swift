import BronzeStore
package import DuckDBClient
import PlatformCore

/// The accepted tables, asked one statement after the other.
///
/// The lock of the models is held while a statement runs and no longer, so that a run gets in between; the next
/// statement sees what it has accepted. What a statement leaves (a temporary table, a setting) is there for the next.
package actor LakeShell {
  private let lake: Lake
  private let engine: LakeEngine
  private let user: DuckDBConnection
  /// What the views show.
  private var shown: [String: AcceptedModel]?

  /// Opens a database; the tables are looked up with the first statement.
  ///
  /// - Throws: `configuration` without DuckDB.
  package init(_ lake: Lake) async throws {
    self.lake = lake
    engine = try await LakeEngine(lake.lake, limits: lake.options.limits)
    user = try engine.asUser()
    // Accepted files are replaced under their names while nobody asks.
    for connection in [engine.connection, user] {
      try await connection.execute("set parquet_metadata_cache = false; set enable_external_file_cache = false")
    }
    guard lake.lake.isRemote else { return }
    try await engine.connection.execute("set global enable_http_metadata_cache = false")
  }

  /// Runs a statement.
  ///
  /// - Throws: `usage` for a statement that is wrong; `temporary` while the tables are being changed.
  package func query(_ sql: String) async throws -> DuckDBResult {
    let lock = try await lake.lockModels()
    defer { withExtendedLifetime(lock) {} }
    _ = try Promotion.recover(in: lake.lake)
    let tables = try LakeTables(lake.lake)
    if tables.models != shown {
      try await tables.open(in: engine, silver: ModelFile.silver(), gold: ModelFile.gold())
      shown = tables.models
    }
    return try await user.query(sql)
  }

  /// The tables with the number of their columns; of one table, the columns with their types.
  ///
  /// - Parameter table: `silver.charges`, or `charges`.
  /// - Throws: `usage` for a table that is not there; as `query`.
  package func describe(_ table: String? = nil) async throws -> DuckDBResult {
    guard let table else {
      return try await query(
        """
        select table_schema || '.' || table_name as "table", count(*) as columns from information_schema.columns
        where table_schema in ('silver', 'gold') group by all order by 1
        """)
    }
    let name = LakeEngine.literal(table.lowercased())
    let columns = try await query(
      """
      select column_name as "column", data_type as type from information_schema.columns
      where table_schema || '.' || table_name = \(name) or table_name = \(name) order by ordinal_position
      """)
    guard columns.rows.isEmpty else { return columns }
    throw PlatformError(.usage, "there is no table '\(table)'", nextStep: "\\d lists the tables")
  }
}
