internal import CDuckDB

/// Owns one prepared statement, rewritten where needed so that every column of its answer can be read.
final class PreparedStatement {
  private(set) var handle: okapi_duckdb_handle?
  /// The columns of the statement as it was written; those that hang on a parameter's value are not right yet.
  private(set) var columns: [DuckDBColumn] = []
  /// Whether columns are turned to text by DuckDB, so that the answer's own types are not the statement's.
  private(set) var isCast = false
  private let api: okapi_duckdb_api

  init(_ api: okapi_duckdb_api) { self.api = api }

  deinit { api.destroy_prepare(&handle) }

  /// DuckDB's words on what `prepare` refused.
  var words: UnsafePointer<CChar>? { api.prepare_error(handle) }

  var parameterCount: Int { Int(api.nparams(handle)) }

  func prepare(_ sql: String, _ connection: okapi_duckdb_handle) -> Bool {
    api.destroy_prepare(&handle)
    return api.prepare(connection, sql, &handle) == okapi_duckdb_success
  }

  /// Wraps the statement where a column's type is one that only DuckDB can write; false when it cannot be wrapped.
  func castsToText(_ sql: String, _ connection: okapi_duckdb_handle) -> Bool {
    var types: [ColumnType] = []
    for column in 0..<api.prepared_statement_column_count(handle) {
      let name = api.prepared_statement_column_name(handle, column)
      defer { api.free(name) }
      types.append(ColumnType(taking: api.prepared_statement_column_logical_type(handle, column), api))
      columns.append(DuckDBColumn(name: name.map { String(cString: $0) } ?? "", type: types[types.count - 1].name))
    }
    // With a parameter whose type is open DuckDB does not say the columns; what they are is seen when it runs.
    if types.contains(where: \.isUnresolved) || types.allSatisfy({ $0.layout != nil }) { return true }
    isCast = true
    let names = types.indices.map { "c\($0)" }
    let cells = zip(names, types).map { $1.layout == nil ? "\($0)::varchar" : $0 }
    var inner = Substring(sql)
    while let last = inner.last, last.isWhitespace || last == ";" { inner.removeLast() }
    return prepare(
      "SELECT \(cells.joined(separator: ", ")) FROM (\n\(inner)\n) AS t(\(names.joined(separator: ", ")))", connection)
  }

  /// Gives the parameters their values, of which there are as many.
  func bind(_ values: [DuckDBValue]) {
    for (index, value) in zip(UInt64(1)..., values) {
      switch value {
      case .null: _ = api.bind_null(handle, index)
      case .bool(let value): _ = api.bind_boolean(handle, index, value)
      case .int64(let value): _ = api.bind_int64(handle, index, value)
      case .text(var value):
        value.withUTF8 { utf8 in
          _ = utf8.withMemoryRebound(to: CChar.self) {
            // An empty text may come without an address, and is not a null.
            $0.baseAddress.map { api.bind_varchar_length(handle, index, $0, UInt64(utf8.count)) }
              ?? api.bind_varchar_length(handle, index, "", 0)
          }
        }
      }
    }
  }
}
