import BronzeStore
import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import Synchronization
import TestSupport
import Testing

/// The position moves after the rows, never before; whatever is read twice changes nothing (decision 0010).
@Suite struct IngestBronzePositionTests {
  /// A small world as three runs would have brought it: parents after children, changes, deletions, lists that shrink.
  private static func fill(_ bronze: BronzeLoad) async throws {
    func customers(_ name: String, _ range: Range<Int>, at second: Int64) -> [BronzeLoad.Seen] {
      range.map { BronzeLoad.read(StripeObjects.customer("cus_\($0)", name: name), at: second) }
    }
    func invoice(_ number: Int, _ lines: [Int], at second: Int64) -> BronzeLoad.Seen {
      let list = StripeObjects.list(lines.map { StripeObjects.line("il_\(number)_\($0)") })
      return BronzeLoad.read(
        StripeObjects.invoice("in_\(number)", lines: list, customer: .text("cus_\(number)")), at: second)
    }
    try await bronze.append("invoices", (0..<40).map { invoice($0, [1, 2, 3], at: 1000) }, run: "run-1")
    try await bronze.append("customers", customers("Ada", 0..<60, at: 1001), run: "run-1")
    try await bronze.append(
      "charges",
      (0..<80).map { BronzeLoad.read(StripeObjects.charge("ch_\($0)", customer: .text("cus_\($0)")), at: 1002) },
      run: "run-1")
    try await bronze.append("customers", customers("Bo", 20..<40, at: 1010), run: "run-2")
    try await bronze.append("invoices", (0..<20).map { invoice($0, [2, 4], at: 1011) }, run: "run-2")
    try await bronze.append(
      "customers", (30..<35).map { BronzeLoad.event(StripeObjects.deleted("cus_\($0)", object: "customer"), at: 1012) },
      run: "run-2")
    try await bronze.append(
      "customers", customers("Cy", 33..<34, at: 1020) + customers("late", 0..<10, at: 1005), run: "run-3")
  }

