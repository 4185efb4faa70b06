import Foundation
import TestSupport
import Testing

/// The private PostgreSQL as its commands show it.
@Suite("Private PostgreSQL", .serialized) struct PrivateServerTests {
  @Test("status starts nothing, start starts, stop stops, all of them twice; clean leaves nothing")
  func lifecycle() async throws {
    try await ProgramHome.with { home in
      let before = try await home.run("db", "status", "--json").document()
      #expect(before["server"]?["is_running"] == .boolean(false))
      #expect(!FileManager.default.fileExists(atPath: home.home))
      #expect(try await home.run("db", "stop").stdout == "PostgreSQL was not running\n")

      let first = try await home.run("db", "start", "--json").document()
      let second = try await home.run("db", "start", "--json").document()
      #expect(first["pid"] != nil && first["pid"] == second["pid"])
      #expect(first["is_running"] == .boolean(true))

      let url = try await home.run("db", "url").stdout
      #expect(url.hasPrefix("postgresql://okapi@/okapi?host="))
      let psql = try await home.run("db", "psql", "--", "-XAtc", "show search_path")
      #expect(psql.stdout == "stripe,public\n" && psql.status == 0)
      let reached = try await home.run("db", "test-connection", "--json").document()
      #expect(reached["database"]?.string == "okapi" && reached["host"]?.string?.hasPrefix("/") == true)

      #expect(try await home.run("db", "stop").stdout == "PostgreSQL stopped\n")
      let after = try await home.run("db", "status", "--json").document()
      #expect(after["server"]?["is_running"] == .boolean(false))
      #expect(after["server"]?["is_initialized"] == .boolean(true))
      // Without a server of ours there is nothing to reach on the old address.
      let gone = try await RunningBinary("/usr/bin/env", ["psql", url.trimmingCharacters(in: .newlines), "-c", "\\q"])
        .outcome()
      #expect(gone.status != 0)
      let cleaned = try await home.run("clean", "--yes", "--json")
      #expect(cleaned.status == 0)
      #expect(!FileManager.default.fileExists(atPath: home.home))
    }
  }

