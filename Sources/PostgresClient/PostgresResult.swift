import CLibpq

/// The rows a statement answered, as text, or the number of rows it touched.
package struct PostgresResult: Sendable {
  private let storage: ResultStorage
  /// The names of the columns, in order.
  package let columns: [String]
  /// The number of rows.
  package let count: Int
  /// The rows inserted, updated, deleted or selected; 0 where the statement does not count.
  package let affectedRows: Int

  init(_ storage: ResultStorage) {
    self.storage = storage
    let pointer = storage.pointer
    columns = (0..<PQnfields(pointer)).map { String(cString: PQfname(pointer, $0)) }
    count = Int(PQntuples(pointer))
    affectedRows = Int(String(cString: PQcmdTuples(pointer))) ?? 0
  }

  /// The text of one cell, both indexes from 0; nil for NULL.
  package subscript(row: Int, column: Int) -> String? {
    withBytes(row: row, column: column) { String(decoding: $0, as: UTF8.self) }
  }

  /// The text of one cell by its column's name; nil for NULL and for a column that is not there.
  package subscript(row: Int, column: String) -> String? {
    columns.firstIndex(of: column).flatMap { self[row, $0] }
  }

  /// One cell as a whole number; nil for NULL and for anything else.
  package func integer(_ row: Int, _ column: Int) -> Int64? { self[row, column].flatMap { Int64($0) } }

  /// One cell as a truth value; nil for NULL and for anything else.
  package func boolean(_ row: Int, _ column: Int) -> Bool? {
    switch self[row, column] {
    case "t": true
    case "f": false
    default: nil
    }
  }

  /// Lends the UTF-8 bytes of one cell without copying them; nil for NULL. Valid inside `body` only.
  package func withBytes<Answer>(
    row: Int, column: Int, _ body: (UnsafeRawBufferPointer) throws -> Answer
  ) rethrows -> Answer? {
    precondition(row >= 0 && row < count && columns.indices.contains(column), "no such cell")
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(storage.pointer, row, column) == 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(storage.pointer, row, column), count: Int(PQgetlength(storage.pointer, row, column)))
    return try withExtendedLifetime(storage) { try body(bytes) }
  }
}

/// Owns one `PGresult`.
final class ResultStorage: @unchecked Sendable {  // a finished PGresult is never written to again
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// The words of a command's tag, as in `COMMIT` or `INSERT 0 1`.
  var commandTag: String { String(cString: PQcmdStatus(pointer)) }

  /// One field of an error report.
  func field(_ code: Character) -> String? {
    guard let ascii = code.asciiValue, let text = PQresultErrorField(pointer, Int32(ascii)) else { return nil }
    return String(cString: text)
  }
}
