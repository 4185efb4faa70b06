import DuckDBClient
import Foundation
import PlatformCore
import Synchronization
import Testing

/// Streams, errors, interruption, files and limits.
@Suite struct StatementTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "okapi-duckdb-\(UUID().uuidString)").path
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test("a large answer comes in chunks, in order, and stops when the receiver has enough")
  func streams() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    let next = Mutex(Int64(0))
    let columns = try await connection.stream("SELECT x, x::varchar AS s FROM range(500000) AS t(x) ORDER BY x") {
      chunk in
      #expect(!chunk.rows.isEmpty && chunk.rows.count <= 2_048)
      try next.withLock { next in
        for row in chunk.rows.indices {
          try #require(try chunk.int64(row, 0) == next && chunk.text(row, 1) == String(next))
          next += 1
        }
      }
    }
    #expect(next.withLock { $0 } == 500_000)
    #expect(columns.map(\.name) == ["x", "s"])

    struct Enough: Error {}
    let chunks = Mutex(0)
    await #expect(throws: Enough.self) {
      // More rows than any memory holds: it ends only because nobody asks for more.
      try await connection.stream("SELECT x FROM range(1000000000000) AS t(x)") { _ in
        if chunks.withLock({
          $0 += 1; return $0
        }) == 3 {
          throw Enough()
        }
      }
    }
    #expect(chunks.withLock { $0 } == 3)
    #expect(try await connection.query("SELECT 1").rows == [[.int64(1)]])
  }

  @Test("several statements run in order, up to the one that fails")
  func severalStatements() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    try await connection.execute("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (2); -- none here\n;")
    let error = await #expect(throws: PlatformError.self) {
      try await connection.execute("INSERT INTO t VALUES (3); INSERT INTO t VALUES ('four'); INSERT INTO t VALUES (5)")
    }
    #expect(error?.code == "Conversion")
    #expect(try await connection.query("SELECT sum(x) FROM t").rows == [[.text("6")]])
    // One statement is a query; two are not.
    await #expect(throws: PlatformError.self) { try await connection.query("SELECT 1; SELECT 2") }
  }

  @Test(
    "an error keeps DuckDB's words and says whose it is",
    arguments: [
      ("SELEC 1", "syntax error at or near \"SELEC\"", "Parser", PlatformCore.ExitStatus.bug),
      ("SELECT nothing FROM range(1)", "Referenced column \"nothing\" not found", "Binder", .bug),
      ("SELECT * FROM nowhere", "Table with name nowhere does not exist", "Catalog", .bug),
      ("SELECT 'x'::int", "Could not convert string 'x' to INT32", "Conversion", .data),
      ("SELECT 127::tinyint + 1::tinyint", "Overflow in addition", "Out of Range", .data),
      ("SELECT * FROM read_parquet('/no such/*.parquet')", "No files found", "IO", .inputOutput),
      ("COPY (SELECT 1) TO '/no such/x.parquet'", "No such file or directory", "IO", .inputOutput),
      ("CREATE TABLE t (x int PRIMARY KEY); INSERT INTO t VALUES (1), (1)", "PRIMARY KEY", "Constraint", .data),
    ])
  func errors(_ sql: String, _ words: String, _ kind: String, _ status: PlatformCore.ExitStatus) async throws {
    let connection = try await DuckDBDatabase.open().connect()
    let error = try #require(await #expect(throws: PlatformError.self) { try await connection.execute(sql) })
    #expect(error.cause?.contains(words) == true, "\(error)")
    #expect(error.code == kind && error.status == status)
    #expect(error.context.first == PlatformError(.bug, "", context: ["statement": sql]).context.first)
    // What a user typed is the user's to mend.
    let user = try await DuckDBDatabase.open().connect(author: .user)
    let theirs = try #require(await #expect(throws: PlatformError.self) { try await user.execute(sql) })
    #expect(theirs.status == (status == .bug ? .usage : status))
    #expect(theirs.cause == error.cause)
  }

  @Test("a statement that makes a secret is not quoted in its error")
  func secrets() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    for sql in [
      "CREATE SECRET (TYPE s3, SECRET 'hidden-key', NOSUCH 1 2)", "CREATE SECRET (TYPE none, KEY 'hidden-key')",
    ] {
      let error = try #require(await #expect(throws: PlatformError.self) { try await connection.execute(sql) })
      #expect(!error.rendered.contains("hidden-key") && error.cause?.isEmpty == false)
    }
  }

  @Test("cancelling the task interrupts a statement that makes no rows yet; the connection lives on")
  func cancellation() async throws {
    let connection = try await DuckDBDatabase.open(.init(threads: 1)).connect()
    let task = Task {
      // Ends in no time a test would wait for.
      try await connection.query("SELECT count(*) FROM range(1000000000000) t(x) WHERE x % 7 = -1")
    }
    // Whether it has begun by then or not, it must stop.
    task.cancel()
    let early = await #expect(throws: PlatformError.self) { try await task.value }
    #expect(early?.status == .interrupted)

    let (begun, mark) = AsyncStream.makeStream(of: Void.self)
    let streaming = Task {
      try await connection.stream("SELECT x FROM range(1000000000000) AS t(x)") { _ in mark.yield() }
    }
    for await _ in begun { break }
    streaming.cancel()
    let late = await #expect(throws: PlatformError.self) { try await streaming.value }
    #expect(late?.status == .interrupted)
    #expect(try await connection.query("SELECT 1").rows == [[.int64(1)]])
  }

  @Test("a statement that is left before its end is not run to its end by the next one")
  func abandoned() async throws {
    struct Enough: Error {}
    let connection = try await DuckDBDatabase.open(.init(threads: 1)).connect()
    await #expect(throws: Enough.self) {
      // Enough rows that the first are handed over; after them a search without end.
      try await connection.stream(
        """
        SELECT x FROM range(1000000) AS t(x)
        UNION ALL SELECT x FROM range(1000000000000) t(x) WHERE x % 7 = -1
        """
      ) { _ in throw Enough() }
    }
    #expect(try await connection.query("SELECT 1").rows == [[.int64(1)]])
  }

  @Test("a statement that has begun is interrupted while DuckDB computes")
  func interruption() async throws {
    let folder = try Folder()
    let file = folder.path + "/endless.csv"
    let connection = try await DuckDBDatabase.open(.init(threads: 1)).connect()
    let task = Task {
      try await connection.execute(
        "COPY (SELECT x FROM range(1000000000000) t(x) WHERE x % 7 = -1) TO '\(file)' (USE_TMP_FILE false)")
    }
    // It makes the file when it begins, and then searches without end.
    while !FileManager.default.fileExists(atPath: file) { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let error = await #expect(throws: PlatformError.self) { try await task.value }
    #expect(error?.status == .interrupted)
    #expect(try await connection.query("SELECT 1").rows == [[.int64(1)]])
  }

  @Test("two connections of a database work side by side; another database sees nothing of it")
  func twoConnections() async throws {
    let database = try await DuckDBDatabase.open()
    let (first, second) = (try database.connect(), try database.connect())
    try await first.execute("CREATE TABLE t (x int); BEGIN; INSERT INTO t VALUES (1)")
    #expect(try await second.query("SELECT count(*) FROM t").rows == [[.int64(0)]])
    try await first.execute("COMMIT")
    async let left = first.query("SELECT count(*) FROM t, range(1000000)")
    async let right = second.query("SELECT count(*) FROM t, range(1000000)")
    #expect(try await left == right)
    let other = try await DuckDBDatabase.open().connect()
    await #expect(throws: PlatformError.self) { try await other.query("SELECT * FROM t") }
  }

  @Test("more than the memory holds goes to the temporary folder, and is an error without one")
  func memoryLimit() async throws {
    let folder = try Folder()
    let sql = """
      SELECT count(*), min(v) FROM (
        SELECT v FROM (SELECT hash(range)::varchar || repeat('x', 100) AS v FROM range(600000)) ORDER BY v OFFSET 1)
      """
    var settings = DuckDBDatabase.Settings(memoryLimitBytes: 40_000_000, threads: 1)
    let without = try await DuckDBDatabase.open(settings).connect()
    let error = try #require(await #expect(throws: PlatformError.self) { try await without.query(sql) })
    #expect(error.status == .configuration && error.code == "Out of Memory" && error.nextStep != nil)
    settings.temporaryDirectory = folder.path + "/spill"
    let with = try await DuckDBDatabase.open(settings).connect()
    #expect(try await with.query(sql).int64(0, 0) == 599_999)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/spill"))
  }

  @Test("a setting that cannot be is refused, in DuckDB's words")
  func settings() async throws {
    let error = await #expect(throws: PlatformError.self) { try await DuckDBDatabase.open(.init(threads: -1)) }
    #expect(error?.status == .configuration)
    let connection = try await DuckDBDatabase.open(
      .init(memoryLimitBytes: 1 << 30, threads: 2, preservesInsertionOrder: false)
    ).connect()
    let result = try await connection.query(
      """
      SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('TimeZone'),
        current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions'),
        current_setting('preserve_insertion_order')
      """)
    #expect(result.rows == [[.int64(2), .text("1.0 GiB"), .text("UTC"), .bool(false), .bool(false), .bool(false)]])
  }

  @Test("Parquet is written and read, with its types")
  func parquet() async throws {
    let folder = try Folder()
    let file = DuckDBQuoting.literal(folder.path + "/it's.parquet")
    let connection = try await DuckDBDatabase.open().connect()
    let written = try await connection.query(
      """
      COPY (SELECT x AS id, to_timestamp(x) AS created, (x / 100)::decimal(18,2) AS amount FROM range(10000) t(x))
      TO \(file) (FORMAT parquet, COMPRESSION zstd)
      """)
    #expect(written.rows == [[.int64(10_000)]])
    let read = try await connection.query("SELECT * FROM \(file) WHERE id = 9999")
    #expect(read.columns.map(\.type) == ["BIGINT", "TIMESTAMP WITH TIME ZONE", "DECIMAL(18,2)"])
    #expect(read.rows == [[.int64(9_999), .text("1970-01-01 02:46:39+00"), .text("99.99")]])
  }

  @Test("JSON lines are read")
  func json() async throws {
    let folder = try Folder()
    try #"{"id": "ch_1", "amount": 9007199254740993}"#.write(
      toFile: folder.path + "/a.jsonl", atomically: true, encoding: .utf8)
    let connection = try await DuckDBDatabase.open().connect()
    let file = DuckDBQuoting.literal(folder.path + "/a.jsonl")
    let result = try await connection.query(
      "SELECT id, amount FROM read_json(\(file), format = 'newline_delimited')"
    )
    #expect(result.rows == [[.text("ch_1"), .int64(9_007_199_254_740_993)]])
  }

  @Test("the httpfs extension that was laid beside the library loads, without a network")
  func httpfs() async throws {
    let connection = try await DuckDBDatabase.open().connect()
    try await connection.loadExtension(try DuckDBLibrary.httpfs())
    let result = try await connection.query("SELECT loaded FROM duckdb_extensions() WHERE extension_name = 'httpfs'")
    #expect(result.rows == [[.bool(true)]])
    let error = await #expect(throws: PlatformError.self) {
      try await connection.loadExtension("/no such/x.duckdb_extension")
    }
    #expect(error?.status == .inputOutput)
  }
}
