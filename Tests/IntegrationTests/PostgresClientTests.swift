import Foundation
import PlatformCore
import PostgresClient
import Synchronization
import TestSupport
import Testing
import Workspace

@Suite("PostgreSQL client")
struct PostgresClientTests {
  @Test("values of every kind come back as they went")
  func values() async throws {
    let connection = try await TestDatabase.connect()
    let result = try await connection.query(
      "SELECT $1::text AS t, $2::bigint AS i, $3::boolean AS b, $4::bytea AS y, $5::text AS n, ''::text AS e",
      [.text("Zürich 'n' \"q\" \\ 🦓"), .integer(.min), .boolean(true), .bytes([0, 255, 16]), .null])
    #expect(result.columns == ["t", "i", "b", "y", "n", "e"])
    #expect(result.count == 1)
    #expect(result[0, "t"] == "Zürich 'n' \"q\" \\ 🦓")
    #expect(result.integer(0, 1) == .min)
    #expect(result.boolean(0, 2) == true)
    #expect(result[0, 3] == "\\x00ff10")
    #expect(result[0, 4] == nil)
    #expect(result[0, 5] == "")
    #expect(result[0, "none"] == nil)
  }

  @Test("arrays keep quotes, backslashes, commas, braces, the word NULL and real NULLs apart")
  func arrays() async throws {
    let connection = try await TestDatabase.connect()
    let texts: [String?] = ["plain", "a\"b", "a\\b", "a,b", "{}", "NULL", nil, "", " ", "ü\n"]
    let result = try await connection.query(
      "SELECT v FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n", [.textArray(texts)])
    #expect((0..<result.count).map { result[$0, 0] } == texts)
    let numbers = try await connection.query(
      "SELECT count(*), count(v), sum(v) FROM unnest($1::bigint[]) AS u(v)", [.integerArray([1, nil, -3])])
    #expect((0..<3).map { numbers[0, $0] } == ["3", "2", "-2"])
    let none = try await connection.query("SELECT cardinality($1::text[])", [.textArray([])])
    #expect(none[0, 0] == "0")
  }

