import PlatformCore
import PostgresClient
import ResourceStore
import SchemaGenerator
import StripeModel
import TestSupport
import Testing

/// What the generated tables accept and refuse, in a real server.
@Suite struct MigrationSchemaTests {
  private static func withTables(
    _ body: @Sendable (PostgresConnection, String) async throws -> Void
  ) async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let context = RunContext(runID: "test", command: "migrate", log: .silent)
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(context)
      try await body(connection, schema)
    }
  }

  private static func code(_ connection: PostgresConnection, _ sql: String) async -> String? {
    do {
      try await connection.execute(sql)
      return nil
    } catch {
      return (error as? PlatformError)?.code
    }
  }

  /// `columns = values` for every required column of a resource, by its kind.
  private static func required(_ definition: ResourceDefinition) -> [(column: String, value: String)] {
    definition.columns.filter(\.isRequired).map { column in
      let value =
        switch column.kind {
        case .boolean: "true"
        case .integer, .minorUnits, .decimal: "1200"
        case .unixTime: "'2026-01-01T00:00:00Z'"
        case .currency: "'eur'"
        case .references, .json: "'[]'"
        case .text, .enumeration, .reference, .expandable: "'x'"
        }
      return (column.name, value)
    }
  }

  @Test func aPlaceholderMayLackWhatARealRowMustHave() async throws {
    try await Self.withTables { connection, schema in
      for resource in ResourceName.allCases {
        let table = "\(schema).\(resource.definition.table)"
        #expect(
          await Self.code(connection, "insert into \(table) (id, is_placeholder) values ('p', true)") == nil)
        guard !Self.required(resource.definition).isEmpty else { continue }
        #expect(await Self.code(connection, "insert into \(table) (id) values ('r')") == "23514", "\(table)")
        #expect(
          await Self.code(connection, "update \(table) set is_placeholder = false") == "23514", "\(table)")
      }
    }
  }

  @Test func eachRequiredColumnIsRequiredByItself() async throws {
    try await Self.withTables { connection, schema in
      let definition = ResourceName.charge.definition
      let pairs = Self.required(definition)
      #expect(!pairs.isEmpty)
      for missing in pairs {
        let rest = pairs.filter { $0.column != missing.column }
        let sql = """
          insert into \(schema).charges (\((["id"] + rest.map(\.column)).joined(separator: ", ")))
          values (\((["'ch_1'"] + rest.map(\.value)).joined(separator: ", ")))
          """
        #expect(await Self.code(connection, sql) == "23514", "\(missing.column)")
      }
    }
  }

  @Test func referencesAreCheckedAtCommit() async throws {
    try await Self.withTables { connection, schema in
      let child = """
        insert into \(schema).charges (id, customer_id, is_placeholder) values ('ch_1', 'cus_1', true)
        """
      let parent = "insert into \(schema).customers (id, is_placeholder) values ('cus_1', true)"
      #expect(await Self.code(connection, child) == "23503")
      try await connection.transaction { connection in
        try await connection.execute(child)
        try await connection.execute(parent)
      }
      let rows = try await connection.query("select customer_id from \(schema).charges")
      #expect(rows[0, 0] == "cus_1")
    }
  }

  @Test func everyForeignKeyIsThereValidatedAndDeferred() async throws {
    try await Self.withTables { connection, schema in
      let rows = try await connection.query(
        """
        select c.conrelid::regclass::text || '.' || a.attname || ' ' || c.confrelid::regclass::text,
          c.convalidated and c.condeferrable and c.condeferred
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.connamespace = $1::regnamespace
        """, [.text(schema)])
      let found = Set((0..<rows.count).filter { rows.boolean($0, 1) == true }.compactMap { rows[$0, 0] })
      let expected = ResourceName.allCases.map(\.definition).flatMap { definition in
        definition.foreignKeys.map {
          "\(schema).\(definition.table).\($0.column.name) \(schema).\($0.target.definition.table)"
        }
      }
      #expect(found == Set(expected))
    }
  }

  @Test func theLiveViewShowsRealRowsWithReadableAmounts() async throws {
    try await Self.withTables { connection, schema in
      let pairs = Self.required(ResourceName.refund.definition)
      let columns = (["id", "deleted", "is_placeholder"] + pairs.map(\.column)).joined(separator: ", ")
      let rows = [("re_1", "false", "false"), ("re_2", "true", "false"), ("re_3", "false", "true")]
      for (id, deleted, placeholder) in rows {
        let values = (["'\(id)'", deleted, placeholder] + pairs.map(\.value)).joined(separator: ", ")
        try await connection.execute("insert into \(schema).refunds (\(columns)) values (\(values))")
      }
      try await connection.execute("update \(schema).refunds set currency = 'jpy', amount = 1200 where id = 're_1'")
      let yen = try await connection.query("select id, amount from \(schema)_live.refunds")
      #expect(yen.count == 1)
      #expect(yen[0, 0] == "re_1")
      #expect(yen[0, 1] == "1200")
      try await connection.execute("update \(schema).refunds set currency = 'eur'")
      #expect(try await connection.query("select amount from \(schema)_live.refunds")[0, 0] == "12.00")
    }
  }

  @Test func amountsInTheDatabaseReadAsTheProgramWritesThem() async throws {
    let amounts: [Int64] = [0, 1, -1, -5, 99, 100, 1200, -123_456_789, .max, .min]
    let currencies = CurrencyExponent.exceptions.map(\.currency) + ["eur", "usd", "isk", "ugx"]
    try await Self.withTables { connection, schema in
      let rows = try await connection.query(
        """
        select a, c, \(schema)._money_text(a, c) from unnest($1::bigint[]) a, unnest($2::text[]) c
        """, [.integerArray(amounts), .textArray(currencies)])
      #expect(rows.count == amounts.count * currencies.count)
      for row in 0..<rows.count {
        let amount = try #require(rows.integer(row, 0))
        let currency = try #require(rows[row, 1])
        #expect(rows[row, 2] == CurrencyExponent.format(minorUnits: amount, currency: currency))
      }
      let empty = try await connection.query(
        "select \(schema)._money_text(5, null), \(schema)._money_text(null, 'eur')")
      #expect(empty[0, 0] == nil)
      #expect(empty[0, 1] == nil)
    }
  }

  @Test func aSecondMigrationKeepsRowsAndLetsTheNextLoadFillThem() async throws {
    let snapshot = { (columns: [Column]) in
      SchemaSnapshot(tables: [
        TableLayout(
          definition: ResourceDefinition(
            name: .charge, table: "charges", path: nil, idPrefixes: [], help: "", columns: columns))
      ])
    }
    let old = snapshot([.minorUnits("amount"), .currency().indexed, .text("note").required])
    let new = snapshot([.minorUnits("amount").required, .currency(), .text("note"), .text("color").required])
    try await TestDatabase.withTestSchema { connection, schema in
      let context = RunContext(runID: "test", command: "migrate", log: .silent)
      var migrations: [Migration] = []
      func migrate(_ statements: [String]) async throws {
        let number = migrations.count + 1
        migrations.append(
          try Migration(
            number: number, name: "step",
            sql: MigrationWriter.file(number: number, name: "step", statements: statements)))
        let runner = MigrationRunner(
          connection, schema: schema, live: schema + "_live", migrations: migrations)
        #expect(try await runner.migrate(context).applied.count == 1)
      }
      try await migrate(MigrationWriter.statements(from: nil, to: old))
      try await connection.execute(
        """
        insert into \(schema).charges (id, amount, currency, note, content_hash) values ('ch_1', 5, 'usd', 'x', 1)
        """)
      try await migrate(MigrationWriter.statements(from: old, to: new))
      let rows = try await connection.query(
        "select v.amount, t.content_hash from \(schema)_live.charges v join \(schema).charges t using (id)")
      #expect(rows.count == 1)
      #expect(rows[0, 0] == "0.05")
      #expect(rows[0, 1] == nil)
      #expect(
        await Self.code(connection, "insert into \(schema).charges (id, amount) values ('ch_2', 5)") == "23514",
        "rows written from now on have the new required column")
      #expect(
        await Self.code(connection, "insert into \(schema).charges (id, amount, color) values ('ch_2', 5, 'red')")
          == nil)
    }
  }

  /// What was only an id became a foreign key: rows from before need parents.
  @Test func idsOfRowsFromBeforeGetTheirParents() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let context = RunContext(runID: "test", command: "migrate", log: .silent)
      let all = try MigrationFiles.bundled().list()
      func migrate(_ migrations: [Migration]) async throws {
        _ = try await MigrationRunner(
          connection, schema: schema, live: schema + "_live", migrations: migrations
        ).migrate(context)
      }
      try await migrate(Array(all.prefix { $0.name != "add_billing_and_money" }))
      try await connection.execute(
        """
        insert into \(schema).customers (id, created, discount_id, discount_coupon_id, test_clock_id)
        values ('cus_1', now(), 'di_1', 'C20', 'clock_1'), ('cus_2', now(), 'di_2', 'C20', null);
        insert into \(schema).charges (id, is_placeholder, transfer_id) values ('ch_1', true, 'tr_1')
        """)
      try await migrate(all)
      for (table, ids) in [
        ("coupons", "C20"), ("discounts", "di_1,di_2"), ("test_clocks", "clock_1"), ("transfers", "tr_1"),
      ] {
        let rows = try await connection.query(
          "select string_agg(id, ',' order by id) from \(schema).\(table) where is_placeholder")
        #expect(rows[0, 0] == ids, "\(table)")
      }
      #expect(
        await Self.code(connection, "update \(schema).customers set discount_id = 'di_3' where id = 'cus_1'") == "23503"
      )
    }
  }

  @Test func aSourceHasOneMode() async throws {
    try await Self.withTables { connection, schema in
      let insert = "insert into \(schema)._source (livemode) values (true)"
      #expect(await Self.code(connection, insert) == nil)
      #expect(await Self.code(connection, insert) == "23505")
      #expect(
        await Self.code(connection, "insert into \(schema)._source (only_row, livemode) values (false, true)")
          == "23514")
    }
  }

  @Test func idsAreOrderedByTheirBytes() async throws {
    try await Self.withTables { connection, schema in
      try await connection.execute(
        """
        insert into \(schema).customers (id, is_placeholder)
        values ('cus_a', true), ('cus_B', true), ('cus__', true)
        """)
      let rows = try await connection.query("select id from \(schema).customers order by id")
      #expect((0..<3).map { rows[$0, 0] } == ["cus_B", "cus__", "cus_a"])
    }
  }
}