  /// What a kill between the rows' commit and the position's leaves, at every position there is.
  @Test func whatIsReadTwiceChangesNothing() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.fill(bronze)
      _ = try await bronze.load()
      let before = try await bronze.lab.fingerprint(withMoments: true)
      let positions = try await bronze.positions()
      for part in try await bronze.lab.rows("select part from {s}._bronze_parts order by part") {
        _ = try await bronze.lab.rows("delete from {s}._bronze_parts where part = '\(part)' returning 1")
        let report = try await bronze.load()
        #expect(report.changedRows == 0, "\(part)")
        #expect(try await bronze.lab.fingerprint(withMoments: true) == before, "\(part)")
      }
      #expect(try await bronze.positions() == positions)
    }
  }

  @Test func replayReadsAllAndChangesNothing() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.fill(bronze)
      let first = try await bronze.load()
      let before = try await bronze.lab.fingerprint(withMoments: true)
      let again = try await bronze.load { $0.replays = true }
      #expect(again.bronze?.lines == first.bronze?.lines)
      #expect(again.changedRows == 0)
      #expect(try await bronze.lab.fingerprint(withMoments: true) == before)
      #expect(try await bronze.load().bronze?.lines == 0)
    }
  }

  /// The tables are lost: bronze brings the same rows, whether it was loaded as it came or all at once.
  @Test func theTablesCanBeRebuilt() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("products", [BronzeLoad.read(StripeObjects.product("prod_1"), at: 900)], run: "run-0")
      _ = try await bronze.load()
      try await Self.fill(bronze)
      _ = try await bronze.load { $0.connections = 4 }
      let before = try await bronze.lab.fingerprint(withMoments: true)
      for schema in [bronze.lab.names.schema, bronze.lab.names.live] {
        try await bronze.lab.connection.execute("drop schema \"\(schema)\" cascade")
      }
      let context = RunContext(runID: "migrate", command: "test", log: .silent)
      _ = try await MigrationRunner(
        bronze.lab.connection, schema: bronze.lab.names.schema, live: bronze.lab.names.live
      ).migrate(context)
      let report = try await bronze.load { $0.connections = 1 }
      #expect(report.exitStatus == .done)
      #expect(try await bronze.lab.fingerprint(withMoments: true) == before)
    }
  }

  @Test func twoRunsAtOnceEndAsOne() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.fill(bronze)
      async let first = bronze.load()
      async let second = bronze.load()
      _ = try await [first, second]
      let together = try await bronze.lab.fingerprint(withMoments: true)
      #expect(try await bronze.load().bronze?.lines == 0)
      #expect(try await bronze.load { $0.replays = true }.changedRows == 0)
      #expect(try await bronze.lab.fingerprint(withMoments: true) == together)
    }
  }

  /// A position is the end of the written chunks that nothing is missing before; a failure leaves it there.
  @Test func aFailedRunLeavesThePositionBehindItsRows() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(StripeObjects.customer("cus_1"), at: 1000)], run: "a")
      _ = try await bronze.load()
      // 12,000 lines are three chunks; the last one holds a record of the other mode, which ends the run.
      let many = (0..<12_000).map { BronzeLoad.read(StripeObjects.customer("cus_\($0)"), at: 1000) }
      let live = BronzeLoad.read(StripeObjects.customer("cus_live").with("livemode", true), at: 1000)
      try await bronze.append("customers", many + [live], run: "b")
      await #expect(throws: PlatformError.self) { try await bronze.load { $0.connections = 3 } }
      let lines =
        Int(
          try await bronze.lab.value(
            "select coalesce(max(lines), 0) from {s}._bronze_parts where part like '%run_id=b%'")
            ?? "") ?? -1
      #expect(lines <= 10_000 && lines % 5000 == 0)
      #expect(try await bronze.lab.count("customers") >= lines)
    }
  }

  /// The position has passed what was rejected, so that no later run meets it again: the failed one tells it.
  @Test func aFailedRunTellsWhatItRejected() async throws {
    try await BronzeLoad.run { bronze in
      let broken = BronzeLoad.read(StripeObjects.customer("cus_1").with("balance", "much"), at: 1000)
      try await bronze.append("customers", [broken], run: "a")
      let live = BronzeLoad.read(StripeObjects.charge("ch_1", customer: "cus_2").with("livemode", true), at: 1000)
      let charge = BronzeLoad.read(StripeObjects.charge("ch_2", customer: "cus_2"), at: 1000)
      try await bronze.append("charges", [charge], run: "a")
      try await bronze.append("charges", [live], run: "b")
      let told = Mutex<[IngestReport]>([])
      await #expect(throws: PlatformError.self) {
        try await bronze.load { $0.onBrokenOff = { report in told.withLock { $0.append(report) } } }
      }
      let report = try #require(told.withLock { $0 }.first)
      #expect(report["customers"].rejected == 1)
      #expect(report.exitStatus == .data)
    }
  }

  /// After a loss of power a part may be shorter than what was read of it: it is read again, whole.
  @Test func aShorterPartIsReadAgain() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append(
        "customers", (1...3).map { BronzeLoad.read(StripeObjects.customer("cus_\($0)"), at: 1000) }, run: "a")
      _ = try await bronze.load()
      let part = try #require(try bronze.reader.parts(of: "customers").first)
      let handle = try FileHandle(forWritingTo: bronze.lake.root.appending(path: part.path))
      let text = try bronze.text("customers")
      try handle.truncate(atOffset: UInt64(text.utf8.count / 2))
      try handle.close()
      let report = try await bronze.load()
      #expect(report["customers"].figures == ["read": 1, "unchanged": 1])
      #expect(try await bronze.positions() == ["customers 1"])
      #expect(try await bronze.load().bronze?.lines == 0)
    }
  }

  // MARK: Rejects

  private static let missesItsName = StripeObjects.charge("ch_bad").with("amount", "a lot")

  /// Three charges, of which the second one is to be rejected.
  private static func appendThree(_ bronze: BronzeLoad) async throws {
    let records = [StripeObjects.charge("ch_1"), missesItsName, StripeObjects.charge("ch_2")]
    try await bronze.append("charges", records.map { BronzeLoad.read($0, at: 1000) }, run: "a")
  }

  /// Whoever asks for a part from a place on is told all of it, also what another has loaded meanwhile.
  @Test func whatIsAskedForIsReadWhoeverHasLoadedIt() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.appendThree(bronze)
      #expect(try await bronze.load()["charges"].rejected == 1)
      let part = try #require(try bronze.reader.parts(of: "charges").first)
      let first = try #require(bronze.text("charges").split(separator: "\n").first).utf8.count + 1
      let again = try await bronze.load { $0.parts = [(part, from: BronzePosition(bytes: first, lines: 1))] }
      #expect(again["charges"].figures == ["read": 2, "unchanged": 1, "rejected": 1])
      #expect(again.rejects.map(\.line) == [2])
      #expect(try await bronze.positions() == ["charges 3"])
    }
  }

  /// As after the tables were emptied, or restored, while whoever asks was running.
  @Test func whatNobodyHasLoadedBeforeThatIsReadAsWell() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.appendThree(bronze)
      let part = try #require(try bronze.reader.parts(of: "charges").first)
      let first = try #require(bronze.text("charges").split(separator: "\n").first).utf8.count + 1
      let report = try await bronze.load { $0.parts = [(part, from: BronzePosition(bytes: first, lines: 1))] }
      #expect(report["charges"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      #expect(try await bronze.positions() == ["charges 3"])
    }
  }

  @Test func aRejectedRecordIsKeptAndThePositionPassesIt() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.appendThree(bronze)
      let report = try await bronze.load()
      #expect(report.exitStatus == .data)
      #expect(report["charges"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      let path = try #require(try bronze.reader.parts(of: "charges").first?.path)
      let rejects = try bronze.lab.rejected(report, "charges")
      #expect(rejects.map(\.line) == [2] && rejects.map(\.file) == [path] && rejects.map(\.id) == ["ch_bad"])
      #expect(rejects.first?.field == "amount")
      #expect(rejects.first?.data == Self.missesItsName.rendered)
      #expect(report.rejects.first?.line == 2)
      #expect(try await bronze.positions() == ["charges 3"])

      // It is said once; a replay takes it up again, and then says it again, as long as nothing was mended.
      #expect(try await bronze.load().exitStatus == .done)
      let replay = try await bronze.load { $0.replays = true }
      #expect(replay.exitStatus == .data)
      #expect(replay["charges"].figures == ["read": 3, "unchanged": 2, "rejected": 1])
    }
  }

  @Test func brokenLinesAreRejectedByTheirNumber() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(StripeObjects.customer("cus_1"), at: 1000)], run: "a")
      let good = try bronze.text("customers")
      let broken = [
        "nonsense\n", #"{"data":{"id":"cus_3"}}"# + "\n", String(good.replacing("customers", with: "charges")),
        String(good.dropLast(30)) + "\n", good.replacing(#""created""#, with: #"created"#),
        good.replacing("Ada", with: #"pi_secret","client_secret":"cs_hidden","x":"\q"#),
      ]
      try bronze.extend("customers", broken.joined() + good.replacing("cus_1", with: "cus_2"))
      let report = try await bronze.load()
      #expect(report.exitStatus == .data)
      #expect(report["customers"].figures == ["read": 8, "inserted": 2, "rejected": 6])
      let rejects = try bronze.lab.rejected(report, "customers")
      #expect(rejects.map(\.line) == [2, 3, 4, 5, 6, 7])
      #expect(rejects.map(\.field) == ["", "meta", "meta.entity", "", "", ""])
      #expect(!rejects.contains { $0.data?.contains("cs_hidden") == true })
    }
  }

  /// A part that cannot be read fails alone; the others are loaded, and the status says so.
  @Test func aPartThatCannotBeReadFailsAlone() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(StripeObjects.customer("cus_1"), at: 1000)], run: "a")
      try await bronze.append("customers", [BronzeLoad.read(StripeObjects.customer("cus_2"), at: 1000)], run: "b")
      let broken = try #require(try bronze.reader.parts(of: "customers").first)
      let file = bronze.lake.root.appending(path: broken.path)
      try FileManager.default.removeItem(at: file)
      try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      let report = try await bronze.load()
      #expect(try await bronze.lab.rows("select id from {s}.customers") == ["cus_2"])
      #expect(report.exitStatus == .inputOutput)
      #expect(report.failedFiles.keys.map { $0 } == [broken.path])
      #expect(try await bronze.positions() == ["customers 1"])
    }
  }
}
