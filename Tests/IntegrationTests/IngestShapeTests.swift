import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// Equal objects are unchanged however they are rendered; old and new shapes both load.
@Suite struct IngestShapeTests {
  private static let (early, late) = ("2026-11-01", "2026-11-03")

  /// Loads one rendering, then the other at a later moment; answers the second report.
  private static func reload(_ table: String, _ first: JSONText, _ second: JSONText) async throws -> IngestReport {
    try await IngestLab.run { lab in
      let report = try await lab.load(table, [first], at: early)
      #expect(report.exitStatus == .done)
      return try await lab.load(table, [second], at: late)
    }
  }

  @Test func expandedAndCollapsedAreTheSame() async throws {
    let collapsed = StripeObjects.charge("ch_1", customer: "cus_1").with([
      "balance_transaction": "txn_1", "application": "ca_1", "review": "prv_1",
    ])
    let expanded = StripeObjects.charge("ch_1", customer: StripeObjects.customer("cus_1")).with([
      "balance_transaction": StripeObjects.balanceTransaction("txn_1"),
      "application": ["id": "ca_1", "object": "application", "name": "App"],
      "review": ["id": "prv_1", "object": "review", "open": true],
    ])
    for (first, second) in [(collapsed, expanded), (expanded, collapsed)] {
      let report = try await Self.reload("charges", first, second)
      #expect(report["charges"].figures == ["read": 1, "unchanged": 1])
    }
  }

  @Test func orderOfMembersAndSpaceDoNotMatter() async throws {
    let plain = StripeObjects.charge("ch_1", customer: "cus_1").with([
      "metadata": ["b": "2", "a": "1"], "outcome": ["type": "authorized", "risk_score": 5],
    ])
    let spaced = JSONText.source(
      plain.reversed.rendered.replacing(",", with: " , ").replacing("\":", with: "\" : "))
    let report = try await Self.reload("charges", plain, spaced)
    #expect(report["charges"].figures == ["read": 1, "unchanged": 1])
  }

  @Test func escapesDoNotMatter() async throws {
    let plain = StripeObjects.customer("cus_1", name: "Ädä / x")
    let escaped = JSONText.source(
      plain.rendered.replacing("Ädä / x", with: #"\u00c4d\u00E4 \/ \u0078"#))
    let report = try await Self.reload("customers", plain, escaped)
    #expect(report["customers"].figures == ["read": 1, "unchanged": 1])
  }

  @Test func absentAndNullAreTheSame() async throws {
    let absent = StripeObjects.customer("cus_1")
    let report = try await Self.reload("customers", absent, absent.with(["email": nil, "discount": nil]))
    #expect(report["customers"].figures == ["read": 1, "unchanged": 1])
  }

  @Test func volatileFieldsDoNotMatter() async throws {
    let charge = StripeObjects.charge("ch_1")
    let report = try await Self.reload(
      "charges", charge.with("receipt_url", "https://pay.example.com/1"),
      charge.with("receipt_url", "https://pay.example.com/2"))
    #expect(report["charges"].figures == ["read": 1, "unchanged": 1])
  }

  @Test func aFieldNobodyDeclaredDoesMatter() async throws {
    try await IngestLab.run { lab in
      let charge = StripeObjects.charge("ch_1")
      _ = try await lab.load("charges", [charge.with("brand_new", ["x": [1, 2]])], at: Self.early)
      let report = try await lab.load("charges", [charge.with("brand_new", ["x": [1, 3]])], at: Self.late)
      #expect(report["charges"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.value("select raw->'brand_new'->'x'->>1 from {s}.charges") == "3")
    }
  }

  @Test func orderWithinAnArrayDoesMatter() async throws {
    let report = try await Self.reload(
      "customers", StripeObjects.customer("cus_1").with("preferred_locales", ["de", "en"]),
      StripeObjects.customer("cus_1").with("preferred_locales", ["en", "de"]))
    #expect(report["customers"].figures == ["read": 1, "updated": 1])
  }

  @Test func whatIsOnlySentWhenAskedForIsKept() async throws {
    try await IngestLab.run { lab in
      let bare = StripeObjects.price("price_1")
      let tiers: JSONText = [["up_to": 10, "unit_amount": 5], ["up_to": nil, "unit_amount": 4]]
      _ = try await lab.load("prices", [bare.with("tiers", tiers)], at: "2026-11-01")
      let stored = "select tiers->0->>'unit_amount', active, nickname from {s}.prices"
      let absent = try await lab.load("prices", [bare], at: "2026-11-02")
      #expect(absent["prices"].figures == ["read": 1, "unchanged": 1])
      #expect(try await lab.rows(stored) == ["5|-|-"])
      let renamed = try await lab.load("prices", [bare.with("nickname", "N")], at: "2026-11-03")
      #expect(renamed["prices"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.rows(stored) == ["5|-|N"])
      let present = try await lab.load(
        "prices", [bare.with(["nickname": "N", "tiers": [["up_to": nil, "unit_amount": 7]]])], at: "2026-11-04")
      #expect(present["prices"].figures == ["read": 1, "updated": 1])
      #expect(try await lab.rows(stored) == ["7|-|N"])
    }
  }

  @Test(arguments: [true, false])
  func atOneMomentThePresentOneCounts(_ presentFirst: Bool) async throws {
    try await IngestLab.run { lab in
      let bare = StripeObjects.price("price_1")
      let full = bare.with("tiers", [["up_to": nil, "unit_amount": 7]])
      let report = try await lab.load("prices", presentFirst ? [full, bare] : [bare, full], at: Self.late)
      #expect(report.exitStatus == .done)
      #expect(report["prices"].read == 2)
      #expect(try await lab.value("select tiers->0->>'unit_amount' from {s}.prices") == "7")
    }
  }

  @Test func oldShapes() async throws {
    try await IngestLab.run { lab in
      let invoice = StripeObjects.invoice("in_1", customer: "cus_1").with([
        "subscription": "sub_1", "charge": "ch_1", "payment_intent": "pi_1", "tax": 19, "paid": true,
        "lines": StripeObjects.list([
          StripeObjects.line("il_1").with([
            "price": StripeObjects.price("price_1"), "plan": ["id": "price_1", "object": "plan", "product": "prod_1"],
            "proration": true, "subscription": "sub_1", "subscription_item": "si_1", "type": "subscription",
          ])
        ]),
      ])
      _ = try await lab.load("invoices", [invoice], at: Self.early)
      #expect(
        try await lab.rows("select subscription_id, charge_id, payment_intent_id, tax, paid from {s}.invoices")
          == ["sub_1|ch_1|pi_1|19|t"])
      #expect(
        try await lab.rows(
          """
          select price_id, product_id, proration, subscription_id, subscription_item_id, parent_type
          from {s}.invoice_line_items
          """) == ["price_1|prod_1|t|sub_1|si_1|subscription"])
      #expect(try await lab.rows("select is_placeholder, unit_amount from {s}.prices") == ["f|500"])
    }
  }

