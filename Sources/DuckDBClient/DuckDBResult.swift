package import PlatformCore

/// One value that goes into DuckDB or comes out of it.
package enum DuckDBValue: Sendable, Equatable {
  /// No value.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number of up to 64 bits.
  case int64(Int64)
  /// A text; also how DuckDB writes every other type: `12.50`, `2026-01-31 00:00:00+00`, `[1, 2]`, `{'a': 1}`.
  case text(String)
}

/// A column of a result.
package struct DuckDBColumn: Sendable, Equatable {
  /// Its name.
  package let name: String
  /// Its type in DuckDB's words, as in `BIGINT`, `DECIMAL(18,2)`, `TIMESTAMP WITH TIME ZONE`, `STRUCT`, `JSON`.
  package let type: String
}

/// The rows of an answer, or of one chunk of it, held in memory.
package struct DuckDBResult: Sendable, Equatable {
  /// The columns, from left to right.
  package let columns: [DuckDBColumn]
  /// The values, row by row, each as long as `columns`.
  package internal(set) var rows: [[DuckDBValue]]

  /// Whether there is no value.
  package func isNull(_ row: Int, _ column: Int) -> Bool { rows[row][column] == .null }

  /// The value as text, whatever its type; nil for null.
  package func text(_ row: Int, _ column: Int) -> String? {
    switch rows[row][column] {
    case .null: nil
    case .bool(let value): String(value)
    case .int64(let value): String(value)
    case .text(let value): value
    }
  }

  /// The value as a whole number; nil for null. Types wider than 64 bits are taken while the value fits.
  ///
  /// - Throws: `.data` when it is no whole number, or too large.
  package func int64(_ row: Int, _ column: Int) throws(PlatformError) -> Int64? {
    switch rows[row][column] {
    case .null: return nil
    case .int64(let value): return value
    case .text(let value):
      guard let number = Int64(value) else { throw unreadable(column, "a whole number of 64 bits") }
      return number
    case .bool: throw unreadable(column, "a whole number of 64 bits")
    }
  }

  /// The value as true or false; nil for null.
  ///
  /// - Throws: `.data` when the column is no `BOOLEAN`.
  package func bool(_ row: Int, _ column: Int) throws(PlatformError) -> Bool? {
    switch rows[row][column] {
    case .null: return nil
    case .bool(let value): return value
    case .int64, .text: throw unreadable(column, "true or false")
    }
  }

  private func unreadable(_ column: Int, _ wanted: String) -> PlatformError {
    PlatformError(
      .data, "a value from DuckDB is not \(wanted)",
      context: ["column": columns[column].name, "type": columns[column].type])
  }
}
