import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// Loads beside each other: all succeed, the result is that of one, and no deadlock reaches the user.
@Suite struct IngestConcurrencyTests {
  @Test func theSameFolderTwice() async throws {
    let alone = try await IngestLab.run { lab in
      for (name, content) in StripeWorld.files(customers: 150) { try lab.write(name, content) }
      _ = try await lab.load()
      return try await lab.fingerprint()
    }
    for _ in 0..<4 {
      try await IngestLab.run { lab in
        for (name, content) in StripeWorld.files(customers: 150) { try lab.write(name, content) }
        async let first = lab.load { $0.connections = 3 }
        async let second = lab.load { $0.connections = 3 }
        let reports = try await [first, second]
        #expect(reports.map(\.exitStatus) == [.done, .done])
        #expect(reports[0].observedAt == reports[1].observedAt)
        #expect(try await lab.fingerprint() == alone)
        #expect(try await lab.load().changedRows == 0)
      }
    }
  }

  /// Found equal to the row, which then becomes something else, older: the version must not move over that.
  @Test func whatWasEqualAtTheLookUpMayNotBeAtTheWrite() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [StripeObjects.customer("cus_1", name: "a")], at: "2026-11-01")
      let hash = try #require(Int64(try await lab.value("select content_hash::text from {s}.customers") ?? ""))
      let store = ResourceStore(connection: try await lab.connect(), names: lab.names)
      let later = ObservationTime(milliseconds: 1_793_664_000_000)  // 2026-11-03
      let seen = Observation(
        id: "cus_1", contentHash: hash, expandedHash: nil, version: .init(observedAt: later, sequence: 1),
        isDeleted: false)
      #expect(try await store.states(of: [seen], in: .customer) == [0: .confirmed])
      _ = try await lab.load("customers", [StripeObjects.customer("cus_1", name: "b")], at: "2026-11-02")
      var set = WriteSet(runID: "test")
      set.tables[.customer, default: .init()].confirmed = [seen]
      let writes = set
      let error = await #expect(throws: PlatformError.self) { _ = try await store.write(writes) }
      #expect(error?.isRetryable == true)
      #expect(try await lab.rows("select name, observed_at::date from {s}.customers") == ["b|2026-11-02"])
      // A row that somebody else confirmed, or made newer, is as good.
      _ = try await lab.load("customers", [StripeObjects.customer("cus_1", name: "c")], at: "2026-11-04")
      _ = try await store.write(set)
      #expect(try await lab.rows("select name, observed_at::date from {s}.customers") == ["c|2026-11-04"])
      await store.connection.close()
    }
  }

  @Test func differentExportsOfTheSameObjects() async throws {
    let newest = try await IngestLab.run { lab in
      for (name, content) in StripeWorld.files(customers: 120, version: 3) { try lab.write(name, content) }
      _ = try await lab.load(at: "2026-11-03")
      return try await lab.fingerprint()
    }
    for _ in 0..<3 {
      try await IngestLab.run { lab in
        for version in 1...3 {
          for (name, content) in StripeWorld.files(customers: 120, version: version) {
            try lab.write("v\(version)/" + name, content)
          }
        }
        try await withThrowingTaskGroup(of: IngestReport.self) { group in
          for version in [1, 3, 2] {
            group.addTask {
              try await lab.load(.folder(lab.export.path + "/v\(version)"), at: "2026-11-0\(version)")
            }
          }
          for try await report in group { #expect(report.exitStatus == .done) }
        }
        #expect(try await lab.fingerprint() == newest)
      }
    }
  }

  /// Rows in the opposite order in one file, so that writers meet head on.
  @Test func filesInOppositeOrder() async throws {
    try await IngestLab.run { lab in
      let charges = (0..<400).map { number in
        StripeObjects.charge("ch_\(number)", customer: StripeObjects.customer("cus_\(number % 40)"))
      }
      let up = try lab.write("up.jsonl", StripeObjects.lines(charges))
      let down = try lab.write("down.jsonl", StripeObjects.lines(charges.reversed()))
      for round in 1...3 {
        async let first = lab.load(.file(up, .charge), at: "2026-11-0\(round)")
        async let second = lab.load(.file(down, .charge), at: "2026-11-0\(round)")
        for report in try await [first, second] { #expect(report.exitStatus == .done) }
        #expect(try await lab.count("charges") == 400)
        #expect(try await lab.count("customers", where: "not is_placeholder") == 40)
      }
    }
  }

  /// A conflict that only time resolves: somebody holds the row for a while.
  @Test func aRowHeldBySomebodyElse() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [StripeObjects.customer("cus_1", name: "old")], at: "2026-11-01")
      let holder = try await TestDatabase.connect()
      try await holder.execute("begin; select 1 from \"\(lab.names.schema)\".customers for update")
      async let loading = lab.load("customers", [StripeObjects.customer("cus_1", name: "new")], at: "2026-11-02")
      try await Wait.until("the load waits for the row") { try await lab.waitsForALock() }
      try await holder.execute("commit")
      #expect(try await loading["customers"].figures == ["read": 1, "updated": 1])
      await holder.close()
    }
  }
}

extension IngestLab {
  /// Whether a statement over this lab's tables waits for somebody else's lock, as the server shows it.
  func waitsForALock() async throws -> Bool {
    try await value(
      """
      select count(*)::text from pg_locks as l join pg_stat_activity as a using (pid)
      where not l.granted and a.query like '%\(names.schema)%'
      """) != "0"
  }
}
