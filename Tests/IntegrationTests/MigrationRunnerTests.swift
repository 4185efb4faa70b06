import PlatformCore
import PostgresClient
import SchemaGenerator
import TestSupport
import Testing

@testable import ResourceStore

extension RunContext {
  /// A run whose log keeps quiet.
  fileprivate static let test = RunContext(runID: "test", command: "migrate", log: .silent)
}

@Suite struct MigrationRunnerTests {
  private static func migration(_ number: Int, _ sql: String) throws -> Migration {
    try Migration(number: number, name: "step_\(number)", sql: sql)
  }

  private static func names(_ connection: PostgresConnection, _ schema: String) async throws -> [String] {
    let rows = try await connection.query(
      "select table_name from information_schema.tables where table_schema = $1 order by 1", [.text(schema)])
    return (0..<rows.count).compactMap { rows[$0, 0] }
  }

  @Test func anEmptySchemaGetsEveryTableAndASecondRunDoesNothing() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let runner = try MigrationRunner(connection, schema: schema, live: schema + "_live")
      let all = try MigrationFiles.bundled().list().map(\.fileName)
      #expect(try await runner.status().map(\.status) == all.map { _ in .pending })
      #expect(try await Self.names(connection, schema) == [], "asking for the status must not create anything")
      await #expect(throws: PlatformError.self) { try await runner.requireCurrent() }

      let report = try await runner.migrate(.test)
      #expect(report == MigrationReport(schema: schema, applied: all, total: all.count))
      #expect(try await runner.status().map(\.status) == all.map { _ in .applied })
      try await runner.requireCurrent()

      let expected = SchemaSnapshot.current.tables.map(\.name) + ["_migrations"]
      #expect(try await Self.names(connection, schema) == expected.sorted())
      #expect(try await runner.migrate(.test).applied == [])
    }
  }

  @Test func theDatabaseHasTheColumnsOfTheSnapshot() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(.test)
      for table in SchemaSnapshot.current.tables {
        let rows = try await connection.query(
          """
          select attname, format_type(atttypid, atttypmod) from pg_attribute
          where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
          """, [.text("\(schema).\(table.name)")])
        let found = (0..<rows.count).map { "\(rows[$0, 0] ?? "") \(rows[$0, 1] ?? "")" }
        let expected = table.columns.map {
          "\($0.name) \($0.type == "timestamptz" ? "timestamp with time zone" : $0.type)"
        }
        // A column added later stands last in the table, wherever its declaration puts it.
        #expect(found.sorted() == expected.sorted(), "\(table.name)")
      }
    }
  }

  @Test func aFileChangedAfterItWasAppliedIsNamed() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let first = try Self.migration(1, "create table {schema}.a (x int);")
      let changed = try Self.migration(1, "create table {schema}.a (x bigint);")
      let runner = { MigrationRunner(connection, schema: schema, live: schema + "_live", migrations: $0) }
      _ = try await runner([first]).migrate(.test)
      #expect(try await runner([changed]).status().map(\.status) == [.changed])
      let error = await #expect(throws: PlatformError.self) { try await runner([changed]).migrate(.test) }
      #expect(error?.message == "The migration 0001_step_1.sql was changed after it was applied")
      #expect(error?.status == .configuration)
    }
  }

  @Test func aDatabaseNewerThanTheProgramIsRefused() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let both = [try Self.migration(1, "select 1;"), try Self.migration(2, "select 2;")]
      let runner = { MigrationRunner(connection, schema: schema, live: schema + "_live", migrations: $0) }
      _ = try await runner(both).migrate(.test)
      #expect(try await runner([both[0]]).status().map(\.status) == [.applied, .missing])
      let error = await #expect(throws: PlatformError.self) { try await runner([both[0]]).migrate(.test) }
      #expect(error?.message == "The database is newer than this program")
      #expect(error?.cause == "it has migration 2 (step_2); this program knows 1")
    }
  }

  @Test func aFailureInTheMiddleLeavesTheMigrationBefore() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let migrations = [
        try Self.migration(1, "create table {schema}.a (x int);"),
        try Self.migration(2, "create table {schema}.b (x int); select no_such_function();"),
        try Self.migration(3, "create table {schema}.c (x int);"),
      ]
      let runner = MigrationRunner(connection, schema: schema, live: schema + "_live", migrations: migrations)
      let error = await #expect(throws: PlatformError.self) { try await runner.migrate(.test) }
      #expect(error?.code == "42883")
      #expect(error?.context.contains { $0.name == "file" && $0.value == "0002_step_2.sql" } == true)
      #expect(try await runner.status().map(\.status) == [.applied, .pending, .pending])
      #expect(try await Self.names(connection, schema) == ["_migrations", "a"])
    }
  }

  @Test func manyAtOnceApplyEachMigrationOnce() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<4 {
          group.addTask {
            let own = try await TestDatabase.connect()
            let report = try await MigrationRunner(own, schema: schema, live: schema + "_live").migrate(.test)
            await own.close()
            return report.applied
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied.sorted() == (try MigrationFiles.bundled().list().map(\.fileName)))
      try await MigrationRunner(connection, schema: schema, live: schema + "_live").requireCurrent()
    }
  }

  @Test func anUndecidedStatementIsRefusedBeforeAnythingRuns() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let sql = "create table {schema}.a (x int);\n\n\(MigrationWriter.undecidedMark)drop table {schema}.b;\n"
      let runner = MigrationRunner(
        connection, schema: schema, live: schema + "_live", migrations: [try Self.migration(1, sql)])
      let error = await #expect(throws: PlatformError.self) { try await runner.migrate(.test) }
      #expect(error?.cause == "drop table b;")
      #expect(try await Self.names(connection, schema) == [])
    }
  }

  @Test func aResetStartsFromNothing() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let runner = try MigrationRunner(connection, schema: schema, live: schema + "_live")
      _ = try await runner.migrate(.test)
      try await connection.execute(
        """
        insert into \(schema).customers (id, is_placeholder) values ('cus_1', true);
        create table \(schema).mine (x int);
        """)
      let reset = try await runner.reset(.test)
      #expect(reset.applied == (try MigrationFiles.bundled().list().map(\.fileName)))
      let rows = try await connection.query("select count(*) from \(schema).customers")
      #expect(rows.integer(0, 0) == 0)
      #expect(try await !Self.names(connection, schema).contains("mine"))
    }
  }
}