  @Test func newShapes() async throws {
    try await IngestLab.run { lab in
      let invoice = StripeObjects.invoice("in_1", customer: "cus_1").with([
        "parent": ["type": "subscription_details", "subscription_details": ["subscription": "sub_1"]],
        "lines": StripeObjects.list([
          StripeObjects.line("il_1").with([
            "parent": [
              "type": "subscription_item_details",
              "subscription_item_details": ["subscription": "sub_1", "subscription_item": "si_1", "proration": true],
            ],
            "pricing": ["price_details": ["price": "price_1", "product": "prod_1"], "unit_amount_decimal": "500"],
          ])
        ]),
        "payments": StripeObjects.list([
          [
            "id": "inpay_1", "object": "invoice_payment", "created": 1, "status": "paid", "amount_requested": 1000,
            "currency": "eur", "livemode": false, "payment": ["type": "payment_intent", "payment_intent": "pi_1"],
          ]
        ]),
      ])
      _ = try await lab.load("invoices", [invoice], at: Self.early)
      #expect(
        try await lab.rows("select subscription_id, parent_type from {s}.invoices") == ["sub_1|subscription_details"])
      #expect(
        try await lab.rows(
          """
          select price_id, product_id, proration, subscription_id, subscription_item_id, unit_amount_decimal
          from {s}.invoice_line_items
          """) == ["price_1|prod_1|t|sub_1|si_1|500"])
      #expect(
        try await lab.rows("select invoice_id, payment_payment_intent_id from {s}.invoice_payments") == ["in_1|pi_1"])
    }
  }

  @Test func subscriptionsWithThePeriodOnTopOrInTheItems() async throws {
    try await IngestLab.run { lab in
      let items = StripeObjects.list([
        StripeObjects.subscriptionItem("si_1", price: StripeObjects.price("price_1")).with([
          "current_period_end": 86400, "plan": ["id": "price_1", "object": "plan"],
        ])
      ])
      _ = try await lab.load(
        "subscriptions",
        [
          StripeObjects.subscription("sub_old").with(["current_period_start": 0, "current_period_end": 86400]),
          StripeObjects.subscription("sub_new", items: items),
        ], at: Self.early)
      #expect(
        try await lab.rows("select id, extract(epoch from current_period_end)::int from {s}.subscriptions order by id")
          == ["sub_new|-", "sub_old|86400"])
      #expect(
        try await lab.rows(
          "select subscription_id, price_id, extract(epoch from current_period_end)::int from {s}.subscription_items")
          == ["sub_new|price_1|86400"])
    }
  }

  /// All samples side by side, as one export: every shape we know of, and nothing is rejected.
  @Test func allSamples() async throws {
    try await IngestLab.run { lab in
      let fixtures = TestDatabase.packageFolder.appending(path: "Tests/Fixtures/stripe")
      let names = try FileManager.default.contentsOfDirectory(atPath: fixtures.path).filter { $0.hasSuffix(".json") }
      try #require(names.count > 30)
      for name in names.sorted() {
        let resource = try #require(
          ResourceName.allCases.filter { name.hasPrefix($0.rawValue + ".") }.max {
            $0.rawValue.count < $1.rawValue.count
          })
        // The shapes of one object are its versions, so each comes at a moment of its own.
        let report = try await lab.load(.file(fixtures.appending(path: name).path, resource))
        #expect(report[resource.definition.table].rejected == 0, "\(name): \(report.rejects)")
        #expect(report.exitStatus == .done || !report.incomplete.isEmpty, "\(name)")
      }
    }
  }
}
