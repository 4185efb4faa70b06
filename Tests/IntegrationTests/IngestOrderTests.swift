import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// A newer version wins, whatever arrives first; deletions and placeholders keep to the same rule.
@Suite struct IngestOrderTests {
  private static let (early, middle, late) = ("2026-11-01", "2026-11-02", "2026-11-03")

  private static func customer(_ name: String) -> JSONText { StripeObjects.customer("cus_1", name: name) }

  private static let state =
    "select name, deleted, is_placeholder, observed_at::date from {s}.customers where id = 'cus_1'"

  @Test func aNewerExportReplaces() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("old")], at: Self.early)
      let report = try await lab.load("customers", [Self.customer("new")], at: Self.late)
      #expect(report["customers"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.rows(Self.state) == ["new|f|f|2026-11-03"])
    }
  }

  @Test func anOlderExportIsLeftOut() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("new")], at: Self.late)
      let report = try await lab.load("customers", [Self.customer("old")], at: Self.early)
      #expect(report["customers"].figures == ["read": 1, "older": 1])
      #expect(report.exitStatus == .done)
      #expect(try await lab.rows(Self.state) == ["new|f|f|2026-11-03"])
    }
  }

  /// What the newest export confirmed as it was is as new as that export.
  @Test func anExportInBetweenArrivesLate() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("same")], at: Self.early)
      let confirmed = try await lab.load("customers", [Self.customer("same")], at: Self.late)
      #expect(confirmed["customers"].figures == ["read": 1, "unchanged": 1])
      let report = try await lab.load("customers", [Self.customer("between")], at: Self.middle)
      #expect(report["customers"].figures == ["read": 1, "older": 1])
      #expect(try await lab.rows(Self.state) == ["same|f|f|2026-11-03"])
    }
  }

  /// As where an event shows a price before the list that was read earlier, with `expand`, is loaded.
  @Test func whatWasAskedForCompletesANewerRow() async throws {
    try await IngestLab.run { lab in
      let price = StripeObjects.price("price_1").with("nickname", "new")
      func options(_ amount: Int64) -> JSONText { ["usd": ["unit_amount": .integer(amount)]] }
      _ = try await lab.load("prices", [price], at: Self.late)
      let older = price.with("nickname", "old").with("currency_options", options(900))
      let report = try await lab.load("prices", [older], at: Self.middle)
      #expect(report["prices"].figures == ["read": 1, "updated": 1])
      let state = "select nickname, currency_options #>> '{usd,unit_amount}', observed_at::date from {s}.prices"
      #expect(try await lab.rows(state) == ["new|900|2026-11-03"])
      let again = try await lab.load("prices", [older.with("currency_options", options(800))], at: Self.early)
      #expect(again["prices"].figures == ["read": 1, "older": 1])
      #expect(try await lab.rows(state) == ["new|900|2026-11-03"])
    }
  }

  @Test func bytesSeenBeforeKeepTheirMoment() async throws {
    try await IngestLab.run { lab in
      let first = try lab.write("a.json", JSONText.array([Self.customer("first")]))
      let second = try lab.write("b.json", JSONText.array([Self.customer("second")]))
      _ = try await lab.load(.file(first, .customer))
      _ = try await lab.load(.file(second, .customer))
      let again = try await lab.load(.file(first, .customer))
      #expect(again["customers"].figures == ["read": 1, "older": 1])
      #expect(try await lab.value("select name from {s}.customers") == "second")
    }
  }

  @Test func lastChangedMovesOnlyWithAChange() async throws {
    try await IngestLab.run { lab in
      let times = "select first_seen_at::text, last_changed_at::text from {s}.customers"
      _ = try await lab.load("customers", [Self.customer("a")], at: Self.early)
      let before = try await lab.rows(times)
      _ = try await lab.load("customers", [Self.customer("a")], at: Self.middle)
      #expect(try await lab.rows(times) == before)
      _ = try await lab.load("customers", [Self.customer("b")], at: Self.late)
      #expect(try await lab.value("select (first_seen_at < last_changed_at)::text from {s}.customers") == "true")
    }
  }

  // MARK: Deletion

  @Test func aStubMarksTheRow() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("Ada")], at: Self.early)
      let report = try await lab.load("customers", [StripeObjects.deleted("cus_1", object: "customer")], at: Self.late)
      #expect(report["customers"].figures == ["read": 1, "deleted": 1])
      #expect(try await lab.rows(Self.state) == ["Ada|t|f|2026-11-03"])
      #expect(try await lab.value("select deleted_at::date::text from {s}.customers") == "2026-11-03")
      #expect(try await lab.value("select count(*)::text from {l}.customers".live(lab)) == "0")
      let again = try await lab.load("customers", [StripeObjects.deleted("cus_1", object: "customer")], at: Self.late)
      #expect(again["customers"].figures == ["read": 1, "unchanged": 1])
    }
  }

  @Test func aStubOfAnUnknownObjectIsKept() async throws {
    try await IngestLab.run { lab in
      let stub = StripeObjects.deleted("cus_1", object: "customer")
      let report = try await lab.load("customers", [stub], at: Self.late)
      #expect(report["customers"].read == 1)
      #expect(report.changedRows == 1)
      #expect(report["customers"].placeholders == 0)
      #expect(try await lab.rows(Self.state) == ["-|t|t|2026-11-03"])
      #expect(try await lab.load("customers", [stub], at: Self.late).changedRows == 0)
      let older = try await lab.load("customers", [Self.customer("Ada")], at: Self.early)
      #expect(older["customers"].figures == ["read": 1, "older": 1])
      #expect(try await lab.rows(Self.state) == ["-|t|t|2026-11-03"])
    }
  }

  @Test func aStubFillsAPlaceholder() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("charges", [StripeObjects.charge("ch_1", customer: "cus_1")], at: Self.early)
      let report = try await lab.load(
        "customers", [StripeObjects.deleted("cus_1", object: "customer")], at: Self.middle)
      #expect(report.changedRows == 1)
      #expect(report["customers"].placeholders == 0)
      #expect(try await lab.rows(Self.state) == ["-|t|t|2026-11-02"])
    }
  }

  @Test func aStubInsideAnotherObjectIsASighting() async throws {
    try await IngestLab.run { lab in
      let stub = StripeObjects.deleted("cus_1", object: "customer")
      _ = try await lab.load("customers", [Self.customer("Ada")], at: Self.early)
      let report = try await lab.load("charges", [StripeObjects.charge("ch_1", customer: stub)], at: Self.late)
      #expect(report["customers"].fromSightings + report["customers"].deleted == 1)
      #expect(report.changedRows == 2)
      #expect(try await lab.rows(Self.state) == ["Ada|t|f|2026-11-03"])
    }
  }

  @Test func anOlderStubIsLeftOut() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("Ada")], at: Self.late)
      _ = try await lab.load("customers", [StripeObjects.deleted("cus_1", object: "customer")], at: Self.early)
      #expect(try await lab.rows(Self.state) == ["Ada|f|f|2026-11-03"])
    }
  }

  @Test func aNewerLiveObjectResurrects() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("Ada")], at: Self.early)
      _ = try await lab.load("customers", [StripeObjects.deleted("cus_1", object: "customer")], at: Self.middle)
      let report = try await lab.load("customers", [Self.customer("Ada")], at: Self.late)
      #expect(report["customers"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.rows(Self.state) == ["Ada|f|f|2026-11-03"])
      #expect(try await lab.value("select deleted_at from {s}.customers") == nil)
    }
  }

  @Test func aNewerLiveObjectFillsADeletedPlaceholder() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [StripeObjects.deleted("cus_1", object: "customer")], at: Self.early)
      _ = try await lab.load("customers", [Self.customer("Ada")], at: Self.late)
      #expect(try await lab.rows(Self.state) == ["Ada|f|f|2026-11-03"])
    }
  }

  // MARK: Placeholders

  @Test func missingParentsArePlaceholdersUntilTheyArrive() async throws {
    try await IngestLab.run { lab in
      let report = try await lab.load(
        "charges",
        [
          StripeObjects.charge("ch_1", customer: "cus_1").with("balance_transaction", "txn_1"),
          StripeObjects.charge("ch_2", customer: "cus_1"), StripeObjects.charge("ch_3", customer: "cus_2"),
        ], at: Self.late)
      #expect(report.exitStatus == .done)
      #expect(report["customers"].placeholders == 2)
      #expect(report["customers"].placeholdersReferredBy == ["charges.customer_id": 2])
      #expect(report["balance_transactions"].placeholders == 1)
      #expect(report["balance_transactions"].placeholdersReferredBy == ["charges.balance_transaction_id": 1])
      #expect(try await lab.value(Self.state) == nil)
      // A placeholder says nothing of its object: any observation fills it, an older one too.
      let filled = try await lab.load("customers", [Self.customer("Ada")], at: Self.early)
      #expect(filled["customers"].figures == ["read": 1, "inserted": 1, "placeholders": 1])
      #expect(try await lab.rows(Self.state) == ["Ada|f|f|2026-11-01"])
      #expect(try await lab.count("charges", where: "customer_id = 'cus_1'") == 2)
    }
  }

  @Test func referencesWithinAChunkNeedNoPlaceholder() async throws {
    try await IngestLab.run { lab in
      // in_1 and in_2 refer to each other.
      let report = try await lab.load(
        "invoices",
        [
          StripeObjects.invoice("in_1").with("latest_revision", "in_2"),
          StripeObjects.invoice("in_2").with("from_invoice", ["action": "revision", "invoice": "in_1"]),
        ], at: Self.late)
      #expect(report["invoices"].figures == ["read": 2, "inserted": 2])
      #expect(try await lab.count("invoices", where: "is_placeholder") == 0)
    }
  }

  // MARK: Sightings

  @Test func aSightingFillsWhatNobodySaid() async throws {
    try await IngestLab.run { lab in
      let charge = StripeObjects.charge("ch_1", customer: Self.customer("seen"))
      let report = try await lab.load("charges", [charge], at: Self.late)
      #expect(report["customers"].figures == ["sightings": 1])
      #expect(try await lab.rows(Self.state) == ["seen|f|f|2026-11-03"])
      #expect(try await lab.load("charges", [charge], at: Self.late).changedRows == 0)
    }
  }

  @Test func aNewerSightingReplacesAnOlderRecord() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("customers", [Self.customer("record")], at: Self.early)
      _ = try await lab.load("charges", [StripeObjects.charge("ch_1", customer: Self.customer("seen"))], at: Self.late)
      #expect(try await lab.rows(Self.state) == ["seen|f|f|2026-11-03"])
    }
  }

  @Test(arguments: [true, false])
  func atOneMomentTheRecordBeatsTheSighting(_ recordFirst: Bool) async throws {
    try await IngestLab.run { lab in
      let record = ("customers", Self.customer("record"))
      let sighting = ("charges", StripeObjects.charge("ch_1", customer: Self.customer("seen")))
      for (table, value) in recordFirst ? [record, sighting] : [sighting, record] {
        let report = try await lab.load(table, [value], at: Self.late)
        #expect(report.exitStatus == .done)
      }
      #expect(try await lab.rows(Self.state) == ["record|f|f|2026-11-03"])
    }
  }

  @Test func inOneExportTheRecordBeatsTheSighting() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", JSONText.array([Self.customer("record")]))
      try lab.write(
        "charges.json", JSONText.array([StripeObjects.charge("ch_1", customer: Self.customer("seen"))]))
      _ = try await lab.load()
      #expect(try await lab.value("select name from {s}.customers") == "record")
      #expect(try await lab.load().changedRows == 0)
    }
  }

  @Test func aRecordBeatsASightingOfItselfInItsOwnFile() async throws {
    try await IngestLab.run { lab in
      // in_1 refers to in_2 as it was, and in_2 follows; and the other way round.
      let seen = StripeObjects.invoice("in_2").with("number", "seen")
      let first = StripeObjects.invoice("in_1").with("latest_revision", seen)
      let second = StripeObjects.invoice("in_2").with("number", "record")
      _ = try await lab.load("invoices", [first, second], at: Self.early)
      #expect(try await lab.value("select number from {s}.invoices where id = 'in_2'") == "record")
      _ = try await lab.load("invoices", [second.with("number", "newer"), first], at: Self.late)
      #expect(try await lab.value("select number from {s}.invoices where id = 'in_2'") == "newer")
    }
  }

  // MARK: Mode

  @Test(arguments: [true, false])
  func testAndLiveDataNeverMix(_ isLiveFirst: Bool) async throws {
    try await IngestLab.run { lab in
      let first = Self.customer("first").with("livemode", .boolean(isLiveFirst))
      let other = StripeObjects.customer("cus_2").with("livemode", .boolean(!isLiveFirst))
      _ = try await lab.load("customers", [first], at: Self.early)
      let error = try await #require(throws: PlatformError.self) {
        _ = try await lab.load("customers", [other], at: Self.late)
      }
      #expect(error.status == .configuration)
      #expect(error.context.contains { $0.name == "file" })
      #expect(try await lab.count("customers") == 1)
      #expect(try await lab.rows("select livemode from {s}._source") == [isLiveFirst ? "t" : "f"])
      #expect(try await lab.rows("select status from {s}._runs order by started_at") == ["done", "failed"])
    }
  }

  @Test func oneFileOfBothModesIsRefused() async throws {
    try await IngestLab.run { lab in
      let error = try await #require(throws: PlatformError.self) {
        _ = try await lab.load(
          "customers", [Self.customer("test"), StripeObjects.customer("cus_2").with("livemode", true)], at: Self.late)
      }
      #expect(error.status == .configuration)
      #expect(try await lab.count("customers") == 0)
    }
  }
}

extension String {
  /// With the name of the live schema in place of `{l}`.
  func live(_ lab: IngestLab) -> String { replacing("{l}", with: "\"\(lab.names.live)\"") }
}
