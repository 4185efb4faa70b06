import Sandbox
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 12: each moved field at a version before and from the one that moved it.
@Suite struct VersionTests {
  private static let acacia = "2025-02-24.acacia"
  private static let basil = "2025-04-30.basil"
  private static let clover = "2025-10-29.clover"
  private static let endive = "2026-10-28.endive"

  private let test: TestAPI

  init() throws {
    test = try TestAPI()
    try test.keep(.coupon, ["id": "c1", "name": "Ten"])
    try test.keep(.discount, ["id": "di_1", "customer": "cus_1", "source": ["type": "coupon", "coupon": "c1"]])
    try test.keep(
      .customer, ["id": "cus_1", "discount": nil],
      ["id": "cus_2", "discount": ["id": "di_1", "object": "discount", "source": ["type": "coupon", "coupon": "c1"]]])
    try test.keep(
      .price,
      [
        "id": "price_1", "product": "prod_1", "unit_amount": 500,
        "recurring": ["interval": "month", "interval_count": 1],
      ])
    try test.keep(.charge, ["id": "ch_1", "payment_intent": "pi_1", "customer": "cus_1"])
    try test.keep(.refund, ["id": "re_1", "charge": "ch_1"])
    try test.keep(.paymentIntent, ["id": "pi_1", "latest_charge": "ch_1", "customer": "cus_1"])
    try test.keep(
      .invoicePayment,
      [
        "id": "inpay_1", "invoice": "in_1", "is_default": true,
        "payment": ["type": "payment_intent", "payment_intent": "pi_1"],
      ])
    try test.keep(.invoice, Self.invoice)
    try test.keep(
      .subscription,
      [
        "id": "sub_1", "customer": "cus_1", "status": "active", "discounts": ["di_1"], "latest_invoice": "in_1",
        "billing_thresholds": nil,
        "items": [
          "object": "list",
          "data": [
            [
              "id": "si_1", "object": "subscription_item", "billing_thresholds": nil, "current_period_start": 100,
              "current_period_end": 200,
              "price": ["id": "price_1", "object": "price", "recurring": ["interval": "month"]],
            ]
          ],
        ],
      ])
    try test.keep(
      .invoiceItem,
      [
        "id": "ii_1",
        "parent": [
          "type": "subscription_details",
          "subscription_details": ["subscription": "sub_1", "subscription_item": "si_1"],
        ],
        "pricing": ["type": "price_details", "price_details": ["price": "price_1"], "unit_amount_decimal": "500"],
      ])
  }

  private static let invoice: JSONObject = [
    "id": "in_1", "object": "invoice", "status": "paid", "discounts": ["di_1"], "amount_paid_off_stripe": 0,
    "parent": [
      "type": "subscription_details", "quote_details": nil,
      "subscription_details": ["subscription": "sub_1", "metadata": ["k": "v"], "subscription_proration_date": 77],
    ],
    "total_taxes": [
      [
        "amount": 20, "tax_behavior": "inclusive", "tax_rate_details": ["tax_rate": "txr_1"],
        "taxability_reason": "standard_rated", "taxable_amount": 480, "type": "tax_rate_details",
      ], ["amount": 5, "tax_behavior": "exclusive", "tax_rate_details": ["tax_rate": "txr_2"]],
    ],
    "lines": [
      "object": "list",
      "data": [
        [
          "id": "il_1", "object": "line_item", "amount": 500, "subscription": nil,
          "parent": [
            "type": "subscription_item_details", "invoice_item_details": nil,
            "subscription_item_details": [
              "subscription": "sub_1", "subscription_item": "si_1", "proration": true, "invoice_item": nil,
              "proration_details": ["credited_items": nil],
            ],
          ],
          "pricing": ["type": "price_details", "price_details": ["price": "price_1"], "unit_amount_decimal": "500"],
          "taxes": [["amount": 20, "tax_behavior": "inclusive", "tax_rate_details": ["tax_rate": "txr_1"]]],
        ],
        [
          "id": "il_2", "object": "line_item", "amount": 7,
          "parent": [
            "type": "invoice_item_details", "subscription_item_details": nil,
            "invoice_item_details": ["invoice_item": "ii_1", "proration": false, "subscription": nil],
          ],
          "pricing": nil, "taxes": [],
        ],
      ],
    ],
  ]

