import Ingest
import PlatformCore
import StripeModel
import TestSupport
import Testing

/// Discounts have no endpoint: they become rows from where they stand embedded or expanded.
@Suite struct IngestDiscountTests {
  private static func discount(_ id: String, end: JSONText = nil, coupon: JSONText = "C20") -> JSONText {
    [
      "id": .text(id), "object": "discount", "customer": "cus_1", "end": end, "promotion_code": nil,
      "source": ["coupon": coupon, "type": "coupon"], "start": 1_700_000_000, "subscription": nil,
    ]
  }

  private static let coupon: JSONText = [
    "id": "C20", "object": "coupon", "created": 1_700_000_000, "duration": "forever", "percent_off": 20, "valid": true,
  ]

  @Test func theOneInsideACustomerIsARowOfItsOwn() async throws {
    try await IngestLab.run { lab in
      let customer = StripeObjects.customer("cus_1").with(["discount": Self.discount("di_1")])
      let report = try await lab.load("customers", [customer], at: "2026-11-01")
      #expect(report.exitStatus == .done)
      #expect(
        try await lab.rows("select discount_id, discount_coupon_id, discount_end from {s}.customers")
          == ["di_1|C20|-"])
      #expect(
        try await lab.rows("select id, customer_id, coupon_id, is_placeholder, observed_sequence from {s}.discounts")
          == ["di_1|cus_1|C20|f|0"])
      #expect(try await lab.rows("select id, is_placeholder from {s}.coupons") == ["C20|t"])

      // What changes inside changes both: nothing of the customer is read from a row that stayed behind.
      let ending = StripeObjects.customer("cus_1").with(["discount": Self.discount("di_1", end: 1_800_000_000)])
      _ = try await lab.load("customers", [ending], at: "2026-11-02")
      #expect(
        try await lab.rows(
          """
          select extract(epoch from c.discount_end)::int, extract(epoch from d.end_date)::int
          from {s}.customers c join {s}.discounts d on d.id = c.discount_id
          """) == ["1800000000|1800000000"])
    }
  }

  @Test func expandedOnesSayMoreThanTheirIdsAndChangeNothingElse() async throws {
    try await IngestLab.run { lab in
      let plain = StripeObjects.subscription("sub_1", customer: "cus_1")
      _ = try await lab.load("subscriptions", [plain.with(["discounts": ["di_1"]])], at: "2026-11-01")
      #expect(try await lab.count("discounts") == 0)

      let report = try await lab.load(
        "subscriptions", [plain.with(["discounts": [Self.discount("di_1", coupon: Self.coupon)]])], at: "2026-11-02")
      #expect(report["subscriptions"].figures == ["read": 1, "unchanged": 1])
      #expect(try await lab.rows("select id, coupon_id from {s}.discounts") == ["di_1|C20"])
      #expect(try await lab.rows("select id, percent_off from {s}.coupons where not is_placeholder") == ["C20|20"])
      #expect(try await lab.rows("select discounts from {s}.subscriptions") == [#"["di_1"]"#])
    }
  }

  @Test func theShapeBeforeBasilIsTheSame() async throws {
    try await IngestLab.run { lab in
      let old: JSONText = [
        "id": "di_1", "object": "discount", "customer": "cus_1", "start": 1_700_000_000, "coupon": Self.coupon,
        "subscription": "sub_1",
      ]
      let subscription = StripeObjects.subscription("sub_1", customer: "cus_1").with(["discount": old])
      _ = try await lab.load("subscriptions", [subscription], at: "2026-11-01")
      #expect(try await lab.rows("select discount_id from {s}.subscriptions") == ["di_1"])
      #expect(
        try await lab.rows("select id, coupon_id, subscription_id, is_placeholder from {s}.discounts")
          == ["di_1|C20|sub_1|f"])
    }
  }

  @Test func linesThatDoNotNameTheirParentGetIt() async throws {
    try await IngestLab.run { lab in
      let line: JSONText = ["id": "cnli_1", "object": "credit_note_line_item", "amount": 500]
      let note: JSONText = [
        "id": "cn_1", "object": "credit_note", "created": 1_700_000_000, "status": "issued", "currency": "eur",
        "amount": 500, "subtotal": 500, "total": 500, "lines": StripeObjects.list([line]),
      ]
      #expect(try await lab.load("credit_notes", [note], at: "2026-11-01").exitStatus == .done)
      #expect(try await lab.rows("select id, credit_note_id from {s}.credit_note_line_items") == ["cnli_1|cn_1"])

      let without = note.with(["lines": StripeObjects.list([])])
      _ = try await lab.load("credit_notes", [without], at: "2026-11-02")
      #expect(try await lab.rows("select id, deleted from {s}.credit_note_line_items") == ["cnli_1|t"])
    }
  }

  /// An event tells what was; it must not become what is.
  @Test func theObjectInsideAnEventIsNoSighting() async throws {
    try await IngestLab.run { lab in
      let event: JSONText = [
        "id": "evt_1", "object": "event", "api_version": "2024-06-20", "created": 1_700_000_000,
        "data": ["object": StripeObjects.customer("cus_1", name: "Before"), "previous_attributes": ["name": "Once"]],
        "pending_webhooks": 2, "request": ["id": "req_1", "idempotency_key": nil], "type": "customer.updated",
      ]
      _ = try await lab.load("events", [event], at: "2026-11-01")
      #expect(try await lab.count("customers") == 0)
      #expect(
        try await lab.rows("select type, object_type, object_id, snapshot_api_version, request_id from {s}.events")
          == ["customer.updated|customer|cus_1|2024-06-20|req_1"])
      let acknowledged = event.with(["pending_webhooks": 0])
      let report = try await lab.load("events", [acknowledged], at: "2026-11-02")
      #expect(report["events"].figures == ["read": 1, "unchanged": 1])
    }
  }
}
