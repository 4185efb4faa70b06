import BronzeStore
import Foundation
import Ingest
import PlatformCore
import StripeModel
import TestSupport
import Testing

/// Bronze becomes rows: every line says when it was observed, and the newer version wins in whatever order they stand.
@Suite struct IngestBronzeTests {
  private static func customer(_ name: String, _ id: String = "cus_1") -> JSONText {
    StripeObjects.customer(id, name: name)
  }
  private static let gone = StripeObjects.deleted("cus_1", object: "customer")
  private static let state =
    "select name, deleted, is_placeholder, extract(epoch from observed_at)::bigint, observed_sequence "
    + "from {s}.customers"

  // MARK: Lines to rows

  @Test func aLineIsARowWithItsVersion() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append(
        "customers", [BronzeLoad.read(Self.customer("Ada"), at: 1000, apiVersion: "2024-06-20")], run: "a")
      let report = try await bronze.load()
      #expect(report["customers"].figures == ["read": 1, "inserted": 1])
      #expect(report["customers"].files == 1)
      let figures = try #require(report.bronze)
      #expect(figures.parts == 1 && figures.lines == 1)
      #expect(figures.bytes == (try bronze.text("customers")).utf8.count)
      #expect(report.exitStatus == .done)
      #expect(try await bronze.lab.rows(Self.state) == ["Ada|f|f|1000|1"])
      #expect(try await bronze.lab.value("select api_version from {s}.customers") == "2024-06-20")
      // The record is the row's raw, without the envelope.
      let raw = try await bronze.lab.value("select raw::text from {s}.customers")
      #expect(raw == Self.customer("Ada").rendered)
    }
  }

  @Test func aSecondRunReadsNothing() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(Self.customer("Ada"), at: 1000)], run: "a")
      _ = try await bronze.load()
      let again = try await bronze.load()
      #expect(again.bronze?.lines == 0 && again.bronze?.parts == 0)
      #expect(again["customers"].figures == [:])
      #expect(try await bronze.positions() == ["customers 1"])
    }
  }

  @Test func aGrownPartIsReadFromItsPosition() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(Self.customer("Ada"), at: 1000)], run: "a")
      _ = try await bronze.load()
      let line = try bronze.text("customers")
      let next = line.replacing("cus_1", with: "cus_2").replacing("Ada", with: "Bo")
      // A line and a half one: the half one is left for the next run.
      try bronze.extend("customers", next + next.dropLast(20))
      let report = try await bronze.load()
      #expect(report.bronze?.lines == 1)
      #expect(report["customers"].figures == ["read": 1, "inserted": 1])
      #expect(try await bronze.positions() == ["customers 2"])
      try bronze.extend("customers", String(next.suffix(20)).replacing("cus_2", with: "cus_3"))
      #expect(try await bronze.load()["customers"].figures == ["read": 1, "unchanged": 1])
      #expect(try await bronze.positions() == ["customers 3"])
    }
  }

  @Test func childrenCarryTheVersionOfTheirParentAndSightingsNone() async throws {
    try await BronzeLoad.run { bronze in
      let lines = StripeObjects.list([StripeObjects.line("il_1")])
      let invoice = StripeObjects.invoice("in_1", lines: lines, customer: Self.customer("Ada"))
      try await bronze.append("invoices", [BronzeLoad.event(invoice, at: 1000)], run: "a")
      let report = try await bronze.load()
      #expect(report["invoice_line_items"].figures == ["read": 1, "inserted": 1])
      let versions = "select observed_sequence::text from {s}."
      #expect(try await bronze.lab.value(versions + "invoices") == "2")
      #expect(try await bronze.lab.value(versions + "invoice_line_items") == "2")
      #expect(try await bronze.lab.value(versions + "customers") == "0")
    }
  }

  @Test func parentsComeBeforeTheirChildren() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append(
        "charges", [BronzeLoad.read(StripeObjects.charge("ch_1", customer: "cus_1"), at: 1000)], run: "a")
      try await bronze.append("customers", [BronzeLoad.read(Self.customer("Ada"), at: 1000)], run: "b")
      // Inserted as it is: it was never a placeholder that had to be filled.
      _ = try await bronze.load()
      #expect(try await bronze.lab.value("select (first_seen_at = last_changed_at)::text from {s}.customers") == "true")
      #expect(try await bronze.lab.count("customers", where: "is_placeholder") == 0)
    }
  }

  @Test func onlyWhatIsAskedForIsRead() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(Self.customer("Ada"), at: 1000)], run: "a")
      try await bronze.append("charges", [BronzeLoad.read(StripeObjects.charge("ch_1"), at: 1000)], run: "a")
      try await bronze.append("readers", [BronzeLoad.read(["id": "tmr_1"], at: 1000)], run: "a")
      // Captured events belong to no table, and are meant to.
      try await bronze.append(BronzePart.webhookEvents, [BronzeLoad.read(["id": "evt_1"], at: 1000)], run: "a")
      let report = try await bronze.load { $0.resources = [.charge] }
      #expect(report.resources.map(\.resource) == ["charges"])
      #expect(report.bronze?.unclaimedEntities == ["readers"])
      #expect(try await bronze.positions() == ["charges 1"])
      #expect(try await bronze.load()["customers"].figures == ["read": 1, "inserted": 1])
    }
  }

  @Test func testAndLiveDataNeverMix() async throws {
    try await BronzeLoad.run { bronze in
      try await bronze.append("customers", [BronzeLoad.read(Self.customer("Ada"), at: 1000)], run: "a")
      _ = try await bronze.load()
      try await bronze.append(
        "customers", [BronzeLoad.read(Self.customer("Live", "cus_2").with("livemode", true), at: 1000)], run: "b")
      let error = await #expect(throws: PlatformError.self) { try await bronze.load() }
      #expect(error?.status == .configuration)
      #expect(try await bronze.positions() == ["customers 1"])
    }
  }

  // MARK: Order

  /// Every order of three versions, in one part (one chunk), in parts of their own, and in runs of their own.
  @Test(arguments: 0..<6, ["one part", "three parts", "three runs"])
  func theNewestVersionWins(_ order: Int, _ form: String) async throws {
    let versions = [
      BronzeLoad.read(Self.customer("old"), at: 1000), BronzeLoad.event(Self.customer("new"), at: 1001),
      BronzeLoad.read(Self.customer("between"), at: 1001),
    ]
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let seen = orders[order].map { versions[$0] }
    try await BronzeLoad.run { bronze in
      var read = 0
      if form == "one part" {
        try await bronze.append("customers", seen, run: "a")
      } else {
        for (place, one) in seen.enumerated() {
          try await bronze.append("customers", [one], run: "run-\(place)")
          if form == "three runs" { read += try await bronze.load()["customers"].read }
        }
      }
      read += try await bronze.load()["customers"].read
      #expect(read == 3)
      #expect(try await bronze.lab.rows(Self.state) == ["new|f|f|1001|2"])
    }
  }

  @Test func whatIsOlderInTheChunkIsCountedAsOlder() async throws {
    try await BronzeLoad.run { bronze in
      let seen = [BronzeLoad.read(Self.customer("new"), at: 1001), BronzeLoad.read(Self.customer("old"), at: 1000)]
      try await bronze.append("customers", seen, run: "a")
      #expect(try await bronze.load()["customers"].figures == ["read": 2, "inserted": 1, "older": 1])
    }
  }

  @Test func theSameLineTwiceIsOneRow() async throws {
    try await BronzeLoad.run { bronze in
      let seen = BronzeLoad.read(Self.customer("Ada"), at: 1000)
      try await bronze.append("customers", [seen, seen], run: "a")
      try await bronze.append("customers", [seen], run: "b")
      #expect(try await bronze.load()["customers"].figures == ["read": 3, "inserted": 1, "unchanged": 2])
    }
  }

  /// Two reads of one second that differ: the later line counts (decision 0010), in one chunk and in two.
  @Test(arguments: ["one part", "two parts", "two runs"]) func theLaterOfTwoReadsOfOneSecondCounts(
    _ form: String
  ) async throws {
    try await BronzeLoad.run { bronze in
      let seen = [BronzeLoad.read(Self.customer("z"), at: 1000), BronzeLoad.read(Self.customer("a"), at: 1000)]
      if form == "one part" {
        try await bronze.append("customers", seen, run: "a")
      } else {
        try await bronze.append("customers", [seen[0]], run: "a")
        if form == "two runs" { _ = try await bronze.load() }
        try await bronze.append("customers", [seen[1]], run: "b")
      }
      let report = try await bronze.load()
      #expect(report.exitStatus == .done)
      #expect(try await bronze.lab.rows(Self.state) == ["a|f|f|1000|1"])
    }
  }

  /// A list of an event's snapshot proves what a read of the same second cannot know, whichever is loaded first.
  @Test(arguments: [false, true]) func aSnapshotsListIsNewerThanAReadOfItsSecond(_ isReversed: Bool) async throws {
    try await BronzeLoad.run { bronze in
      func invoice(_ ids: [String]) -> JSONText {
        StripeObjects.invoice("in_1", lines: StripeObjects.list(ids.map { StripeObjects.line($0) }))
      }
      let seen = [
        BronzeLoad.read(invoice(["il_1", "il_2"]), at: 1000), BronzeLoad.event(invoice(["il_1"]), at: 1000),
      ]
      for (place, one) in (isReversed ? seen.reversed() : seen).enumerated() {
        try await bronze.append("invoices", [one], run: "run-\(place)")
        _ = try await bronze.load()
      }
      #expect(
        try await bronze.lab.rows("select id, deleted from {s}.invoice_line_items order by id") == [
          "il_1|f", "il_2|t",
        ])
    }
  }

  /// The lists of two versions of one parent in one chunk: the newer one says what is gone.
  @Test(arguments: [false, true]) func theNewerOfTwoListsCounts(_ isReversed: Bool) async throws {
    try await BronzeLoad.run { bronze in
      func invoice(_ ids: [String], at second: Int64) -> BronzeLoad.Seen {
        BronzeLoad.read(
          StripeObjects.invoice("in_1", lines: StripeObjects.list(ids.map { StripeObjects.line($0) })), at: second)
      }
      let seen = [invoice(["il_1", "il_2"], at: 1000), invoice(["il_2", "il_3"], at: 1001)]
      try await bronze.append("invoices", isReversed ? seen.reversed() : seen, run: "a")
      _ = try await bronze.load()
      #expect(
        try await bronze.lab.rows("select id, deleted from {s}.invoice_line_items order by id") == [
          "il_1|t", "il_2|f", "il_3|f",
        ])
    }
  }

  /// Contents that come and go: what is equal to the row at the look-up may not be at the write.
  @Test func contentsThatAlternateEndWithTheLast() async throws {
    try await BronzeLoad.run { bronze in
      for second in Int64(0)..<40 {
        let names = (0..<20).map { BronzeLoad.read(Self.customer("v\(second % 2)", "cus_\($0)"), at: 1000 + second) }
        try await bronze.append("customers", names, run: "run-\(100 + second)")
      }
      let report = try await bronze.load { $0.connections = 4 }
      #expect(report["customers"].read == 800)
      #expect(try await bronze.lab.count("customers", where: "name = 'v1'") == 20)
      #expect(try await bronze.lab.count("customers", where: "observed_at = to_timestamp(1039)") == 20)
    }
  }

  // MARK: Deletion

  @Test(arguments: ["one part", "two runs"]) func aStubMarksTheRowAndKeepsItsValues(_ form: String) async throws {
    try await BronzeLoad.run { bronze in
      let seen = [BronzeLoad.read(Self.customer("Ada"), at: 1000), BronzeLoad.event(Self.gone, at: 1001)]
      if form == "one part" {
        try await bronze.append("customers", seen, run: "a")
        #expect(try await bronze.load()["customers"].figures == ["read": 2, "inserted": 1, "deleted": 1])
      } else {
        try await bronze.append("customers", [seen[0]], run: "a")
        _ = try await bronze.load()
        try await bronze.append("customers", [seen[1]], run: "b")
        #expect(try await bronze.load()["customers"].figures == ["read": 1, "deleted": 1])
      }
      #expect(try await bronze.lab.rows(Self.state) == ["Ada|t|f|1001|2"])
    }
  }

  @Test(arguments: ["one part", "two runs"]) func anOlderReadNeverRevives(_ form: String) async throws {
    try await BronzeLoad.run { bronze in
      let seen = [BronzeLoad.read(Self.gone, at: 1001), BronzeLoad.read(Self.customer("Ada"), at: 1000)]
      if form == "one part" {
        try await bronze.append("customers", seen, run: "a")
      } else {
        try await bronze.append("customers", [seen[0]], run: "a")
        _ = try await bronze.load()
        try await bronze.append("customers", [seen[1]], run: "b")
      }
      #expect(try await bronze.load()["customers"].olderThanStore == 1)
      #expect(try await bronze.lab.value("select deleted::text from {s}.customers") == "true")
    }
  }

  @Test(arguments: ["one part", "two runs"]) func aNewerReadRevives(_ form: String) async throws {
    try await BronzeLoad.run { bronze in
      let seen = [
        BronzeLoad.read(Self.customer("Ada"), at: 1000), BronzeLoad.event(Self.gone, at: 1001),
        BronzeLoad.read(Self.customer("Ada"), at: 1002),
      ]
      if form == "one part" {
        try await bronze.append("customers", seen, run: "a")
        _ = try await bronze.load()
      } else {
        for (place, one) in seen.enumerated() {
          try await bronze.append("customers", [one], run: "run-\(place)")
          _ = try await bronze.load()
        }
      }
      #expect(try await bronze.lab.rows(Self.state) == ["Ada|f|f|1002|1"])
      #expect(try await bronze.lab.value("select deleted_at::text from {s}.customers") == nil)
    }
  }
}
