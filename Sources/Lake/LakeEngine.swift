package import BronzeStore
package import DuckDBClient
package import Foundation
import PlatformCore

/// DuckDB over the files of a lake.
package struct LakeEngine: Sendable {
  /// What the engine may use.
  package struct Limits: Sendable {
    /// Memory for data, in bytes; more goes to the scratch folder.
    package var memoryBytes = 1_000_000_000
    /// Threads; nil takes one for each core.
    package var threads: Int?
    /// Where data goes that memory does not hold.
    package var scratch: URL

    /// With the scratch folder given, the rest as usual.
    package init(scratch: URL) { self.scratch = scratch }
  }

  /// One connection, for one statement after another.
  package let connection: DuckDBConnection
  let lake: LakeFolder
  private let database: DuckDBDatabase

  /// Opens an empty database.
  ///
  /// - Throws: `configuration` where DuckDB is not there.
  package init(_ lake: LakeFolder, limits: Limits) async throws {
    self.lake = lake
    // DuckDB makes the last folder of the path only, and that when memory does not suffice.
    do {
      try FileManager.default.createDirectory(at: limits.scratch, withIntermediateDirectories: true)
    } catch {
      throw PlatformError(
        .output, "the scratch folder cannot be made", cause: error.localizedDescription,
        context: ["folder": limits.scratch.path], nextStep: "make the workspace writable (OKAPI_HOME)")
    }
    database = try await DuckDBDatabase.open(
      .init(
        memoryLimitBytes: limits.memoryBytes, threads: limits.threads, temporaryDirectory: limits.scratch.path,
        preservesInsertionOrder: true))
    connection = try database.connect()
    // Views are asked many times; files that are read here are never written again under their name.
    try await connection.execute("set parquet_metadata_cache = true")
  }

  /// One more connection, for the statements of a user: mistakes in them are his.
  func asUser() throws -> DuckDBConnection { try database.connect(author: .user) }

  func execute(_ sql: String) async throws { try await connection.execute(sql) }

  /// The values of one column, as texts; nulls are left out.
  func texts(_ sql: String) async throws -> [String] {
    let result = try await connection.query(sql)
    return result.rows.indices.compactMap { result.text($0, 0) }
  }

  func integer(_ sql: String) async throws -> Int {
    let result = try await connection.query(sql)
    return result.rows.isEmpty ? 0 : Int(try result.int64(0, 0) ?? 0)
  }

  /// Sets a variable to a list of files of the lake.
  func set(_ variable: String, to paths: [String]) async throws {
    let list = paths.map { Self.literal(lake.location(of: $0)) }.joined(separator: ", ")
    try await execute("set variable \(variable) = [\(list)]")
  }

  /// Makes the view of a model's files, with the columns `source` (of silver) and `dt` of their folders; of no files a
  /// view without rows.
  func view(_ model: ModelFile, of paths: [String]) async throws {
    let silver = model.layer == .silver
    let select =
      if paths.isEmpty {
        "select *, null::varchar as source from (\(model.select("empty")))"
      } else {
        // The staging folder's name is one more key: its files cannot stand in one list with others.
        Dictionary(grouping: paths) { $0.hasPrefix(LakePath.staging) }.values.map { paths in
          """
          select columns(c -> c not in ('run_id', 'entity', 'model')) from \(Self.parquet(paths.map(lake.location)))
          """
        }.joined(separator: " union all by name ")
      }
    try await execute("create or replace view \(silver ? "silver" : "gold").\(model.name) as \(select)")
  }

  /// Files of one source have one shape: other SQL builds all of them anew.
  static func parquet(_ locations: [String]) -> String {
    let list = locations.map(literal).joined(separator: ", ")
    let sources = Set(locations.map { $0.split(separator: "/").first { $0.hasPrefix("source=") } })
    return """
      read_parquet([\(list)], hive_partitioning = true, hive_types_autocast = false,
        union_by_name = \(sources.count > 1))
      """
  }

  static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
