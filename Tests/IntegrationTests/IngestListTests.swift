import Foundation
import Ingest
import PlatformCore
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
