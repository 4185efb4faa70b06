internal import CSQLite
package import PlatformCore

/// One connection to an SQLite database; not for use from two threads at once.
package final class SQLiteDatabase {
  /// How a database is opened.
  package enum Mode: Sendable, Equatable {
    /// For reading and writing, made when absent.
    case readWrite
    /// For reading only; the file must be there.
    case readOnly
    /// In memory, gone with the connection; the path is not used.
    case memory
  }

  /// The version of the SQLite in use, as in `3.40.1`.
  package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

  private let handle: OpaquePointer
  private var statements: [String: SQLiteStatement] = [:]
  /// Where the database lies; `:memory:` for one in memory.
  package let path: String

  /// Opens the database; a lock held by another process is waited for up to `busyTimeoutMilliseconds`.
  ///
  /// - Throws: `.inputOutput` with SQLite's words.
  package init(path: String, mode: Mode, busyTimeoutMilliseconds: Int32 = 5_000) throws(PlatformError) {
    self.path = mode == .memory ? ":memory:" : path
    var opened: OpaquePointer?
    // No mutex of SQLite's own: one connection belongs to one thread at a time.
    let flags =
      SQLITE_OPEN_NOMUTEX
      | (mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    let status = sqlite3_open_v2(self.path, &opened, flags, nil)
    guard status == SQLITE_OK, let opened else {
      let words = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(status))
      sqlite3_close_v2(opened)
      throw PlatformError(
        .inputOutput, "cannot open the SQLite database", cause: words, code: String(status),
        context: ["file": self.path])
    }
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyTimeoutMilliseconds)
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(handle)  // waits for statements that are still held elsewhere
  }

  /// Runs one or several statements without values or rows.
  ///
  /// - Throws: `.inputOutput` with SQLite's words and code.
  package func execute(_ sql: String) throws(PlatformError) {
    let status = sqlite3_exec(handle, sql, nil, nil, nil)
    guard status == SQLITE_OK else { throw failure(status, sql) }
  }

  private static let keptStatements = 500

  /// The statements that are kept prepared.
  package var preparedStatements: Int { statements.count }

  /// The prepared form of a statement, kept for the next time; reset and without values.
  ///
  /// One statement's rows are read to the end or given up by `reset` before the same text is asked for again.
  ///
  /// - Throws: `.inputOutput` with SQLite's words and code.
  package func statement(_ sql: String) throws(PlatformError) -> SQLiteStatement {
    if let kept = statements[sql] {
      kept.reset()
      return kept
    }
    var prepared: OpaquePointer?
    let status = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard status == SQLITE_OK, let prepared else { throw failure(status, sql) }
    let statement = SQLiteStatement(handle: prepared, database: handle, sql: sql)
    // Texts that callers shape (searches, long lists of ids) have no end; who still reads a statement keeps it.
    if statements.count >= Self.keptStatements { statements.removeAll() }
    statements[sql] = statement
    return statement
  }

  /// The rows that the last statement changed.
  package var changedRows: Int { Int(sqlite3_changes64(handle)) }

  /// The rowid of the last row inserted.
  package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Whether a transaction is open.
  package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Makes a statement under way on another thread fail with "interrupted"; the one call that any thread may make.
  package func interrupt() { sqlite3_interrupt(handle) }

  private func failure(_ status: Int32, _ sql: String) -> PlatformError {
    SQLiteStatement.failure(status, database: handle, sql: sql)
  }
}
