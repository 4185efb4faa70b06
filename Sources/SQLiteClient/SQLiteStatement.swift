internal import CSQLite
package import PlatformCore

/// One prepared statement: bind values, step through rows, read columns; owned by its connection.
package final class SQLiteStatement {
  private let handle: OpaquePointer
  private let database: OpaquePointer
  private let sql: String

  init(handle: OpaquePointer, database: OpaquePointer, sql: String) {
    self.handle = handle
    self.database = database
    self.sql = sql
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds a whole number, or null; the first parameter is 1.
  package func bind(_ index: Int, _ value: Int64?) {
    if let value { sqlite3_bind_int64(handle, Int32(index), value) } else { sqlite3_bind_null(handle, Int32(index)) }
  }

  /// Binds a text, or null; the first parameter is 1.
  package func bind(_ index: Int, _ value: String?) {
    guard var value else {
      sqlite3_bind_null(handle, Int32(index))
      return
    }
    value.withUTF8 { utf8 in
      _ = utf8.withMemoryRebound(to: CChar.self) {
        okapi_bind_text(handle, Int32(index), $0.baseAddress, Int32($0.count))
      }
    }
  }

  /// Binds UTF-8 bytes as text; they are copied.
  package func bind(_ index: Int, utf8 bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { buffer in
      _ = buffer.withMemoryRebound(to: CChar.self) {
        okapi_bind_text(handle, Int32(index), $0.baseAddress, Int32($0.count))
      }
    }
  }

  /// Moves to the next row; false at the end, where the statement is reset.
  ///
  /// - Throws: `.inputOutput` with SQLite's words and code; `.temporary` when another connection holds the lock.
  @discardableResult
  package func step() throws(PlatformError) -> Bool {
    let status = sqlite3_step(handle)
    switch status {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    default:
      let error = Self.failure(status, database: database, sql: sql)
      reset()
      throw error
    }
  }

  /// Gives up the rows that are left and forgets the bound values.
  package func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// Whether a column of the current row is null; the first column is 0.
  package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

  /// A column as a whole number; 0 for null.
  package func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

  /// A column as text; nil for null.
  package func text(_ column: Int) -> String? {
    guard !isNull(column) else { return nil }
    return String(decoding: bytes(column), as: UTF8.self)
  }

  /// A column's UTF-8 bytes, valid until the next step; empty for null.
  package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_text(handle, Int32(column))
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
  }

  static func failure(_ status: Int32, database: OpaquePointer, sql: String) -> PlatformError {
    let isBusy = status & 0xff == SQLITE_BUSY || status & 0xff == SQLITE_LOCKED
    return PlatformError(
      isBusy ? .temporary : .inputOutput, isBusy ? "the SQLite database is locked" : "an SQLite statement failed",
      cause: String(cString: sqlite3_errmsg(database)), code: String(status),
      context: ["statement": String(sql.prefix(200))], isRetryable: isBusy)
  }
}
