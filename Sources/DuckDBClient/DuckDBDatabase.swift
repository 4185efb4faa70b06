internal import CDuckDB
import Foundation
package import PlatformCore

/// A database in memory, with its settings; gone with its last connection.
///
/// It loads no extension by itself, reaches no network unless a statement says so, and its time zone is UTC.
package final class DuckDBDatabase: Sendable {
  /// What a database may use.
  package struct Settings: Sendable {
    /// The most memory for data, in bytes; nil leaves DuckDB's default, 80 % of the machine's.
    package var memoryLimitBytes: Int?
    /// How many threads work; nil takes one for each core.
    package var threads: Int?
    /// Where data goes that memory does not hold, made when needed; nil: nowhere, and too much is an error.
    package var temporaryDirectory: String?
    /// Whether rows without `ORDER BY` keep the order they were read in; that costs memory.
    package var preservesInsertionOrder: Bool

    /// Bundles the settings.
    package init(
      memoryLimitBytes: Int? = nil, threads: Int? = nil, temporaryDirectory: String? = nil,
      preservesInsertionOrder: Bool = true
    ) {
      self.memoryLimitBytes = memoryLimitBytes
      self.threads = threads
      self.temporaryDirectory = temporaryDirectory
      self.preservesInsertionOrder = preservesInsertionOrder
    }

    var options: [(String, String)] {
      var options = [
        ("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"), ("preserve_insertion_order", String(preservesInsertionOrder)),
        ("temp_directory", temporaryDirectory ?? ""),
      ]
      if let memoryLimitBytes { options.append(("memory_limit", "\(memoryLimitBytes)B")) }
      if let threads { options.append(("threads", String(threads))) }
      return options
    }
  }

  let library: DuckDBLibrary
  private let handle: DatabaseHandle

  private init(library: DuckDBLibrary, handle: DatabaseHandle) {
    self.library = library
    self.handle = handle
  }

  /// Opens a database. The first one of the process loads DuckDB and tries it out, which takes a tenth of a second.
  ///
  /// - Throws: `.configuration` when DuckDB is not there, does not work, or refuses a setting.
  package static func open(_ settings: Settings = Settings()) async throws -> DuckDBDatabase {
    try await DuckDBOpener().open(settings)
  }

  static func openBlocking(_ settings: Settings) throws -> DuckDBDatabase {
    let library = try DuckDBLibrary.loaded()
    let database = DuckDBDatabase(library: library, handle: try DatabaseHandle(library, settings.options))
    // A global setting that only exists once the database does.
    try database.connectBlocking(author: .okapi).execute("SET GLOBAL TimeZone = 'UTC'")
    return database
  }

  /// Opens a connection, with a thread of its own.
  ///
  /// - Throws: `.configuration` with DuckDB's words.
  package func connect(author: DuckDBAuthor = .okapi) throws(PlatformError) -> DuckDBConnection {
    DuckDBConnection(try connectBlocking(author: author))
  }

  func connectBlocking(author: DuckDBAuthor) throws(PlatformError) -> ConnectionHandle {
    var connection: okapi_duckdb_handle?
    guard library.api.connect(handle.database, &connection) == okapi_duckdb_success, let connection else {
      throw PlatformError(.configuration, "DuckDB opens no connection")
    }
    return ConnectionHandle(connection, of: self, author: author)
  }
}

/// Opening blocks: it runs off the shared pool.
private actor DuckDBOpener {
  private let executor = BlockingExecutor(label: "duckdb-open")

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func open(_ settings: DuckDBDatabase.Settings) throws -> DuckDBDatabase {
    try DuckDBSelfTest.once()
    return try DuckDBDatabase.openBlocking(settings)
  }
}

/// Owns one database of DuckDB.
private final class DatabaseHandle {
  let database: okapi_duckdb_handle
  private let api: okapi_duckdb_api

  init(_ library: DuckDBLibrary, _ options: [(String, String)]) throws(PlatformError) {
    let api = library.api
    self.api = api
    var config: okapi_duckdb_handle?
    guard api.create_config(&config) == okapi_duckdb_success else {
      throw PlatformError(.configuration, "DuckDB makes no configuration")
    }
    defer { api.destroy_config(&config) }
    for (name, value) in options where api.set_config(config, name, value) != okapi_duckdb_success {
      throw PlatformError(.configuration, "DuckDB refuses a setting", context: ["setting": "\(name)=\(value)"])
    }
    var opened: okapi_duckdb_handle?
    var words: UnsafeMutablePointer<CChar>?
    guard api.open_ext(nil, &opened, config, &words) == okapi_duckdb_success, let opened else {
      defer { api.free(words) }
      throw PlatformError(
        .configuration, "DuckDB opens no database", cause: words.map { String(cString: $0) },
        nextStep: "make setup, if the settings are right")
    }
    database = opened
  }

  deinit {
    var database: okapi_duckdb_handle? = database
    api.close(&database)
  }
}

extension DatabaseHandle: @unchecked Sendable {}  // nothing changes after init; DuckDB takes any thread