@Suite struct DatabasesTests {
  @Test func aMissingDatabaseIsCreatedOnce() async throws {
    let url = try await TestDatabase.url()
    let name = "okapi_t_" + String(UInt64.random(in: .min ... .max), radix: 36)
    let target = ConnectionURL(url).naming(database: name)
    async let one = Databases.create(target)
    async let two = Databases.create(target)
    let outcomes = [try await one, try await two]
    #expect(outcomes.contains(.created))
    #expect(try await Databases.create(target) == .existing)
    let connection = try await TestDatabase.connect()
    try await connection.execute("drop database \(name)")
    await connection.close()
  }

  @Test(arguments: [
    ("postgresql://u:p%40x@h:1/main?sslmode=require", "main", "postgresql://u:p%40x@h:1/new?sslmode=require"),
    ("postgresql:///main?host=/tmp/x&user=me", "main", "postgresql:///new?host=/tmp/x&user=me"),
    ("postgres://h", nil, "postgres://h/new"),
    ("postgresql://h/a?dbname=b", "b", "postgresql://h/new"),
    ("host=/tmp dbname=main user=me", "main", "host=/tmp dbname=main user=me dbname='new'"),
    (#"dbname='a\'b'"#, "a'b", #"dbname='a\'b' dbname='new'"#),
    ("host=/tmp", nil, "host=/tmp dbname='new'"),
  ])
  func theDatabaseOfAURLIsReadAndReplaced(_ url: String, _ name: String?, _ replaced: String) {
    #expect(ConnectionURL(url).database == name)
    #expect(ConnectionURL(url).naming(database: "new") == replaced)
    #expect(ConnectionURL(replaced).database == "new")
  }
}
