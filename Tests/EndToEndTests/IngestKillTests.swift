import Foundation
import PlatformCore
import PostgresClient
import TestSupport
import Testing
import Workspace

/// Killed at any moment, the next run completes the load: nothing lost, nothing twice.
@Suite(.serialized) struct IngestKillTests {
  private static let tables = [
    "products", "prices", "customers", "subscriptions", "subscription_items", "invoices", "invoice_line_items",
    "charges",
    "refunds", "balance_transactions",
  ]

  /// About 3,700 objects in files of many parts, so that there are many commits to be killed between.
  private static func fill(_ program: IngestProgram) throws {
    for (name, content) in StripeWorld.files(customers: 400) {
      let table = name.prefix { $0 != "." }
      let lines = content.split(separator: "\n")
      let size = max(1, lines.count / 6)
      for (part, start) in stride(from: 0, to: lines.count, by: size).enumerated() {
        let slice = lines[start..<min(start + size, lines.count)]
        try program.write("\(table).\(part).jsonl", slice.joined(separator: "\n") + "\n")
      }
    }
  }

  private static func undisturbed() async throws -> (fingerprint: [String: String], rows: Int) {
    try await IngestProgram.run { program in
      try fill(program)
      let outcome = try await program.ingest()
      try #require(outcome.status == 0, "\(outcome.stderr)")
      return (try await program.fingerprint(), try await program.connection.countRows(program.schema, tables))
    }
  }

  /// Kills the program as soon as a condition holds; answers whether it was killed before its end.
  private static func kill(
    _ running: RunningBinary, once condition: () async throws -> Bool
  ) async throws -> Bool {
    async let outcome = running.outcome(timeout: .seconds(120))
    try await Wait.until("the load has come so far, or ended", every: .milliseconds(1)) {
      if Foundation.kill(running.processID, 0) != 0 { return true }
      guard try await condition() else { return false }
      // Here: until the wait is over, the load may be.
      running.signal(SIGKILL)
      return true
    }
    return await outcome.status == 128 + SIGKILL
  }

  @Test func atManyMoments() async throws {
    let whole = try await Self.undisturbed()
    var killed = 0
    let moments = 12
    for moment in 0..<moments {
      try await IngestProgram.run { program in
        try Self.fill(program)
        let target = whole.rows * moment / moments
        let isKilled = try await Self.kill(try program.startIngest()) {
          try await program.connection.countRows(program.schema, Self.tables) >= target
        }
        if isKilled {
          let rows = try await program.connection.countRows(program.schema, Self.tables)
          #expect(rows <= whole.rows)
        }
        let completed = try await program.ingest()
        #expect(completed.status == 0, "\(completed.stderr)")
        #expect(try await program.fingerprint() == whole.fingerprint)
        return isKilled
      }.then { killed += 1 }
    }
    // A load that ends before its moment proves nothing; most must have been cut.
    #expect(killed >= moments * 2 / 3)
  }

  /// One load killed over and over, each time a little further, until it gets through.
  @Test func againAndAgain() async throws {
    let whole = try await Self.undisturbed()
    try await IngestProgram.run { program in
      try Self.fill(program)
      var kills = 0
      for _ in 0..<10 {
        let before = try await program.connection.countRows(program.schema, Self.tables)
        let isKilled = try await Self.kill(try program.startIngest()) {
          try await program.connection.countRows(program.schema, Self.tables) > before
        }
        guard isKilled else { break }
        kills += 1
        #expect(try await program.connection.countRows(program.schema, Self.tables) >= before)
      }
      #expect(kills >= 5)
      let completed = try await program.ingest()
      #expect(completed.status == 0, "\(completed.stderr)")
      #expect(try await program.fingerprint() == whole.fingerprint)
      // And the run after changes nothing.
      #expect(try await program.ingest().stdout.contains("0 rows changed"))
    }
  }

  /// In the middle of a statement that writes, not only between two.
  @Test func whileItWrites() async throws {
    let whole = try await Self.undisturbed()
    for pattern in ["insert into%is_placeholder%", "copy%charges%", "copy%invoices%", "update%"] {
      try await IngestProgram.run { program in
        try Self.fill(program)
        _ = try await Self.kill(try program.startIngest()) {
          try await program.connection.query(
            """
            select 1 from pg_stat_activity where application_name = 'okapi' and state <> 'idle'
              and query ilike $1 and query like '%' || $2 || '%'
            """, [.text(pattern), .text(program.schema)]
          ).count > 0
        }
        let completed = try await program.ingest()
        #expect(completed.status == 0, "\(completed.stderr)")
        #expect(try await program.fingerprint() == whole.fingerprint)
      }
    }
  }

  @Test func theServerIsKilled() async throws {
    let whole = try await Self.undisturbed()
    try await ClusterFixture.with("ingest-kill") { fixture in
      let folder = try TemporaryDirectory()
      let environment = ["OKAPI_HOME": fixture.home.path]
      for command in [["db", "init"], ["db", "migrate"]] {
        let prepared = try await TestBinary.run(command, environment: environment, directory: folder.url)
        try #require(prepared.status == 0, "\(prepared.stderr)")
      }
      let cluster = fixture.cluster()
      let url = try await cluster.url(database: "okapi")
      let program = IngestProgram(
        connection: try await PostgresConnection.connect(url), schema: "stripe", folder: folder,
        environment: environment)
      try Self.fill(program)

      // The lock is let go by the server's end alone: without it a quick load is over before.
      try await program.connection.execute("begin; lock table stripe.charges in share row exclusive mode")
      let number = try #require(try await cluster.status().processID)
      let running = try program.startIngest()
      async let outcome = running.outcome(timeout: .seconds(120))
      try await Wait.until("the load waits for charges") {
        try await program.connection.query("select 1 from pg_locks where not granted").count > 0
      }
      let rows = try await program.connection.countRows("stripe", Self.tables)
      #expect(rows > 0 && rows < whole.rows)
      #expect(Foundation.kill(number, SIGKILL) == 0)
      let ended = await outcome
      #expect(ended.status == 69, "\(ended.stderr)")
      #expect(!ended.isTimedOut)
      await program.connection.close()

      let completed = try await program.ingest()
      #expect(completed.status == 0, "\(completed.stderr)")
      let connection = try await PostgresConnection.connect(try await cluster.url(database: "okapi"))
      #expect(try await StoreFingerprint.of(connection, schema: "stripe") == whole.fingerprint)
      await connection.close()
    }
  }

  /// Two processes over one folder.
  @Test func twoAtOnce() async throws {
    let whole = try await Self.undisturbed()
    for _ in 0..<2 {
      try await IngestProgram.run { program in
        try Self.fill(program)
        async let first = program.ingest()
        async let second = program.ingest()
        for outcome in try await [first, second] { #expect(outcome.status == 0, "\(outcome.stderr)") }
        #expect(try await program.fingerprint() == whole.fingerprint)
      }
    }
  }
}

extension Bool {
  /// Runs a piece of work if true.
  fileprivate func then(_ body: () -> Void) { if self { body() } }
}
