package import BronzeStore
package import DuckDBClient
package import Foundation
import PlatformCore
import S3Client

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
  /// Connections to the same tables, for statements side by side; `connection` is among them.
  let writers: [DuckDBConnection]
  let lake: LakeFolder
  /// Where files are made before they are in the lake.
  let scratch: URL
  private let database: DuckDBDatabase

  /// More would leave too little memory to each.
  private static let mostWriters = 4

  /// Opens an empty database.
  ///
  /// - Parameter bronze: another lake whose bronze is read; nil: the same one's.
  /// - Throws: `configuration` where DuckDB is not there.
  package init(_ lake: LakeFolder, bronze: LakeFolder? = nil, limits: Limits) async throws {
    self.lake = lake
    scratch = limits.scratch
    // DuckDB makes the last folder of the path only, and that when memory does not suffice.
    do {
      try FileManager.default.createDirectory(at: limits.scratch, withIntermediateDirectories: true)
    } catch {
      throw PlatformError(
        .output, "the scratch folder cannot be made", cause: error.systemReason,
        context: ["folder": limits.scratch.path], nextStep: "make the workspace writable (OKAPI_HOME)")
    }
    database = try await DuckDBDatabase.open(
      .init(
        memoryLimitBytes: limits.memoryBytes, threads: limits.threads, temporaryDirectory: limits.scratch.path,
        preservesInsertionOrder: true))
    connection = try database.connect()
    let threads = limits.threads ?? ProcessInfo.processInfo.activeProcessorCount
    writers =
      try [connection]
      + (1..<max(1, min(threads, Self.mostWriters))).map { [database] _ in
        try database.connect()
      }
    // Views are asked many times; files that are read here are never written again under their name.
    try await connection.execute("set parquet_metadata_cache = true")
    for (name, folder) in [("lake", lake), ("bronze", bronze)] {
      guard let (place, options) = folder?.s3 else { continue }
      try await connection.loadExtension(DuckDBLibrary.httpfs())
      try await connection.execute(Self.access(to: place, options, name: name))
    }
  }

  /// Lets DuckDB read the lake's bucket with the lake's own key.
  private static func access(to place: S3Place, _ options: S3Options, name: String) -> String {
    let address = options.endpoint ?? "https://s3.\(options.region).amazonaws.com"
    let server = address.split(separator: "://", maxSplits: 1)
    let style = options.isPathStyle || place.bucket.contains(".") ? "path" : "vhost"
    var values = [
      "type s3", "key_id \(literal(options.keyID))", "secret \(literal(options.secret))",
      "region \(literal(options.region))", "endpoint \(literal(String(server.last ?? "")))",
      "url_style '\(style)'", "use_ssl \(server.first?.lowercased() != "http")",
      "scope \(literal("s3://\(place.bucket)/\(place.prefix)"))",
    ]
    if let token = options.sessionToken { values.append("session_token \(literal(token))") }
    // The same few files are asked many times, and none changes under its name while the engine lives: what was read
    // of them is kept, within the limit of memory. DuckDB must not show what it finds in the environment.
    return """
      set global http_retries = \(options.retries.attempts);
      set global http_retry_wait_ms = 200;
      set global http_retry_backoff = 2;
      set global httpfs_connection_caching = true;
      set global enable_http_metadata_cache = true;
      set global validate_external_file_cache = 'NO_VALIDATION';
      set global s3_access_key_id = '';
      set global s3_secret_access_key = '';
      set global s3_session_token = '';
      create secret \(name) (\(values.joined(separator: ", ")))
      """
  }

  /// The path of a file on this machine that only this run reads; its folder is made.
  func localFile(_ path: String) throws -> String {
    let file = scratch.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    return file.path
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

  /// Sets a variable to a list of files of the lake; a path that begins with `/` is one of this machine.
  func set(_ variable: String, to paths: [String]) async throws { try await execute(setting(variable, to: paths)) }

  /// The statement for that, of whichever connection.
  func setting(_ variable: String, to paths: [String]) -> String {
    let list = paths.map { Self.literal($0.hasPrefix("/") ? $0 : lake.location(of: $0)) }.joined(separator: ", ")
    return "set variable \(variable) = [\(list)]"
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