  @Test("init, migrate, status and reset of both databases")
  func databases() async throws {
    try await ProgramHome.with { home in
      let made = try await home.run("db", "init", "--json").document()
      let again = try await home.run("db", "init", "--json").document()
      #expect(made["test"]?.string == "created")
      #expect(again == ["main": .string("existing"), "test": .string("existing")])

      let printed = try await home.run("db", "migrate", "--print-sql")
      #expect(
        printed.stdout.contains("create table stripe.charges") || printed.stdout.contains("CREATE TABLE stripe.charges")
      )
      let asJSON = try await home.run("db", "migrate", "--print-sql", "--json").document()
      #expect(asJSON["main"]?.string.map { printed.stdout.contains($0) } == true)
      let migrated = try await home.run("db", "migrate", "--database", "all", "--json").document()
      for which in ["main", "test"] { #expect(migrated[which]?["applied"]?.array?.isEmpty == false) }
      let nothing = try await home.run("db", "migrate", "--database", "all", "--json").document()
      for which in ["main", "test"] { #expect(nothing[which]?["applied"]?.array?.isEmpty == true) }
      let status = try await home.run("db", "status", "--json").document()
      let databases = status["databases"]?.array ?? []
      #expect(databases.map { $0["database"]?.string } == ["okapi", "okapi_test"])
      for database in databases {
        #expect(database["migrations"]?.array?.allSatisfy { $0["status"]?.string == "applied" } == true)
      }

      let insert = "insert into products (id, is_placeholder) values ('prod_x', true)"
      #expect(try await home.run("db", "query", "--write", insert).status == 0)
      let count = "select count(*) from products"
      #expect(try await home.run("db", "query", "--json", count).rows() == [["1"]])
      let unasked = try await home.run("db", "reset")
      #expect(unasked.status == 64 && unasked.stderr.contains("--yes"))
      #expect(try await home.run("db", "query", "--json", count).rows() == [["1"]])
      #expect(try await home.run("db", "reset", "--yes").status == 0)
      #expect(try await home.run("db", "query", "--json", count).rows() == [["0"]])
    }
  }

  @Test("on a TCP port it serves other workspaces by DATABASE_URL, test database beside the main one")
  func tcp() async throws {
    try await ProgramHome.with { server in
      let port = try FreePort.find()
      let started = try await server.run("db", "start", "--port", "\(port)", "--json")
      #expect(try started.document()["tcp_port"]?.integer == Int64(port), "\(started.stderr)")
      let url = try await server.run("db", "url", "--tcp").stdout.trimmingCharacters(in: .newlines)
      let password = try #require(URLComponents(string: url)?.password)
      try #require(url.hasSuffix("/okapi"))
      let here = url.dropLast("okapi".count) + "mine"

      try await ProgramHome.with { other in
        let environment = ["DATABASE_URL": String(here)]
        let made = try await other.run("db", "init", "--json", environment: environment)
        #expect(try made.document() == ["main": .string("created"), "test": .string("created")], "\(made.stderr)")
        let refused = try await other.run(
          "ingest", "--source", "json", "--json-dir", ProgramHome.sample, environment: environment)
        #expect(refused.status == 78 && refused.stderr.contains("okapi db migrate"), "\(refused.stderr)")
        #expect(try await other.run("db", "migrate", "--database", "all", environment: environment).status == 0)
        let loaded = try await other.run(
          "ingest", "--source", "json", "--json-dir", ProgramHome.sample, environment: environment)
        #expect(loaded.status == 0, "\(loaded.stderr)")
        let status = try await other.run("db", "status", "--json", environment: environment).document()
        #expect(status["databases"]?.array?.map { $0["database"]?.string } == ["mine", "mine_test"])
        #expect(status["server"] == nil || status["server"] == .null)
        let reached = try await other.run("db", "test-connection", "--json", environment: environment).document()
        #expect(reached["host"]?.string == "127.0.0.1" && reached["port"]?.integer == Int64(port))
        let psql = try await other.run(
          "db", "psql", "--", "-XAtc", "select count(*) > 0 from charges", environment: environment)
        #expect(psql.stdout == "t\n", "\(psql.stderr)")
        #expect(try await other.run("db", "url", environment: environment).stdout.contains("***"))
        let unaided = try await other.run("db", "start", environment: environment)
        #expect(unaided.status == 78)
        for run in [made, refused, loaded, psql, unaided] {
          #expect(!(run.stdout + run.stderr).contains(password))
        }
        #expect(!FileManager.default.fileExists(atPath: other.home + "/postgres"), "a private server was made")
      }
    }
  }

  @Test("a migration is written when the declarations have moved on, and only then")
  func migrationNew() async throws {
    let place = try TemporaryDirectory()
    let folder = place.url.appendingPathComponent("Migrations")
    let original = TestDatabase.packageFolder.appendingPathComponent("Sources/ResourceStore/Migrations")
    try FileManager.default.copyItem(at: original, to: folder)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    func new() async throws -> TestBinary.Outcome {
      try await TestBinary.run(
        ["db", "migration", "new", "add_something", "--folder", folder.path, "--json"], directory: place.url)
    }
    #expect(try await new().status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)

    // As if the column had been declared after the last migration.
    let file = folder.appendingPathComponent("snapshot.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let column = try #require(text.firstMatch(of: #/\{[^{}]*"name":"statement_descriptor"[^{}]*\},/#))
    try Data(text.replacingOccurrences(of: String(column.0), with: "").utf8).write(to: file)
    let written = try await new()
    #expect(written.status == 0, "\(written.stderr)")
    let name = try #require(try written.document()["file"]?.string)
    #expect(name.hasSuffix("_add_something.sql"))
    let sql = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    #expect(sql.contains("statement_descriptor") && sql.lowercased().contains("add column"))
    #expect(try await new().document()["file"]?.string == nil, "the snapshot was not renewed")
  }
}
