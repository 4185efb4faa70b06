internal import CDuckDB
import Foundation
import PlatformCore

/// Owns one connection of DuckDB; the calls block.
final class ConnectionHandle {
  private let connection: okapi_duckdb_handle
  private let database: DuckDBDatabase
  private let author: DuckDBAuthor
  private var api: okapi_duckdb_api { database.library.api }

  init(_ connection: okapi_duckdb_handle, of database: DuckDBDatabase, author: DuckDBAuthor) {
    self.connection = connection
    self.database = database
    self.author = author
  }

  deinit {
    var connection: okapi_duckdb_handle? = connection
    api.disconnect(&connection)
  }

  /// Stops the statement that runs now, if any; the one call that any thread may make.
  func interrupt() { api.interrupt(connection) }

  /// Runs the statements of a text, one after another.
  func execute(_ sql: String) throws {
    var statements: okapi_duckdb_handle?
    let count = api.extract_statements(connection, sql, &statements)
    defer { api.destroy_extracted(&statements) }
    if count == 0, let words = api.extract_statements_error(statements) { throw failure(words, sql) }
    for index in 0..<count {
      var prepared: okapi_duckdb_handle?
      defer { api.destroy_prepare(&prepared) }
      guard api.prepare_extracted_statement(connection, statements, index, &prepared) == okapi_duckdb_success else {
        throw failure(api.prepare_error(prepared), sql)
      }
      try run(prepared, sql) { result in try forEachChunk(&result, sql) { _ in } }
    }
  }

  /// Runs one statement and hands its rows over in chunks; answers its columns.
  @discardableResult
  func stream(
    _ sql: String, _ parameters: [DuckDBValue], _ receive: (DuckDBResult) throws -> Void
  ) throws -> [DuckDBColumn] {
    let statement = PreparedStatement(api)
    guard statement.prepare(sql, connection) else { throw failure(statement.words, sql) }
    if !statement.castsToText(sql, connection) { throw Self.unreadable(statement.columns) }
    guard parameters.count == statement.parameterCount else {
      throw PlatformError(
        author == .user ? .usage : .bug,
        "the statement has \(statement.parameterCount) parameters and was given \(parameters.count) values",
        context: ["statement": String(sql.prefix(200))])
    }
    statement.bind(parameters)
    return try run(statement.handle, sql) { result in
      let found = (0..<api.column_count(&result)).map { column in
        (
          api.column_name(&result, column).map { String(cString: $0) } ?? "",
          ColumnType(taking: api.column_logical_type(&result, column), api)
        )
      }
      let columns = statement.isCast ? statement.columns : found.map { DuckDBColumn(name: $0.0, type: $0.1.name) }
      let layouts = found.compactMap { $0.1.layout }
      guard layouts.count == columns.count else { throw Self.unreadable(columns) }
      try forEachChunk(&result, sql) { chunk in
        try receive(DuckDBResult(columns: columns, rows: ChunkReader(chunk, layouts, api).rows()))
      }
      return columns
    }
  }

  private static func unreadable(_ columns: [DuckDBColumn]) -> PlatformError {
    PlatformError(
      .usage, "DuckDB's answer has columns that cannot be read as they are",
      context: ["columns": columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")],
      nextStep: "cast them in the statement (x::varchar), and a parameter that stands alone as well ($1::bigint)")
  }

  /// Starts a prepared statement and gives its result to `body`.
  ///
  /// A statement that is left before its end is interrupted first: DuckDB would otherwise run it to the end when the
  /// next one begins (seen with 1.5.5).
  private func run<Answer>(
    _ prepared: okapi_duckdb_handle?, _ sql: String, _ body: (inout okapi_duckdb_result) throws -> Answer
  ) throws -> Answer {
    var pending: okapi_duckdb_handle?
    var result = okapi_duckdb_result()
    do {
      defer { api.destroy_pending(&pending) }
      guard api.pending_prepared_streaming(prepared, &pending) == okapi_duckdb_success else {
        throw failure(api.pending_error(pending), sql)
      }
      // Starting a statement forgets an interruption that came before; one that comes from here on stops it.
      if Task.isCancelled {
        interrupt()
        throw PlatformError.duckDBStatementCancelled
      }
      guard work(on: pending) else { throw failure(api.pending_error(pending), sql) }
      guard api.execute_pending(pending, &result) == okapi_duckdb_success else {
        defer { api.destroy_result(&result) }
        throw failure(api.result_error(&result), sql)
      }
    }
    defer { api.destroy_result(&result) }
    do {
      return try body(&result)
    } catch {
      interrupt()
      throw error
    }
  }

  /// Does its share of a statement. `execute_pending` alone asks for work without a pause while other threads have all
  /// that is left, which took a quarter of the processor time on a busy machine (1.5.5).
  ///
  /// - Returns: whether it went well.
  private func work(on pending: okapi_duckdb_handle?) -> Bool {
    while true {
      switch api.pending_execute_task(pending) {
      case okapi_duckdb_pending_not_ready: continue
      case okapi_duckdb_pending_no_tasks: usleep(100)
      case let state: return state != okapi_duckdb_pending_error
      }
    }
  }

  /// Hands over the chunks of a result as DuckDB makes them.
  private func forEachChunk(
    _ result: inout okapi_duckdb_result, _ sql: String, _ body: (okapi_duckdb_handle) throws -> Void
  ) throws {
    while true {
      if Task.isCancelled { throw PlatformError.duckDBStatementCancelled }
      var chunk = api.fetch_chunk(result)
      defer { api.destroy_data_chunk(&chunk) }
      guard let chunk else { break }
      try body(chunk)
    }
    if let words = api.result_error(&result), words.pointee != 0 { throw failure(words, sql) }
  }

  private func failure(_ words: UnsafePointer<CChar>?, _ sql: String) -> PlatformError {
    let words = words.map { String(cString: $0) } ?? "DuckDB says nothing"
    if DuckDBFailure.kind(of: words) == "INTERRUPT" { return .duckDBStatementCancelled }
    return DuckDBFailure.error(words, sql: sql, author: author)
  }
}

extension ConnectionHandle: @unchecked Sendable {}  // one actor calls it; others only `interrupt`, as DuckDB allows
