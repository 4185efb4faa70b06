import DuckDBClient
import PlatformCore
import Testing

/// What goes into DuckDB comes out again, whatever its type.
@Suite struct ValueTests {
  /// A literal of each type, DuckDB's name for the type, and the value.
  private static let literals: [(sql: String, type: String, value: DuckDBValue)] = [
    ("true", "BOOLEAN", .bool(true)),
    ("(-128)::tinyint", "TINYINT", .int64(-128)),
    ("(-32768)::smallint", "SMALLINT", .int64(-32_768)),
    ("(-2147483648)::integer", "INTEGER", .int64(-2_147_483_648)),
    ("(-9223372036854775808)::bigint", "BIGINT", .int64(.min)),
    ("255::utinyint", "UTINYINT", .int64(255)),
    ("65535::usmallint", "USMALLINT", .int64(65_535)),
    ("4294967295::uinteger", "UINTEGER", .int64(4_294_967_295)),
    ("18446744073709551615::ubigint", "UBIGINT", .text("18446744073709551615")),
    ("'exactly 12 b'", "VARCHAR", .text("exactly 12 b")),
    ("'and thirteen!'", "VARCHAR", .text("and thirteen!")),
    ("''", "VARCHAR", .text("")),
    ("'a' || chr(0) || 'ü€🦒'", "VARCHAR", .text("a\0ü€🦒")),
    ("170141183460469231731687303715884105727::hugeint", "HUGEINT", .text(String(Int128.max))),
    ("1.50::decimal(18,2)", "DECIMAL(18,2)", .text("1.50")),
    ("(-0.001)::decimal(38,3)", "DECIMAL(38,3)", .text("-0.001")),
    ("0.1::double", "DOUBLE", .text("0.1")),
    ("date '2026-02-28'", "DATE", .text("2026-02-28")),
    ("timestamp '2026-02-28 23:59:59.123456'", "TIMESTAMP", .text("2026-02-28 23:59:59.123456")),
    ("to_timestamp(1772323199)", "TIMESTAMP WITH TIME ZONE", .text("2026-02-28 23:59:59+00")),
    ("[1, NULL, 3]", "LIST", .text("[1, NULL, 3]")),
    ("{'a': 1, 'b': ['x']}", "STRUCT", .text("{'a': 1, 'b': [x]}")),
    ("map {'k': 2}", "MAP", .text("{k=2}")),
    ("'{\"a\":  1}'::json", "JSON", .text("{\"a\":  1}")),
    ("'b'::enum('a', 'b')", "ENUM", .text("b")),
    ("'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid", "UUID", .text("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
  ]

  @Test("a value of each type keeps its name, its type and its content", arguments: literals.indices)
  func types(_ index: Int) async throws {
    let literal = Self.literals[index]
    let connection = try await DuckDBDatabase.open().connect()
    let result = try await connection.query("SELECT \(literal.sql) AS \"the value\", NULL::integer AS nothing;")
    #expect(result.columns[0] == result.columns.first { $0.name == "the value" && $0.type == literal.type })
    #expect(result.rows == [[literal.value, .null]])
    #expect(result.isNull(0, 1) && !result.isNull(0, 0))
  }

  @Test("a null stays one in every type, also behind the sixty-fourth row")
  func nulls() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    let result = try await connection.query(
      """
      SELECT CASE WHEN x % 3 = 0 THEN NULL ELSE x END AS a, CASE WHEN x % 5 = 0 THEN NULL ELSE x::varchar END AS b,
        CASE WHEN x % 7 = 0 THEN NULL ELSE x::decimal(9,1) END AS c
      FROM range(5000) AS t(x) ORDER BY x
      """)
    for (row, x) in (0..<5_000).enumerated() {
      let wanted: [DuckDBValue] = [
        x % 3 == 0 ? .null : .int64(Int64(x)), x % 5 == 0 ? .null : .text("\(x)"), x % 7 == 0 ? .null : .text("\(x).0"),
      ]
      guard result.rows[row] == wanted else {
        Issue.record("row \(row): \(result.rows[row])")
        return
      }
    }
    #expect(result.rows.count == 5_000)
  }

  @Test("parameters arrive as they are, in their places")
  func parameters() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    try await connection.execute("CREATE TABLE t (i bigint, s varchar, b boolean, n varchar, e varchar)")
    let long = String(repeating: "it's \"long\" ", count: 1_000)
    let values: [DuckDBValue] = [.int64(.min), .text(long), .bool(false), .null, .text("")]
    _ = try await connection.query("INSERT INTO t VALUES (?, ?, ?, ?, ?)", values)
    #expect(try await connection.query("SELECT * FROM t").rows == [values])
    #expect(
      try await connection.query("SELECT s = $2, i FROM t WHERE i = $1", [.int64(.min), .text(long)]).rows.count == 1)
    #expect(try await connection.query("SELECT $1, $2", [.text("x"), .int64(7)]).rows == [[.text("x"), .int64(7)]])
  }

  @Test("too few values and too many are refused before anything runs")
  func parameterCount() async throws {
    let connection = try await DuckDBDatabase.open().connect(author: .user)
    for values: [DuckDBValue] in [[], [.int64(1), .int64(2)]] {
      let error = await #expect(throws: PlatformError.self) { try await connection.query("SELECT ?::bigint", values) }
      #expect(error?.status == .usage)
      #expect(error?.message == "the statement has 1 parameters and was given \(values.count) values")
    }
  }

  @Test("a sum wider than 64 bits is read while it fits, and is an error when it does not")
  func outOfRange() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    let result = try await connection.query(
      "SELECT sum(x) AS fits, sum(x) + 1 AS over, true AS yes, 'x' AS word FROM (VALUES (9223372036854775807)) t(x)")
    #expect(result.columns[0].type == "HUGEINT")
    #expect(try result.int64(0, 0) == .max)
    let error = #expect(throws: PlatformError.self) { try result.int64(0, 1) }
    #expect(error?.status == .data && error?.rendered.contains("column over, type HUGEINT") == true)
    #expect(result.text(0, 1) == "9223372036854775808")
    #expect(try result.bool(0, 2) == true && result.text(0, 2) == "true")
    #expect(throws: PlatformError.self) { try result.int64(0, 2) }
    #expect(throws: PlatformError.self) { try result.bool(0, 3) }
  }

  @Test("columns keep their order and names, also equal ones; an answer without rows has columns")
  func columns() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    let twice = try await connection.query("SELECT 1 AS a, date '2026-01-01' AS a -- the end\n ;\n")
    #expect(twice.columns.map(\.name) == ["a", "a"])
    #expect(twice.rows == [[.int64(1), .text("2026-01-01")]])
    let none = try await connection.query("SELECT 1 AS a, date '2026-01-01' AS b WHERE false")
    #expect(none.columns.map(\.type) == ["INTEGER", "DATE"] && none.rows.isEmpty)
    let described = try await connection.query("DESCRIBE SELECT 1.5 AS x")
    #expect(described.text(0, 1) == "DECIMAL(2,1)")
  }

  @Test("an answer that cannot be read is refused before the statement has changed anything")
  func unreadable() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    try await connection.execute("CREATE TABLE t (d date)")
    let error = await #expect(throws: PlatformError.self) {
      try await connection.query("INSERT INTO t VALUES ('2026-01-01') RETURNING d")
    }
    #expect(error?.context.first?.value == "d DATE")
    #expect(try await connection.query("SELECT count(*) FROM t").rows == [[.int64(0)]])
    // A type that hangs on a parameter is only known when the statement runs.
    await #expect(throws: PlatformError.self) {
      try await connection.query("SELECT ?, date '2026-01-01'", [.int64(1)])
    }
    #expect(try await connection.query("SELECT ?::bigint, date '2026-01-01'", [.int64(1)]).rows.count == 1)
  }
}
