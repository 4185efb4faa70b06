import PlatformCore

/// One connection to a database, on a thread of its own; statements run one after another.
///
/// Cancelling the task interrupts the statement, which then throws `.interrupted`. DuckDB notices between two chunks of
/// a source: a join without a condition may go on for a while.
package actor DuckDBConnection {
  private let executor = BlockingExecutor(label: "duckdb")
  private let handle: ConnectionHandle

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ handle: ConnectionHandle) { self.handle = handle }

  /// Runs one or several statements separated by semicolons; what they answer is dropped.
  ///
  /// - Throws: DuckDB's error with its words; those before the statement that failed have been run.
  package func execute(_ sql: String) async throws {
    try await interruptible { try $0.execute(sql) }
  }

  /// Runs one statement with values for `?` or `$1`, `$2` …; the whole answer is held in memory.
  ///
  /// - Throws: DuckDB's error with its words.
  package func query(_ sql: String, _ parameters: [DuckDBValue] = []) async throws -> DuckDBResult {
    try await interruptible { handle in
      var whole: DuckDBResult?
      let columns = try handle.stream(sql, parameters) { chunk in
        if whole == nil { whole = chunk } else { whole?.rows += chunk.rows }
      }
      return whole ?? DuckDBResult(columns: columns, rows: [])
    }
  }

  /// Runs one statement and hands over its rows in chunks of up to 2,048, as DuckDB makes them.
  ///
  /// An error from `receive` stops the statement and is thrown on.
  /// - Returns: the columns, also of an answer without rows.
  @discardableResult
  package func stream(
    _ sql: String, _ parameters: [DuckDBValue] = [], _ receive: @Sendable (DuckDBResult) throws -> Void
  ) async throws -> [DuckDBColumn] {
    try await interruptible { try $0.stream(sql, parameters, receive) }
  }

  /// Loads an extension from a file, without a network; for all connections of the database.
  ///
  /// - Throws: `.inputOutput` when there is none, and DuckDB's words.
  package func loadExtension(_ path: String) async throws {
    try await execute("LOAD \(DuckDBQuoting.literal(path))")
  }

  private func interruptible<Answer>(_ body: (ConnectionHandle) throws -> Answer) async throws -> Answer {
    try await withTaskCancellationHandler {
      try body(handle)
    } onCancel: { [handle] in
      handle.interrupt()
    }
  }
}
