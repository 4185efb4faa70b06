import BronzeStore
import Foundation
import HTTPClient
import PlatformCore
import PostgresClient
import Sandbox
import SandboxServer
import TestSupport
import Testing

/// Several accounts in one run, as processes: each a sandbox of its own.
@Suite("Sources of one run", .serialized) struct SourcesProgramTests {
  /// Two accounts with a customer each, and two schemas of the tests' database.
  private struct Accounts: Sendable {
    let eu: SandboxService
    let us: SandboxService
    let schemas: [String]
    let folder: TemporaryDirectory
    let environment: [String: String]

    static func with(_ body: @Sendable (Accounts) async throws -> Void) async throws {
      try await TestDatabase.withTestSchema { _, first in
        try await TestDatabase.withTestSchema { _, second in
          let folder = try TemporaryDirectory()
          let (eu, us) = (try sandbox("acct_eu"), try sandbox("acct_us"))
          defer {
            eu.stop()
            us.stop()
          }
          var environment = [
            "DATABASE_URL": try await TestDatabase.url(), "OKAPI_HOME": folder.path + "/home", "OKAPI_RATE": "2000",
            "SOURCES": "\(first),\(second)",
          ]
          for (schema, url, key) in [(first, eu.url, "eu"), (second, us.url, "us")] {
            environment["STRIPE_API_BASE_\(schema.uppercased())"] = url
            environment["STRIPE_API_KEY_\(schema.uppercased())"] = "sk_test_\(key)_123456789"
          }
          let accounts = Accounts(
            eu: eu, us: us, schemas: [first, second], folder: folder, environment: environment)
          try make("Ann", in: eu)
          try make("Bea", in: us)
          try await body(accounts)
        }
      }
    }

    private static func sandbox(_ account: String) throws -> SandboxService {
      var options = SandboxServiceOptions()
      options.port = 0
      options.account = account
      return try SandboxService(options)
    }

    static func make(_ name: String, in sandbox: SandboxService) throws {
      let fields = [("Authorization", "Bearer sk_test_maker_12345")]
      let response = try HTTPClient().send(
        .init(
          "POST", sandbox.url + "/v1/customers", headers: fields.map { ($0.0, $0.1) }, body: Array("name=\(name)".utf8))
      )
      try #require(response.status == 200)
    }

    func start(_ arguments: [String], _ more: [String: String] = [:]) throws -> RunningBinary {
      try TestBinary.start(arguments, environment: environment.merging(more) { $1 }, directory: folder.url)
    }

    func run(_ arguments: String..., with more: [String: String] = [:]) async throws -> TestBinary.Outcome {
      try await start(arguments, more).outcome(timeout: .seconds(300))
    }

    func base(_ index: Int, _ url: String) -> [String: String] {
      ["STRIPE_API_BASE_\(schemas[index].uppercased())": url]
    }

    /// The names of the customers in a source's tables.
    func customers(_ index: Int) async throws -> [String] {
      let connection = try await TestDatabase.connect()
      let rows = try await connection.query("select name from \(schemas[index]).customers order by name")
      await connection.close()
      return (0..<rows.count).compactMap { rows[$0, 0] }
    }
  }

  private func document(_ outcome: TestBinary.Outcome) throws -> JSON {
    try JSONParser().parse(Array(outcome.stdout.utf8))
  }

