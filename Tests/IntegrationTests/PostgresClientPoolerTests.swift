import PlatformCore
import PostgresClient
import TestSupport
import Testing
import Workspace

@Suite("PostgreSQL client through PgBouncer in transaction mode", .serialized)
struct PostgresClientPoolerTests {
  /// A database whose sessions start far from UTC, so that a setting that leaks would show.
  private func withPooler(_ body: @Sendable (Pooler, _ database: String) async throws -> Void) async throws {
    let pooler = try await Pooler()
    let name = "pooled_" + String(UInt32.random(in: .min ... .max), radix: 36)
    let direct = try await PostgresConnection.connect(try await TestDatabase.cluster.url(database: "postgres"))
    _ = try await direct.createDatabaseIfMissing(name)
    try await direct.execute("ALTER DATABASE \(name) SET timezone = 'Asia/Tokyo'")
    do { try await body(pooler, name) } catch {
      await pooler.stop()
      try? await direct.execute("DROP DATABASE \(name) WITH (FORCE)")
      throw error
    }
    await pooler.stop()
    try await direct.execute("DROP DATABASE \(name) WITH (FORCE)")
  }

  @Test("it is recognised; transactions are in UTC and leave nothing behind")
  func transactions() async throws {
    try await withPooler { pooler, database in
      let one = try await PostgresConnection.connect(pooler.url(database: database))
      let two = try await PostgresConnection.connect(pooler.url(database: database))
      #expect(one.facts.isPooled && two.facts.isPooled)
      #expect(one.facts.serverMajor >= 15)
      #expect(one.facts.port == pooler.port)
      for _ in 0..<3 {
        let inside = try await one.transaction(settings: ["work_mem": "9MB"]) { connection in
          try await connection.query("SELECT to_timestamp(0), current_setting('work_mem')")
        }
        #expect(inside[0, 0] == "1970-01-01 00:00:00+00")
        #expect(inside[0, 1] == "9MB")
        #expect(try await two.query("SHOW timezone")[0, 0] == "Asia/Tokyo")
        #expect(try await two.query("SHOW work_mem")[0, 0] != "9MB")
      }
    }
  }

  @Test("many clients share one server connection: bound values, COPY, temporary tables, errors")
  func sharing() async throws {
    try await withPooler { pooler, database in
      let first = try await PostgresConnection.connect(pooler.url(database: database))
      try await first.execute("CREATE TABLE t (client bigint, n bigint)")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<6 {
          group.addTask {
            let connection = try await PostgresConnection.connect(pooler.url(database: database))
            for round in 0..<5 {
              try await connection.transaction { connection in
                try await connection.execute("CREATE TEMPORARY TABLE incoming (n bigint) ON COMMIT DROP")
                let rows = try await connection.copyIn("COPY incoming FROM STDIN", [Array("\(round)\n".utf8)])
                #expect(rows == 1)
                _ = try await connection.query("INSERT INTO t SELECT $1, n FROM incoming", [.integer(Int64(client))])
              }
              await #expect(throws: PlatformError.self) { try await connection.query("SELECT 1/0") }
              let own = try await connection.query("SELECT $1::bigint", [.integer(Int64(client))])
              #expect(own.integer(0, 0) == Int64(client))
            }
            await connection.close()
          }
        }
        try await group.waitForAll()
      }
      let sums = try await first.query("SELECT count(*), count(DISTINCT client), sum(n) FROM t")
      #expect((0..<3).map { sums[0, $0] } == ["30", "6", "60"])
    }
  }

  @Test("a wrong password and a database that is not there")
  func refusals() async throws {
    try await withPooler { pooler, database in
      let url = pooler.url(database: database)
      let password = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(url.replacing(":pooled@", with: ":another-word@"))
      }
      #expect(password?.status == .permission, "\(password?.rendered ?? "")")
      #expect(password?.rendered.contains("another-word") == false)
      let missing = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(pooler.url(database: "no_such_database"))
      }
      #expect(missing?.code == "3D000", "\(missing?.rendered ?? "")")
    }
  }
}