  @Test("a text with U+0000 is refused before it is sent")
  func zero() async throws {
    let connection = try await TestDatabase.connect()
    let error = await #expect(throws: PlatformError.self) {
      try await connection.query("SELECT $1::text", [.text("a\0b")])
    }
    #expect(error?.status == .data)
  }

  @Test("times are written in UTC")
  func utc() async throws {
    let connection = try await TestDatabase.connect()
    let result = try await connection.query("SELECT to_timestamp(0)")
    #expect(result[0, 0] == "1970-01-01 00:00:00+00")
  }

  @Test(
    "errors carry SQLSTATE and category",
    arguments: [
      ("SELECT * FROM nowhere.nothing", "42P01", PlatformCore.ExitStatus.configuration, false),
      ("SELEC 1", "42601", .bug, false),
      ("SELECT 1/0", "22012", .data, false),
      ("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", "40001", .temporary, true),
      ("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", "40P01", .temporary, true),
      ("DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$", "55P03", .temporary, true),
      ("DO $$ BEGIN RAISE SQLSTATE '53300'; END $$", "53300", .unavailable, true),
      ("DO $$ BEGIN RAISE SQLSTATE '57P03'; END $$", "57P03", .unavailable, true),
      ("DO $$ BEGIN RAISE SQLSTATE '42501'; END $$", "42501", .permission, false),
      ("DO $$ BEGIN RAISE SQLSTATE '28000'; END $$", "28000", .permission, false),
      ("DO $$ BEGIN RAISE SQLSTATE '3D000'; END $$", "3D000", .configuration, false),
      ("COPY (SELECT 1) TO STDOUT", nil, .usage, false),
      ("COPY pg_class FROM STDIN", nil, .usage, false),
    ] as [(String, String?, PlatformCore.ExitStatus, Bool)])
  func errors(sql: String, code: String?, status: PlatformCore.ExitStatus, isRetryable: Bool) async throws {
    let connection = try await TestDatabase.connect()
    let error = await #expect(throws: PlatformError.self) { try await connection.execute(sql) }
    #expect(error?.code == code)
    #expect(error?.status == status)
    #expect(error?.isRetryable == isRetryable)
    // The connection is good for more.
    #expect(try await connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test("rows and values stay out of errors, ids stay in")
  func discretion() async throws {
    try await TestDatabase.withTestSchema(create: true) { connection, schema in
      try await connection.execute(
        """
        CREATE TABLE \(schema).p (id text PRIMARY KEY, email text UNIQUE, n bigint NOT NULL);
        CREATE TABLE \(schema).c (p_id text REFERENCES \(schema).p (id));
        INSERT INTO \(schema).p VALUES ('cus_1', 'ann@example.com', 1)
        """)
      let p = "INSERT INTO \(schema).p "
      let cases: [(String, String, String, String?)] = [
        (p + "VALUES ('cus_1', 'x', 1)", "23505", "Key (id)=(cus_1) already exists.", nil),
        (p + "VALUES ('cus_2', 'ann@example.com', 1)", "23505", "Key (email)=(not shown)", "ann@"),
        (p + "VALUES ('cus_3', 'bob@example.com', NULL)", "23502", "null value in column", "bob@"),
        ("INSERT INTO \(schema).c VALUES ('cus_9')", "23503", "(p_id)=(cus_9)", nil),
        ("SELECT 'carol@example.com'::bigint", "22P02", "(value not shown)", "carol"),
        ("SELECT '{\"dave\": oops}'::jsonb", "22P02", "invalid input syntax for type json", "dave"),
      ]
      for (sql, code, shown, hidden) in cases {
        let error = await #expect(throws: PlatformError.self) { try await connection.execute(sql) }
        #expect(error?.code == code)
        #expect(error?.rendered.contains(shown) == true, "\(error?.rendered ?? "")")
        if let hidden { #expect(error?.rendered.contains(hidden) == false, "\(error?.rendered ?? "")") }
      }
    }
  }

  @Test("a transaction commits what returns and rolls back what throws")
  func transactions() async throws {
    try await TestDatabase.withTestSchema(create: true) { connection, schema in
      try await connection.execute("CREATE TABLE \(schema).t (n bigint PRIMARY KEY)")
      try await connection.transaction { connection in
        try await connection.execute("INSERT INTO \(schema).t VALUES (1)")
      }
      struct Stop: Error {}
      await #expect(throws: Stop.self) {
        try await connection.transaction { connection in
          try await connection.execute("INSERT INTO \(schema).t VALUES (2)")
          throw Stop()
        }
      }
      await #expect(throws: PlatformError.self) {
        try await connection.transaction { connection in
          try await connection.execute("INSERT INTO \(schema).t VALUES (3); SELECT 1/0")
        }
      }
      let swallowed = await #expect(throws: PlatformError.self) {
        try await connection.transaction { connection in
          try await connection.execute("INSERT INTO \(schema).t VALUES (4)")
          try? await connection.execute("SELECT 1/0")
        }
      }
      #expect(swallowed?.message.contains("rolled back") == true)
      let rows = try await connection.query("SELECT string_agg(n::text, ',') FROM \(schema).t")
      #expect(rows[0, 0] == "1")
    }
  }

  @Test("a transaction's isolation, read-only mode and settings end with it")
  func transactionModes() async throws {
    let connection = try await TestDatabase.connect()
    let inside = try await connection.transaction(
      isolation: .repeatableRead, isReadOnly: true, settings: ["work_mem": "7MB"]
    ) { connection in
      try await connection.query(
        """
        SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),
          current_setting('work_mem'), current_setting('TimeZone')
        """)
    }
    #expect((0..<4).map { inside[0, $0] } == ["repeatable read", "on", "7MB", "UTC"])
    #expect(try await connection.query("SHOW work_mem")[0, 0] != "7MB")
  }

  @Test("COPY in and out: buffers of any size, rows across their borders")
  func copy() async throws {
    try await TestDatabase.withTestSchema(create: true) { connection, schema in
      try await connection.execute("CREATE TABLE \(schema).t (n bigint, v text)")
      var whole: [UInt8] = []
      for number in 0..<40_000 { whole += Array("\(number)\t\(String(repeating: "x", count: 100))\n".utf8) }
      let buffers = [Array(whole[..<7]), [], Array(whole[7..<3_000_001]), Array(whole[3_000_001...])]
      #expect(try await connection.copyIn("COPY \(schema).t FROM STDIN", buffers) == 40_000)
      let bytes = Mutex(0)
      let lines = Mutex(0)
      let rows = try await connection.copyOut("COPY (SELECT * FROM \(schema).t ORDER BY n) TO STDOUT") { line in
        bytes.withLock { $0 += line.count }
        lines.withLock { $0 += line.last == UInt8(ascii: "\n") ? 1 : 0 }
      }
      #expect(rows == 40_000)
      #expect(lines.withLock { $0 } == 40_000)
      #expect(bytes.withLock { $0 } == whole.count)
      #expect(try await connection.copyIn("COPY \(schema).t FROM STDIN", []) == 0)
    }
  }

  @Test("a failed COPY tells line and column, not the row, and the connection goes on")
  func failedCopy() async throws {
    try await TestDatabase.withTestSchema(create: true) { connection, schema in
      try await connection.execute("CREATE TABLE \(schema).t (n bigint, email text)")
      let rest = Array(String(repeating: "3\tx\n", count: 500_000).utf8)
      let error = await #expect(throws: PlatformError.self) {
        try await connection.copyIn(
          "COPY \(schema).t FROM STDIN", [Array("1\ta\n2x\terin@example.com\n".utf8), rest])
      }
      #expect(error?.code == "22P02")
      #expect(error?.cause?.contains("line 2, column n") == true, "\(error?.cause ?? "")")
      #expect(error?.rendered.contains("erin") == false)
      #expect(error?.rendered.contains("2x") == false)
      #expect(try await connection.query("SELECT count(*) FROM \(schema).t")[0, 0] == "0")
      let wrong = await #expect(throws: PlatformError.self) {
        try await connection.copyIn("COPY \(schema).nothing FROM STDIN", [[0x31]])
      }
      #expect(wrong?.code == "42P01")
    }
  }

  @Test("an error from the receiver of a COPY stops it and is passed on")
  func refusedCopy() async throws {
    struct Full: Error {}
    let connection = try await TestDatabase.connect()
    await #expect(throws: Full.self) {
      try await connection.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") { _ in throw Full() }
    }
    #expect(try await connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test("cancelling the task cancels the statement, and the transaction around it")
  func cancellation() async throws {
    try await TestDatabase.withTestSchema(create: true) { connection, schema in
      try await connection.execute("CREATE TABLE \(schema).t (n bigint)")
      let pid = try await connection.query("SELECT pg_backend_pid()").integer(0, 0) ?? 0
      let observer = try await TestDatabase.connect()
      let error = await #expect(throws: PlatformError.self) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            try await connection.transaction { connection in
              try await connection.execute("INSERT INTO \(schema).t VALUES (1)")
              try await connection.execute("SELECT pg_sleep(600)")
            }
          }
          try await Wait.until("the statement runs") {
            try await observer.query(
              "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND query LIKE '%pg_sleep(600)%' AND state = 'active'",
              [.integer(pid)]
            ).count > 0
          }
          group.cancelAll()
          try await group.waitForAll()
        }
      }
      #expect(error?.status == .interrupted)
      #expect(try await connection.query("SELECT count(*) FROM \(schema).t")[0, 0] == "0")
    }
  }

  @Test("a killed session is an unavailable, retryable error")
  func lostConnection() async throws {
    let connection = try await TestDatabase.connect()
    let pid = try await connection.query("SELECT pg_backend_pid()").integer(0, 0) ?? 0
    let other = try await TestDatabase.connect()
    _ = try await other.query("SELECT pg_terminate_backend($1::int, 20000)", [.integer(pid)])
    let error = await #expect(throws: PlatformError.self) { try await connection.query("SELECT 1") }
    #expect(error?.status == .unavailable)
    #expect(error?.isRetryable == true)
    #expect(
      error?.cause?.contains("terminating connection due to administrator command") == true, "\(error?.rendered ?? "")")
    let again = await #expect(throws: PlatformError.self) { try await connection.query("SELECT 1") }
    #expect(again?.status == .unavailable)
  }

  @Test("a closed connection says so")
  func closed() async throws {
    let connection = try await TestDatabase.connect()
    await connection.close()
    let error = await #expect(throws: PlatformError.self) { try await connection.query("SELECT 1") }
    #expect(error?.message.contains("closed") == true)
  }

  @Test("identifiers and literals survive quoting", arguments: ["plain", "a\"b", "a'b", "a\\b", "ä b", "'; --", ""])
  func quoting(text: String) async throws {
    let connection = try await TestDatabase.connect()
    let name = text.isEmpty ? "x" : text
    let result = try await connection.query(
      "SELECT \(PostgresLiteral.quoted(text)) AS \(PostgresIdentifier.quoted(name))")
    #expect(result[0, 0] == text)
    #expect(result.columns == [name])
  }

  @Test("facts say what was reached")
  func facts() async throws {
    try await TestDatabase.ensureCluster()
    let connection = try await PostgresConnection.connect(try await TestDatabase.cluster.url(database: "postgres"))
    #expect(connection.facts.serverMajor >= 15)
    #expect(connection.facts.serverVersion.hasPrefix("\(connection.facts.serverMajor)."))
    #expect(connection.facts.host == nil)
    #expect(connection.facts.socketDirectory?.hasPrefix("/") == true)
    #expect(connection.facts.user == "okapi")
    #expect(connection.facts.database == "postgres")
    #expect(connection.facts.tls == nil)
    #expect(connection.facts.isPooled == false)
  }
}
