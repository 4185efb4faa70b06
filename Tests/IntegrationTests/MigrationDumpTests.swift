import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing

@Suite struct MigrationDumpTests {
  private static let context = RunContext(runID: "test", command: "dump", log: .silent)

  /// Tables with two customers, written in the wrong order; one's raw has line breaks, escapes and tabs.
  private static func withCustomers(
    _ body: @Sendable (PostgresConnection, DumpOptions, URL) async throws -> Void
  ) async throws {
    let folder = try TemporaryDirectory()
    let target = folder.url.appending(path: "new/dump")
    try await TestDatabase.withTestSchema { connection, schema in
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(context)
      _ = try await connection.query(
        """
        insert into \(schema).customers (id, created, livemode, email, name, raw)
        values ('cus_2', '2026-01-01', false, null, 'B', null), ('cus_1', '2026-01-02', false, 'a@b.c', $1, $2::json)
        """,
        [.text("line\none\\two"), .text("{\n\t\"id\": \"cus_1\",\n\t\"note\": \"a\\nb \\\\ c\"\n}")])
      try await body(connection, DumpOptions(schema: schema, folder: target, resources: [.customer]), target)
    }
    withExtendedLifetime(folder) {}
  }

  private static func objects(_ data: Data) throws -> [[String: Any]] {
    try data.split(separator: UInt8(ascii: "\n")).map {
      try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
    }
  }

  @Test func rowsComeByIDOneALine() async throws {
    try await Self.withCustomers { connection, options, folder in
      let report = try await DumpStore.run(connection, options, context: Self.context)
      let data = try Data(contentsOf: folder.appending(path: "customers.jsonl"))
      let table = try #require(report.tables.first)
      #expect(table.table == "customers")
      #expect(table.file == "customers.jsonl")
      #expect(table.rows == 2)
      #expect(table.bytes == data.count)
      let rows = try Self.objects(data)
      #expect(rows.map { $0["id"] as? String } == ["cus_1", "cus_2"])
      #expect(rows[0]["name"] as? String == "line\none\\two")
      #expect((rows[0]["raw"] as? [String: Any])?["note"] as? String == "a\nb \\ c")
      #expect(rows[0]["created"] as? String == "2026-01-02T00:00:00+00:00")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["customers.jsonl"])

      _ = try await DumpStore.run(connection, options, context: Self.context)
      #expect(try Data(contentsOf: folder.appending(path: "customers.jsonl")) == data)
    }
  }

  @Test func redactionTakesOutWhatIsTaggedAndRaw() async throws {
    try await Self.withCustomers { connection, options, folder in
      var options = options
      options.isRedacted = true
      let report = try await DumpStore.run(connection, options, context: Self.context)
      #expect(report.isRedacted)
      let data = try Data(contentsOf: folder.appending(path: "customers.jsonl"))
      let rows = try Self.objects(data)
      #expect(rows[0]["email"] as? String == "[redacted]")
      #expect(rows[1]["email"] is NSNull, "what was empty stays empty")
      #expect(rows[0]["raw"] == nil)
      let text = String(decoding: data, as: UTF8.self)
      for secret in ["a@b.c", "two", "note"] { #expect(!text.contains(secret)) }
    }
  }

  @Test func aCompressedDumpHoldsTheSame() async throws {
    try await Self.withCustomers { connection, options, folder in
      _ = try await DumpStore.run(connection, options, context: Self.context)
      var options = options
      options.isCompressed = true
      let report = try await DumpStore.run(connection, options, context: Self.context)
      #expect(report.tables.map(\.file) == ["customers.jsonl.gz"])
      let packed = folder.appending(path: "customers.jsonl.gz")
      let outcome = try await RunningBinary("/bin/gzip", ["-dc", packed.path]).outcome()
      #expect(outcome.status == 0)
      let plain = try Data(contentsOf: folder.appending(path: "customers.jsonl"))
      #expect(Data(outcome.stdout.utf8) == plain)
    }
  }

  @Test func everyTableIsDumpedAndAFailureLeavesTheOldFiles() async throws {
    try await Self.withCustomers { connection, options, folder in
      var all = options
      all.resources = ResourceName.allCases
      let report = try await DumpStore.run(connection, all, context: Self.context)
      #expect(report.tables.map(\.table) == ResourceName.allCases.map(\.definition.table))
      let before = try Data(contentsOf: folder.appending(path: "customers.jsonl"))

      try await connection.execute(
        "update \(options.schema).customers set name = 'C'; drop table \(options.schema).disputes cascade")
      let error = await #expect(throws: PlatformError.self) {
        try await DumpStore.run(connection, all, context: Self.context)
      }
      #expect(error?.code == "42P01")
      #expect(try Data(contentsOf: folder.appending(path: "customers.jsonl")) == before)
      let parts = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".part") }
      #expect(parts == [])
    }
  }
}
