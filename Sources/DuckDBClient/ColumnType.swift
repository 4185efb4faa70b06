internal import CDuckDB

/// The type of a column: what DuckDB calls it, and how its values are read.
struct ColumnType {
  /// How the values of a vector lie in memory; nil for types that only DuckDB itself can write as text.
  enum Layout {
    case bool, int8, int16, int32, int64, uint8, uint16, uint32, text
  }

  let name: String
  let layout: Layout?
  /// Whether it hangs on a parameter that has no value yet.
  let isUnresolved: Bool

  /// Reads a type and gives it back to DuckDB.
  init(taking type: okapi_duckdb_handle?, _ api: okapi_duckdb_api) {
    var type = type
    defer { api.destroy_logical_type(&type) }
    let number = Int(api.get_type_id(type))
    let alias = api.logical_type_get_alias(type)
    defer { api.free(alias) }
    name =
      if let alias {
        String(cString: alias)
      } else if number == Self.decimal {
        "DECIMAL(\(api.decimal_width(type)),\(api.decimal_scale(type)))"
      } else {
        Self.names[number] ?? "type \(number)"
      }
    layout = Self.layouts[number]
    isUnresolved = number == 0
  }

  // The numbers of DUCKDB_TYPE.
  private static let decimal = 19
  private static let layouts: [Int: Layout] = [
    1: .bool, 2: .int8, 3: .int16, 4: .int32, 5: .int64, 6: .uint8, 7: .uint16, 8: .uint32, 17: .text,
  ]
  private static let names: [Int: String] = [
    0: "INVALID", 1: "BOOLEAN", 2: "TINYINT", 3: "SMALLINT", 4: "INTEGER", 5: "BIGINT", 6: "UTINYINT",
    7: "USMALLINT", 8: "UINTEGER", 9: "UBIGINT", 10: "FLOAT", 11: "DOUBLE", 12: "TIMESTAMP", 13: "DATE", 14: "TIME",
    15: "INTERVAL", 16: "HUGEINT", 17: "VARCHAR", 18: "BLOB", 20: "TIMESTAMP_S", 21: "TIMESTAMP_MS",
    22: "TIMESTAMP_NS", 23: "ENUM", 24: "LIST", 25: "STRUCT", 26: "MAP", 27: "UUID", 28: "UNION", 29: "BIT",
    30: "TIME WITH TIME ZONE", 31: "TIMESTAMP WITH TIME ZONE", 32: "UHUGEINT", 33: "ARRAY", 34: "ANY", 35: "BIGNUM",
    36: "NULL",
  ]
}
