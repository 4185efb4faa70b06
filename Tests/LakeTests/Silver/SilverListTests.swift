import DuckDBClient
import StripeModel
import Testing

/// Children of lists, and objects that are only sighted inside others.
@Suite struct SilverListTests {
  private typealias Line = SilverLab.Line
  private typealias Objects = SilverObjects

  private func at(_ second: Int) -> String { "2026-03-01 10:00:0\(second)+00" }

  private func invoice(_ second: Int, _ lines: [String], hasMore: Bool = false) -> Line {
    Line("invoices", Objects.invoice(lines: lines.map { Objects.line($0) }, hasMore: hasMore), at: second)
  }

  @Test("elements are rows with their parent's id, day and version; a complete list marks what vanished")
  func lists() async throws {
    let columns = "invoice_line_item_id, invoice_id, is_deleted, deleted_at, observed_at, dt"
    let expected: [[String?]] = [
      ["il_1", "in_1", "false", nil, at(5), Objects.day], ["il_2", "in_1", "true", at(3), at(1), Objects.day],
    ]
    let lines = [invoice(1, ["il_1", "il_2"]), invoice(3, ["il_1"]), invoice(5, ["il_1"])]
    // Also when the older list comes late: its child is gone since the first list without it.
    for runs in [[lines], [[lines[0]], [lines[1]], [lines[2]]], [[lines[2]], [lines[1]], [lines[0]]]] {
      let lab = try await SilverLab(.invoiceLineItem)
      for run in runs { #expect(try await lab.run(run) == [:]) }
      #expect(try await lab.rows("invoice_line_items", columns) == expected)
    }
  }

  @Test("a list that was cut, or that is not there, takes nothing away; a deleted parent takes its lines")
  func cutLists() async throws {
    let lab = try await SilverLab(.invoiceLineItem)
    try await lab.run([invoice(1, ["il_1", "il_2"])])
    try await lab.run([
      invoice(2, ["il_1"], hasMore: true),
      Line("invoices", Objects.invoice(), at: 3),
      Line(
        "invoices",
        Objects.invoice(more: #","lines":{"object":"list","data":[],"has_more":false,"total_count":2}"#), at: 4),
    ])
    #expect(try await lab.rows("invoice_line_items", "is_deleted") == [["false"], ["false"]])
    try await lab.run([Line("invoices", Objects.stub("invoice", "in_1"), at: 5)])
    #expect(try await lab.rows("invoice_line_items", "deleted_at") == [[at(5)], [at(5)]])
    #expect(try await lab.rows("invoices", "is_deleted, total_minor") == [["true", "1"]])
  }

  @Test("a list with an element that cannot be read takes nothing away, in one run or in several")
  func brokenElement() async throws {
    let broken = Objects.line("il_2").replacing(#""amount":"#, with: #""amount":"a lot","was":"#)
    #expect(broken != Objects.line("il_2"))
    let lines = [
      invoice(1, ["il_1", "il_2"]),
      Line("invoices", Objects.invoice(lines: [Objects.line("il_1"), broken], hasMore: false), at: 3),
    ]
    for runs in [[lines], [[lines[0]], [lines[1]]], [[lines[1]], [lines[0]]]] {
      let lab = try await SilverLab(.invoiceLineItem)
      for run in runs { try await lab.run(run) }
      #expect(
        try await lab.rows("invoice_line_items", "invoice_line_item_id, is_deleted, observed_at") == [
          ["il_1", "false", at(3)], ["il_2", "false", at(1)],
        ])
      try await lab.run([invoice(5, ["il_1"])])
      #expect(
        try await lab.rows("invoice_line_items", "invoice_line_item_id, deleted_at") == [
          ["il_1", nil], ["il_2", at(5)],
        ])
    }
  }

  @Test("a child with an endpoint of its own is held against its parent's lists in silver")
  func lateChild() async throws {
    let lab = try await SilverLab(.refund)
    let charge = { (second: Int, refunds: [String]) in
      Line("charges", Objects.charge(refunds: Objects.list(refunds)), at: second)
    }
    try await lab.run([charge(3, [Objects.refund("re_1")])])
    try await lab.run([charge(5, [Objects.refund("re_1", amount: 6)])])
    try await lab.run([Line("refunds", Objects.refund("re_2"), at: 2), Line("refunds", Objects.refund("re_3"), at: 6)])
    let expected: [[String?]] = [
      ["re_1", "6", "false", nil, "2026-02-02"], ["re_2", "5", "true", at(3), "2026-02-02"],
      ["re_3", "5", "false", nil, "2026-02-02"],
    ]
    #expect(try await lab.rows("refunds", "refund_id, amount_minor, is_deleted, deleted_at, dt") == expected)
  }

  @Test("objects that stand whole inside others are rows; a record of their own of the same second counts more")
  func sightings() async throws {
    let lab = try await SilverLab(.discount, .taxRate)
    let broken = try await lab.run([
      Line("customers", Objects.customer(more: #","discount":\#(Objects.discount("di_1", end: 1))"#), at: 1),
      Line(
        "invoices",
        Objects.invoice(
          lines: [
            Objects.line("il_1", more: #","discounts":[\#(Objects.discount("di_2", end: 2)),"di_9"]"#)
          ],
          more: """
            ,"discounts":[\(Objects.discount("di_1", end: 3))],"default_tax_rates":[\(Objects.taxRate(name: "sighted"))]
            """), at: 3),
      Line("tax_rates", Objects.taxRate(name: "read"), at: 3),
    ])
    #expect(broken == [:])
    #expect(
      try await lab.rows("discounts", "discount_id, epoch(end_at)::int, observed_at, observed_sequence, dt") == [
        ["di_1", "3", at(3), "0", Objects.day], ["di_2", "2", at(3), "0", Objects.day],
      ])
    #expect(try await lab.rows("tax_rates", "display_name, observed_sequence") == [["read", "1"]])
    #expect(try await lab.rows("invoices", "discount_ids") == [["[di_1]"]])
    #expect(try await lab.rows("invoice_line_items", "discount_ids") == [["[di_2, di_9]"]])
    try await lab.run([Line("discounts", Objects.stub("discount", "di_2"), at: 4)])
    #expect(try await lab.rows("discounts", "is_deleted") == [["false"], ["true"]])
  }
}