  @Test("each source has its tables, its part of the lake and its report; one that fails stops no other")
  func together() async throws {
    try await Accounts.with { accounts in
      let migrated = try await accounts.run("db", "migrate", "--json")
      #expect(migrated.status == 0, "\(migrated.stderr)")
      #expect(try document(migrated)["sources"].array?.map { $0["source"].string } == accounts.schemas)

      let synced = try await accounts.run("sync", "--json")
      #expect(synced.status == 0, "\(synced.stderr)")
      let parts = try #require(try document(synced)["sources"].array)
      #expect(parts.map { $0["source"].string } == accounts.schemas)
      #expect(parts.map { $0["report"]["account"].string } == ["acct_eu", "acct_us"])
      #expect(try document(synced)["statuses"].array?.isEmpty == true)
      #expect(try await accounts.customers(0) == ["Ann"])
      #expect(try await accounts.customers(1) == ["Bea"])
      #expect(!(synced.stderr + synced.stdout).contains("_123456789"))

      for arguments in [["coverage", "--sources", "all"], ["verify", "--source", "api"]] {
        let outcome = try await accounts.start(arguments).outcome(timeout: .seconds(300))
        #expect(outcome.status == 0, "\(outcome.stdout) \(outcome.stderr)")
        for schema in accounts.schemas { #expect(outcome.stdout.contains("source \(schema)\n")) }
      }
      let exported = try await accounts.run("fetch", "customers", "--out", "lists", "--sources", accounts.schemas[1])
      #expect(exported.status == 0, "\(exported.stderr)")
      let file = accounts.folder.url.appending(path: "lists/\(accounts.schemas[1])/customers.json")
      #expect(try String(contentsOf: file, encoding: .utf8).contains("Bea"))

      // Staged together, as the second would else take the first one's place.
      let staged = try await accounts.run("lake", "transform", "--json")
      #expect(staged.status == 0, "\(staged.stderr)")
      let built = try document(staged)["models"].array?.compactMap { $0["source"].string } ?? []
      #expect(Set(built) == Set(accounts.schemas))
      #expect(try await accounts.run("lake", "quality").status == 0)
      let names = try await accounts.run("lake", "query", "select name from silver.customers order by name")
      #expect(names.stdout.contains("Ann") && names.stdout.contains("Bea"), "\(names.stdout) \(names.stderr)")

      accounts.us.stop()
      try Accounts.make("Cleo", in: accounts.eu)
      let half = try await accounts.run("sync")
      #expect(half.status == 69, "\(half.stdout)")
      #expect(half.stdout.contains("2 sources: \(accounts.schemas[0]) done, \(accounts.schemas[1]) failed (69)"))
      #expect(half.stderr.contains("Nobody answers") && half.stderr.contains("source \(accounts.schemas[1])"))
      #expect(try await accounts.customers(0) == ["Ann", "Cleo"])
    }
  }

  @Test("a signal breaks off the source that is not done; what the other did is reported")
  func interrupted() async throws {
    try await Accounts.with { accounts in
      #expect(try await accounts.run("db", "migrate").status == 0)
      _ = try HTTPClient().send(
        .init(
          "POST", accounts.us.url + "/_okapi/faults", headers: [("Authorization", "Bearer sk_test_maker_12345")],
          body: Array(#"{"kind": "latency", "path": "/v1/charges", "delay_ms": 600000}"#.utf8)))
      let running = try accounts.start(["sync", "--json"])
      async let outcome = running.outcome(timeout: .seconds(120))
      let connection = try await TestDatabase.connect()
      try await Wait.until("the first source is synced", limit: .seconds(60)) {
        let noted = try await connection.query("select count(*) from \(accounts.schemas[0])._coverage")
        return noted.integer(0, 0) ?? 0 > 0
      }
      // Its lease is given back last of all.
      try await Wait.until("and has ended", limit: .seconds(60)) {
        let held = try await connection.query("select count(*) from \(accounts.schemas[0])._leases")
        return held.integer(0, 0) == 0
      }
      await connection.close()
      running.signal(SIGINT)
      let ended = await outcome
      #expect(ended.status == 130, "\(ended.stdout) \(ended.stderr)")
      let parts = try #require(try document(ended)["sources"].array)
      #expect(parts.map { $0["status"].integer } == [0, 130])
      #expect(parts[0]["report"]["account"].string == "acct_eu")
      #expect(parts[1]["error"]["message"].string == "Interrupted")
    }
  }

  @Test("a key of another account is refused, in the lake and in the tables; so are two names for one account")
  func identity() async throws {
    try await Accounts.with { accounts in
      #expect(try await accounts.run("db", "migrate").status == 0)
      let twice = try await accounts.run("sync", with: accounts.base(1, accounts.eu.url))
      #expect(twice.status == 78 && twice.stderr.contains("are the same account"), "\(twice.stderr)")
      #expect(try await accounts.customers(0) == [])

      #expect(try await accounts.run("sync").status == 0)
      let swapped = try await accounts.run("sync", with: accounts.base(1, accounts.eu.url))
      #expect(swapped.status == 78, "\(swapped.stdout)")
      #expect(swapped.stderr.contains("holds acct_us in test mode, and the key is for acct_eu"), "\(swapped.stderr)")
      // Another lake knows nothing; the tables do.
      let elsewhere = accounts.base(1, accounts.eu.url).merging(
        ["LAKE_URL": accounts.folder.path + "/other", "SOURCE_NAME": accounts.schemas[1]]) { $1 }
      for arguments in [["sync"], ["verify", "--source", "api"]] {
        let refused = try await accounts.start(arguments, elsewhere).outcome()
        #expect(refused.status == 78, "\(refused.stdout)")
        #expect(refused.stderr.contains("hold account acct_us, and this is account acct_eu"), "\(refused.stderr)")
      }
      let lake = LakeFolder(root: accounts.folder.url.appending(path: "other"))
      #expect(try lake.names(in: "bronze").isEmpty)
      #expect(try await accounts.customers(1) == ["Bea"])

      let keyless = try await accounts.run(
        "sync", with: ["ENV": "PROD", "STRIPE_API_KEY_\(accounts.schemas[1].uppercased())": ""])
      #expect(keyless.status == 78 && keyless.stderr.contains("There is no key"), "\(keyless.stderr)")
      #expect(keyless.stderr.contains("source \(accounts.schemas[1])") && keyless.stdout.isEmpty)
      let unknown = try await accounts.run("sync", "--sources", "nobody", "--json")
      #expect(unknown.status == 78 && unknown.stderr.contains("There is no source 'nobody'"))
      let undecided = try await accounts.run("db", "query", "select 1")
      #expect(undecided.status == 78 && undecided.stderr.contains("SOURCE_NAME=\(accounts.schemas[0])"))
    }
  }

  @Test("a connected account is a source of its platform's key")
  func connected() async throws {
    try await Accounts.with { accounts in
      let shop = accounts.schemas[1].uppercased()
      let environment = [
        "STRIPE_API_KEY": "sk_test_platform_12345", "STRIPE_API_KEY_\(shop)": "", "STRIPE_ACCOUNT_\(shop)": "acct_us",
      ]
      let fetched = try await accounts.run("fetch", "customers", "--json", with: environment)
      #expect(fetched.status == 0, "\(fetched.stderr)")
      let wrong = try await accounts.run(
        "fetch", "customers", with: environment.merging(["STRIPE_ACCOUNT_\(shop)": "acct_nobody"]) { $1 })
      #expect(wrong.status == 77 && wrong.stderr.contains("does not reach this account"), "\(wrong.stderr)")
      #expect(wrong.stdout.contains("\(accounts.schemas[0]) done"))
    }
  }

  @Test("a watch over several goes on where one fails, and ends cleanly with all reports")
  func watching() async throws {
    try await Accounts.with { accounts in
      #expect(try await accounts.run("db", "migrate").status == 0)
      let watch = try accounts.start(["sync", "--watch", "--interval", "0.2", "--json"])
      async let watched = watch.outcome(timeout: .seconds(300))
      try await Wait.until("both are there", limit: .seconds(120)) {
        let names = try await accounts.customers(0) + accounts.customers(1)
        return names == ["Ann", "Bea"]
      }
      accounts.us.stop()
      try Accounts.make("Cleo", in: accounts.eu)
      try await Wait.until("the other one goes on", limit: .seconds(60)) {
        try await accounts.customers(0) == ["Ann", "Cleo"]
      }
      watch.signal(SIGTERM)
      let ended = await watched
      let parts = try #require(try document(ended)["sources"].array, "\(ended.stderr)")
      #expect(parts.map { $0["source"].string } == accounts.schemas)
      #expect(parts.allSatisfy { $0["report"]["run_id"].string != nil })
      #expect(ended.status == 0 || ended.status == 69, "\(ended.stderr)")
    }
  }
}