  private func get(_ path: String, _ version: String, _ query: String = "") throws -> JSON {
    let answer = try test.get("/v1/\(path)", query, version: version)
    #expect(answer.status == 200, "\(answer.text)")
    return answer.json
  }

  @Test func invoiceBeforeBasil() throws {
    let invoice = try get("invoices/in_1", Self.acacia)
    #expect(invoice["subscription"] == "sub_1")
    #expect(invoice["subscription_details"] == ["metadata": ["k": "v"]])
    #expect(invoice["subscription_proration_date"] == 77)
    #expect(invoice["quote"].isNull)
    #expect(invoice["payment_intent"] == "pi_1")
    #expect(invoice["charge"] == "ch_1")
    #expect(invoice["paid"] == true)
    #expect(invoice["paid_out_of_band"] == false)
    #expect(invoice["discount"]["id"] == "di_1")
    #expect(invoice["discount"]["coupon"]["name"] == "Ten")
    #expect(invoice["tax"] == 25)
    #expect(
      invoice["total_tax_amounts"].array?.first == [
        "amount": 20, "inclusive": true, "tax_rate": "txr_1", "taxability_reason": "standard_rated",
        "taxable_amount": 480,
      ])
    for name in ["application_fee_amount", "transfer_data", "quote"] { #expect(invoice.object?.has(name) == true) }
    for name in ["parent", "total_taxes"] { #expect(invoice.object?.has(name) == false) }
  }

  @Test func linesBeforeBasil() throws {
    let lines = try get("invoices/in_1", Self.acacia)["lines"]["data"].array ?? []
    let line = try #require(lines.first)
    #expect(line["type"] == "subscription")
    #expect(line["subscription"] == "sub_1")
    #expect(line["subscription_item"] == "si_1")
    #expect(line["proration"] == true)
    #expect(line["proration_details"] == ["credited_items": nil])
    #expect(line["price"]["id"] == "price_1")
    #expect(line["price"]["recurring"].object?.has("aggregate_usage") == true)
    #expect(line["plan"]["id"] == "price_1")
    #expect(line["plan"]["object"] == "plan")
    #expect(line["tax_amounts"].array?.first?["amount"] == 20)
    #expect(line["tax_rates"] == [])
    #expect(line["amount_excluding_tax"] == 480)
    #expect(line["unit_amount_excluding_tax"] == "500")
    for name in ["parent", "pricing", "taxes"] { #expect(line.object?.has(name) == false) }
    #expect(lines.last?["type"] == "invoiceitem")
    #expect(lines.last?["invoice_item"] == "ii_1")
    #expect(lines.last?["price"].isNull == true)
  }

  @Test(arguments: [basil, clover, endive])
  func invoiceFromBasilOn(_ version: String) throws {
    let invoice = try get("invoices/in_1", version)
    let stored = try get("invoices/in_1", Self.endive)
    #expect(invoice == stored)
    for name in ["subscription", "payment_intent", "charge", "paid", "discount", "tax", "total_tax_amounts"] {
      #expect(invoice.object?.has(name) == false)
    }
  }

  @Test func subscriptionInFourVersions() throws {
    let old = try get("subscriptions/sub_1", Self.acacia)
    #expect(old["current_period_start"] == 100)
    #expect(old["current_period_end"] == 200)
    #expect(old["discount"]["coupon"]["id"] == "c1")
    #expect(old.object?.has("billing_thresholds") == true)
    let oldItem = try #require(old["items"]["data"].array?.first)
    #expect(oldItem.object?.has("current_period_end") == false)
    #expect(oldItem.object?.has("billing_thresholds") == true)
    let basil = try get("subscriptions/sub_1", Self.basil)
    #expect(basil.object?.has("current_period_end") == false)
    #expect(basil.object?.has("billing_thresholds") == false)
    #expect(basil["items"]["data"].array?.first?.object?.has("billing_thresholds") == false)
    #expect(basil["items"]["data"].array?.first?["current_period_end"] == 200)
    for version in [Self.clover, Self.endive] {
      let new = try get("subscriptions/sub_1", version)
      #expect(new.object?.has("billing_thresholds") == true)
      #expect(new.object?.has("discount") == false)
    }
  }

  @Test func invoiceItemsChargesAndIntents() throws {
    let item = try get("invoiceitems/ii_1", Self.acacia)
    #expect(item["price"]["id"] == "price_1")
    #expect(item["plan"]["amount"] == 500)
    #expect(item["unit_amount"] == 500)
    #expect(item["unit_amount_decimal"] == "500")
    #expect(item["subscription"] == "sub_1")
    #expect(item["subscription_item"] == "si_1")
    #expect(item.object?.has("pricing") == false)
    #expect(try get("charges/ch_1", Self.acacia)["invoice"] == "in_1")
    #expect(try get("payment_intents/pi_1", Self.acacia)["invoice"] == "in_1")
    #expect(try get("charges", Self.acacia)["data"].array?.first?["invoice"] == "in_1")
    #expect(try get("charges/ch_1", Self.basil).object?.has("invoice") == false)
    #expect(try get("payment_intents/pi_1", Self.basil).object?.has("invoice") == false)
  }

  @Test func discountsNameTheirSourceFromCloverOn() throws {
    for version in [Self.acacia, Self.basil] {
      let discount = try get("customers/cus_2", version)["discount"]
      #expect(discount["coupon"]["name"] == "Ten")
      #expect(discount.object?.has("source") == false)
    }
    for version in [Self.clover, Self.endive] {
      let discount = try get("customers/cus_2", version)["discount"]
      #expect(discount["source"] == ["type": "coupon", "coupon": "c1"])
      #expect(discount.object?.has("coupon") == false)
    }
    let expanded = try get("customers/cus_2", Self.endive, "expand[]=discount.source.coupon")
    #expect(expanded["discount"]["source"]["coupon"]["name"] == "Ten")
  }

  @Test func oldReferencesExpandInOldVersions() throws {
    let invoice = try get(
      "invoices/in_1", Self.acacia, "expand[]=payment_intent.latest_charge&expand[]=subscription&expand[]=charge")
    #expect(invoice["payment_intent"]["latest_charge"]["invoice"] == "in_1")
    #expect(invoice["subscription"]["current_period_end"] == 200)
    #expect(invoice["charge"]["id"] == "ch_1")
    let subscription = try get("subscriptions/sub_1", Self.acacia, "expand[]=latest_invoice.payment_intent")
    #expect(subscription["latest_invoice"]["payment_intent"]["id"] == "pi_1")
    #expect(
      try test.get("/v1/invoices/in_1", "expand[]=payment_intent", version: Self.basil).message
        == "This property cannot be expanded (payment_intent).")
  }

  @Test func chargesOfAnIntentBefore2022() throws {
    let old = try get("payment_intents/pi_1", "2020-08-27")
    #expect(old["charges"]["data"].array?.first?["id"] == "ch_1")
    #expect(old["charges"]["data"].array?.first?["invoice"] == "in_1")
    #expect(old["charges"]["data"].array?.first?["refunds"]["total_count"] == 1)
    #expect(old["charges"]["url"] == "/v1/charges?payment_intent=pi_1")
    #expect(old["latest_charge"] == "ch_1")
    #expect(try get("payment_intents/pi_1", "2022-11-15").object?.has("charges") == false)
  }

  @Test func whatDoesNotChangeStaysAsItIsStored() throws {
    let old = try test.get("/v1/customers", "limit=1&ending_before=cus_2", version: Self.acacia)
    #expect(old.status == 200)
    let texts = try [Self.acacia, Self.endive].map { try test.get("/v1/customers/cus_1", version: $0).text }
    #expect(texts[0] == texts[1])
  }

  @Test func eventsStayInTheirOwnVersion() throws {
    try test.keep(
      .event,
      [
        "id": "evt_1", "created": .integer(TestAPI.now), "api_version": "2026-10-28.endive",
        "data": ["object": .object(Self.invoice)],
      ])
    let event = try get("events/evt_1", Self.acacia)
    #expect(event["data"]["object"]["parent"]["type"] == "subscription_details")
  }
}
