import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// Lists inside objects: a complete one marks children that vanished, an incomplete one never does.
@Suite struct IngestListTests {
  private static let (early, middle, late) = ("2026-11-01", "2026-11-02", "2026-11-03")

  private static func invoice(_ ids: [String], hasMore: Bool = false, totalCount: Int64? = nil) -> JSONText {
    StripeObjects.invoice(
      "in_1",
      lines: StripeObjects.list(ids.map { StripeObjects.line($0) }, hasMore: hasMore, totalCount: totalCount))
  }

  private static let lines = "select id, deleted from {s}.invoice_line_items order by id"

  @Test func aCompleteListMarksWhatVanished() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_2"])], at: Self.early)
      let report = try await lab.load("invoices", [Self.invoice(["il_2", "il_3"])], at: Self.late)
      #expect(try await lab.rows(Self.lines) == ["il_1|t", "il_2|f", "il_3|f"])
      #expect(report["invoice_line_items"].figures == ["read": 2, "inserted": 1, "unchanged": 1, "deleted": 1])
      #expect(
        try await lab.value("select deleted_at::date::text from {s}.invoice_line_items where id = 'il_1'")
          == "2026-11-03")
      #expect(try await lab.load("invoices", [Self.invoice(["il_2", "il_3"])], at: Self.late).changedRows == 0)
    }
  }

  @Test func anEmptyCompleteListMarksAll() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_2"])], at: Self.early)
      _ = try await lab.load("invoices", [Self.invoice([])], at: Self.late)
      #expect(try await lab.rows(Self.lines) == ["il_1|t", "il_2|t"])
    }
  }

  @Test(arguments: [(true, Int64?.none), (true, 2), (false, 2)])
  func anIncompleteListMarksNothing(_ hasMore: Bool, _ totalCount: Int64?) async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_2"])], at: Self.early)
      let cut = Self.invoice(["il_3"], hasMore: hasMore, totalCount: totalCount)
      _ = try await lab.load("invoices", [cut], at: Self.late)
      #expect(try await lab.rows(Self.lines) == ["il_1|f", "il_2|f", "il_3|f"])
    }
  }

  @Test func anAbsentListSaysNothing() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      _ = try await lab.load("invoices", [StripeObjects.invoice("in_1").with("number", "N")], at: Self.late)
      #expect(try await lab.rows(Self.lines) == ["il_1|f"])
    }
  }

  @Test func listsOfOtherParentsAreLeftAlone() async throws {
    try await IngestLab.run { lab in
      let other = StripeObjects.invoice("in_2", lines: StripeObjects.list([StripeObjects.line("il_9")]))
      _ = try await lab.load("invoices", [Self.invoice(["il_1"]), other], at: Self.early)
      _ = try await lab.load("invoices", [Self.invoice([])], at: Self.late)
      #expect(try await lab.rows(Self.lines) == ["il_1|t", "il_9|f"])
    }
  }

  @Test func aChildReappears() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      _ = try await lab.load("invoices", [Self.invoice([])], at: Self.middle)
      let report = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.late)
      #expect(report["invoice_line_items"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.rows(Self.lines) == ["il_1|f"])
      #expect(try await lab.value("select deleted_at from {s}.invoice_line_items") == nil)
    }
  }

  @Test func anOlderListMarksNothingNewer() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_2"])], at: Self.late)
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      #expect(try await lab.rows(Self.lines) == ["il_1|f", "il_2|f"])
    }
  }

  @Test func anOlderChildDoesNotComeBack() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      _ = try await lab.load("invoices", [Self.invoice([])], at: Self.late)
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.middle)
      #expect(try await lab.rows(Self.lines) == ["il_1|t"])
    }
  }

  // MARK: The parent's raw (decision 0009)

  private static let raw = """
    select l ->> 'id', l ->> 'amount' from {s}.invoices, json_array_elements(raw -> 'lines' -> 'data') as l order by 1
    """

  /// The list alone changed: an element more, one less, one with another amount.
  @Test(
    arguments: [
      (["il_1": 100, "il_2": 100], ["il_1|100", "il_2|100"]), ([:], []), (["il_1": 7], ["il_1|7"]),
    ] as [([String: Int64], [String])])
  func theRawOfAParentFollowsItsList(_ newer: [String: Int64], _ expected: [String]) async throws {
    try await IngestLab.run { lab in
      let lines = newer.sorted { $0.key < $1.key }.map { StripeObjects.line($0.key, amount: $0.value) }
      let invoice = StripeObjects.invoice("in_1", lines: StripeObjects.list(lines))
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      let report = try await lab.load("invoices", [invoice], at: Self.late)
      #expect(report["invoices"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.rows(Self.raw) == expected)
      #expect(try await lab.load("invoices", [invoice], at: Self.late).changedRows == 0)
    }
  }

  @Test func aParentWhoseListIsTheSameStaysAsItIs() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_2"])], at: Self.early)
      let report = try await lab.load("invoices", [Self.invoice(["il_2", "il_1"])], at: Self.late)
      #expect(report["invoices"].figures == ["read": 1, "unchanged": 1])
    }
  }

  // MARK: Late exports (decision 0007)

  /// The newest complete list had already lost the child when the older export with it arrives.
  @Test func aLateExportBringsNoVanishedChildToLife() async throws {
    try await IngestLab.run { lab in
      let newest = [Self.invoice(["il_2"])]
      let older = [Self.invoice(["il_1", "il_2"])]
      _ = try await lab.load("invoices", newest, at: Self.late)
      let report = try await lab.load("invoices", older, at: Self.early)
      #expect(try await lab.rows(Self.lines) == ["il_1|t", "il_2|f"])
      #expect(report["invoice_line_items"].figures == ["read": 2, "inserted": 1, "unchanged": 1, "deleted": 1])
      #expect(
        try await lab.rows("select deleted_at::date, observed_at::date from {s}.invoice_line_items where deleted")
          == ["2026-11-03|2026-11-03"])
      let arrivedLate = try await lab.fingerprint(withMoments: true)
      #expect(try await lab.load("invoices", older, at: Self.early).changedRows == 0)
      #expect(try await lab.load("invoices", newest, at: Self.late).changedRows == 0)

      try await IngestLab.run { other in
        _ = try await other.load("invoices", older, at: Self.early)
        _ = try await other.load("invoices", newest, at: Self.late)
        #expect(try await other.fingerprint(withMoments: true) == arrivedLate)
      }
    }
  }

  /// Newer renderings that say nothing of the list, or not all, leave what the last complete one proved.
  @Test(arguments: [nil, StripeObjects.list([StripeObjects.line("il_2")], hasMore: true)])
  func theLastCompleteListIsRemembered(_ newer: JSONText?) async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_2"])], at: Self.middle)
      let invoice = StripeObjects.invoice("in_1").with("number", "N")
      _ = try await lab.load("invoices", [newer.map { invoice.with("lines", $0) } ?? invoice], at: Self.late)
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_2"])], at: Self.early)
      #expect(try await lab.rows(Self.lines) == ["il_1|t", "il_2|f"])
      #expect(
        try await lab.rows("select deleted_at::date from {s}.invoice_line_items where deleted") == ["2026-11-02"])
    }
  }

  /// A parent that is as it was is not written again, and its list counts all the same.
  @Test func theListOfAnUnchangedParentIsRemembered() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.late)
      _ = try await lab.load("invoices", [Self.invoice(["il_1", "il_9"])], at: Self.middle)
      #expect(try await lab.rows(Self.lines) == ["il_1|f", "il_9|t"])
    }
  }

  @Test func aLateChildOfAFileOfItsOwnIsHeldAgainstTheList() async throws {
    try await IngestLab.run { lab in
      let charge = StripeObjects.charge("ch_1", customer: "cus_1").with("refunds", StripeObjects.list([]))
      _ = try await lab.load("charges", [charge], at: Self.late)
      _ = try await lab.load("refunds", [StripeObjects.refund("re_1", charge: "ch_1")], at: Self.early)
      #expect(try await lab.rows("select id, deleted from {s}.refunds") == ["re_1|t"])
    }
  }

  /// Without a complete list nothing is known, and a child that is newer than the list is not held against it.
  @Test func onlyAnOlderChildIsHeldAgainstTheList() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      _ = try await lab.load("invoices", [Self.invoice(["il_3"], hasMore: true)], at: Self.late)
      _ = try await lab.load("invoices", [Self.invoice(["il_2"], hasMore: true)], at: Self.middle)
      #expect(try await lab.rows(Self.lines) == ["il_1|f", "il_2|f", "il_3|f"])
    }
  }

  /// Somebody else's load of the newest list has not committed yet: the late one waits for it.
  @Test func aLateChildWaitsForAListThatIsBeingLoaded() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [StripeObjects.invoice("in_1")], at: Self.late)
      let holder = try await TestDatabase.connect()
      try await holder.execute(
        "begin; update \"\(lab.names.schema)\".invoices set lines_complete_at = '\(Self.late)'")
      async let loading = lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      try await Wait.until("the load waits for the parent") { try await lab.waitsForALock() }
      try await holder.execute("commit")
      #expect(try await loading["invoice_line_items"].figures == ["read": 1, "inserted": 1, "deleted": 1])
      #expect(try await lab.rows(Self.lines) == ["il_1|t"])
      await holder.close()
    }
  }

  @Test func aChildHasItsParentWhereItDoesNotSayIt() async throws {
    try await IngestLab.run { lab in
      _ = try await lab.load("invoices", [Self.invoice(["il_1"])], at: Self.early)
      #expect(try await lab.value("select invoice_id from {s}.invoice_line_items") == "in_1")
    }
  }

  @Test func aChildOfTheWrongKindRejectsItsParent() async throws {
    try await IngestLab.run { lab in
      let bad = StripeObjects.invoice("in_1", lines: StripeObjects.list([StripeObjects.refund("re_1")]))
      let report = try await lab.load("invoices", [bad, StripeObjects.invoice("in_2")], at: Self.late)
      #expect(report["invoices"].figures == ["read": 2, "inserted": 1, "rejected": 1])
      #expect(report.rejects.map(\.field) == ["lines.data[0]"])
      #expect(report.rejects[0].expectation.contains("line_item"))
      #expect(try await lab.rows("select id from {s}.invoices") == ["in_2"])
    }
  }
}
