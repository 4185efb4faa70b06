import Sandbox
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 5.
@Suite struct ListTests {
  private let test: TestAPI
  init() throws { test = try TestAPI() }

  private func fill(_ count: Int) throws {
    for number in 0..<count {
      try test.keep(
        .customer, ["id": .string("cus_\(number)"), "created": .integer(1_000 + Int64(number / 2)), "email": "a@b.c"])
    }
  }

  @Test func pagesGoFromTheNewest() throws {
    try fill(25)
    let first = try test.get("/v1/customers")
    #expect(first.ids == (15..<25).reversed().map { "cus_\($0)" })
    #expect(first.json["has_more"] == true)
    let second = try test.get("/v1/customers", "starting_after=cus_15&limit=20")
    #expect(second.ids == (0..<15).reversed().map { "cus_\($0)" })
    #expect(second.json["has_more"] == false)
    let before = try test.get("/v1/customers", "ending_before=cus_5&limit=3")
    #expect(before.ids == ["cus_8", "cus_7", "cus_6"], "the page nearest to the cursor, newest first")
    #expect(before.json["has_more"] == true)
    #expect(try test.get("/v1/customers", "ending_before=cus_22").json["has_more"] == false)
  }

  @Test(arguments: [("0", 1), ("-1", 1), ("101", 100), ("200", 100), ("7", 7)])
  func limitsAreClamped(_ limit: String, _ count: Int) throws {
    try fill(120)
    #expect(try test.get("/v1/customers", "limit=\(limit)").ids.count == count)
  }

  @Test func aLimitIsAnInteger() throws {
    let answer = try test.get("/v1/customers", "limit=abc")
    #expect(answer.message == "Invalid integer: abc")
    #expect(answer.error["code"] == "parameter_invalid_integer")
    #expect(answer.error["param"] == "limit")
  }

  @Test func cursorsAreChecked() throws {
    try fill(2)
    try test.keep(.customer, ["id": "cus_gone", "deleted": true])
    let unknown = try test.get("/v1/customers", "starting_after=cus_x&ending_before=cus_1")
    #expect(unknown.status == 400)
    #expect(unknown.message == "No such customer: 'cus_x'")
    #expect(unknown.error["param"] == "starting_after")
    #expect(unknown.error["code"] == "resource_missing")
    let both = try test.get("/v1/customers", "starting_after=cus_0&ending_before=cus_1")
    #expect(both.message == "Received both starting_after and ending_before parameters. Please pass in only one.")
    #expect(both.error["code"].isNull)
    #expect(both.error["param"].isNull)
    #expect(try test.get("/v1/customers", "ending_before=cus_gone").error["param"] == "ending_before")
  }

  @Test func elementsStandOneToALine() throws {
    try test.keep(.customer, ["id": "cus_1", "name": "a\"},{\n"], ["id": "cus_2"])
    #expect(
      try test.get("/v1/customers").text == """
        {
          "object": "list",
          "data": [
            {"id":"cus_2","object":"customer","created":1789000000},
            {"id":"cus_1","name":"a\\"},{\\n","object":"customer","created":1789000000}
          ],
          "has_more": false,
          "url": "/v1/customers"
        }
        """)
  }

  @Test func customersOfClocksAreLeftOut() throws {
    try test.keep(.testClock, ["id": "clock_1"])
    try test.keep(
      .customer, ["id": "cus_1", "email": "A@b.c"], ["id": "cus_2", "email": "a@b.c", "test_clock": "clock_1"])
    #expect(try test.get("/v1/customers").ids == ["cus_1"])
    #expect(try test.get("/v1/customers", "test_clock=clock_1").ids == ["cus_2"])
    #expect(try test.get("/v1/customers", "email=A@b.c").ids == ["cus_1"])
    #expect(try test.get("/v1/customers", "email=a@b.c").ids.isEmpty)
    let missing = try test.get("/v1/customers", "test_clock=clock_x")
    #expect(missing.message == "No such billingclock: 'clock_x'")
    #expect(missing.error["param"] == "test_clock")
    #expect(missing.status == 400)
  }

  @Test(arguments: [
    ("created=20", ["b"]), ("created[gt]=20", ["c"]), ("created[gte]=20", ["c", "b"]), ("created[lt]=20", ["a"]),
    ("created[lte]=20", ["b", "a"]), ("created[gte]=11&created[lt]=30", ["b"]),
  ])
  func ranges(_ query: String, _ ids: [String]) throws {
    try test.keep(
      .charge, ["id": "a", "created": 10], ["id": "b", "created": 20], ["id": "c", "created": 30])
    #expect(try test.get("/v1/charges", query).ids == ids)
  }

  @Test func rangesAreChecked() throws {
    #expect(try test.get("/v1/charges", "created[since]=1").message == "Received unknown parameter: created[since]")
    #expect(try test.get("/v1/charges", "created[gt]=x").error["param"] == "created[gt]")
  }

  @Test func subscriptionsHideCanceledAndClocks() throws {
    try test.keep(.customer, ["id": "cus_1"])
    try test.keep(.testClock, ["id": "clock_1"])
    try test.keep(.price, ["id": "price_1", "product": "prod_1"])
    try test.keep(
      .subscription, ["id": "s_active", "status": "active", "customer": "cus_1"],
      ["id": "s_due", "status": "past_due", "customer": "cus_2"],
      ["id": "s_gone", "status": "canceled", "customer": "cus_1"],
      ["id": "s_never", "status": "incomplete_expired", "customer": "cus_1"],
      ["id": "s_clock", "status": "active", "customer": "cus_1", "test_clock": "clock_1"])
    try test.keep(
      .subscriptionItem,
      [
        "id": "si_1", "subscription": "s_active", "price": ["id": "price_1", "product": "prod_1"],
        "current_period_end": 50,
      ],
      [
        "id": "si_2", "subscription": "s_due", "price": ["id": "price_2", "product": "prod_1"],
        "current_period_end": 60,
      ])
    func ids(_ query: String) throws -> [String] { try test.get("/v1/subscriptions", query).ids.sorted() }
    #expect(try ids("") == ["s_active", "s_due", "s_never"])
    #expect(try ids("status=all") == ["s_active", "s_due", "s_gone", "s_never"])
    #expect(try ids("status=canceled") == ["s_gone"])
    #expect(try ids("status=ended") == ["s_gone", "s_never"])
    #expect(try ids("customer=cus_1") == ["s_active", "s_clock", "s_never"])
    #expect(try ids("test_clock=clock_1") == ["s_clock"])
    #expect(try ids("price=price_1") == ["s_active"])
    #expect(try ids("current_period_end[gt]=55") == ["s_due"])
    #expect(try ids("current_period_end=50") == ["s_active"])
    #expect(
      try test.get("/v1/subscriptions", "status=foo").message
        == "Invalid status: must be one of active, all, canceled, ended, past_due, or trialing")
    #expect(try test.get("/v1/subscriptions", "customer=cus_x").error["param"] == "customer")
  }

  @Test func eventsGoThirtyDaysBack() throws {
    let now = TestAPI.now
    try test.keep(
      .event, ["id": "evt_old", "type": "invoice.paid", "created": .integer(now - 30 * 86_400 - 1)],
      ["id": "evt_1", "type": "invoice.paid", "created": .integer(now - 30 * 86_400), "pending_webhooks": 0],
      ["id": "evt_2", "type": "invoice.payment_failed", "created": .integer(now - 5), "pending_webhooks": 2],
      ["id": "evt_3", "type": "invoiceitem.created", "created": .integer(now), "pending_webhooks": 0])
    func ids(_ query: String) throws -> [String] { try test.get("/v1/events", query).ids }
    #expect(try ids("") == ["evt_3", "evt_2", "evt_1"])
    #expect(try ids("type=invoice.*") == ["evt_2", "evt_1"])
    #expect(try ids("type=invoice.paid") == ["evt_1"])
    #expect(try ids("type=*") == ["evt_3", "evt_2", "evt_1"])
    #expect(try ids("type=[a-z]*").isEmpty)
    #expect(try ids("types[]=invoice.paid&types[]=invoiceitem.created") == ["evt_3", "evt_1"])
    #expect(try ids("delivery_success=false") == ["evt_2"])
    #expect(try ids("delivery_success=true") == ["evt_3", "evt_1"])
    #expect(try test.get("/v1/events", "type=a&types[]=b").status == 400)
    #expect(try test.get("/v1/events/evt_1").status == 200)
    #expect(try test.get("/v1/events/evt_old").status == 404)
  }

  @Test func productsAndPrices() throws {
    try test.keep(
      .product, ["id": "p1", "active": true, "url": "u", "type": "service"], ["id": "p2", "active": false])
    #expect(try test.get("/v1/products", "active=true").ids == ["p1"])
    #expect(try test.get("/v1/products", "active=false").ids == ["p2"])
    #expect(try test.get("/v1/products", "ids[]=p2&ids[]=p9").ids == ["p2"])
    #expect(try test.get("/v1/products", "type=service").ids == ["p1"])
    try test.keep(
      .price,
      [
        "id": "price_1", "product": "p1", "lookup_key": "gold",
        "recurring": ["interval": "month", "usage_type": "licensed", "meter": nil],
      ], ["id": "price_2", "product": "p2", "recurring": nil])
    #expect(try test.get("/v1/prices", "lookup_keys[0]=gold").ids == ["price_1"])
    #expect(try test.get("/v1/prices", "recurring[interval]=month").ids == ["price_1"])
    #expect(try test.get("/v1/prices", "recurring[meter]=m").ids.isEmpty)
    #expect(try test.get("/v1/prices", "product=p2").ids == ["price_2"])
  }

  @Test func billingFilters() throws {
    try test.keep(.subscription, ["id": "sub_1"])
    try test.keep(
      .invoice, ["id": "in_1", "parent": ["subscription_details": ["subscription": "sub_1"]], "due_date": 5],
      ["id": "in_2", "parent": nil, "due_date": nil])
    #expect(try test.get("/v1/invoices", "subscription=sub_1").ids == ["in_1"])
    #expect(try test.get("/v1/invoices", "due_date[lte]=5").ids == ["in_1"])
    try test.keep(.invoiceItem, ["id": "ii_1", "invoice": "in_1"], ["id": "ii_2", "invoice": nil])
    #expect(try test.get("/v1/invoiceitems", "pending=true").ids == ["ii_2"])
    #expect(try test.get("/v1/invoiceitems", "pending=false").ids == ["ii_1"])
    try test.keep(
      .invoicePayment,
      ["id": "inpay_1", "invoice": "in_1", "payment": ["type": "payment_intent", "payment_intent": "pi_1"]],
      ["id": "inpay_2", "invoice": "in_2", "payment": ["type": "payment_intent", "payment_intent": "pi_2"]])
    #expect(
      try test.get("/v1/invoice_payments", "payment[type]=payment_intent&payment[payment_intent]=pi_2").ids
        == ["inpay_2"])
    #expect(try test.get("/v1/invoice_payments", "invoice=in_1").ids == ["inpay_1"])
    try test.keep(.payout, ["id": "po_1"])
    try test.keep(
      .balanceTransaction, ["id": "txn_1", "type": "charge", "source": "ch_1", "hidden": ["payout": "po_1"]],
      ["id": "txn_2", "type": "refund", "source": "re_1"])
    #expect(try test.get("/v1/balance_transactions", "payout=po_1").ids == ["txn_1"])
    #expect(try test.get("/v1/balance_transactions", "type=refund").ids == ["txn_2"])
  }

  @Test func childrenOfAPath() throws {
    try test.keep(.customer, ["id": "cus_1"], ["id": "cus_2"])
    try test.keep(
      .paymentMethod, ["id": "pm_1", "customer": "cus_1", "type": "card"],
      ["id": "pm_2", "customer": "cus_2", "type": "card"])
    let list = try test.get("/v1/customers/cus_1/payment_methods")
    #expect(list.ids == ["pm_1"])
    #expect(list.json["url"] == "/v1/customers/cus_1/payment_methods")
    #expect(try test.get("/v1/customers/cus_1/payment_methods", "type=link").ids.isEmpty)
    #expect(try test.get("/v1/customers/cus_1/payment_methods/pm_1").json["id"] == "pm_1")
    #expect(try test.get("/v1/customers/cus_1/payment_methods/pm_2").message == "No such PaymentMethod: 'pm_2'")
    try test.keep(.invoice, ["id": "in_1"])
    for position in [3, 1, 2] as [Int64] {
      try test.keep(
        .lineItem, ["id": .string("il_\(position)"), "invoice": "in_1", "hidden": ["position": .integer(position)]])
    }
    #expect(try test.get("/v1/invoices/in_1/lines").ids == ["il_1", "il_2", "il_3"])
    let page = try test.get("/v1/invoices/in_1/lines", "starting_after=il_1&limit=1")
    #expect(page.ids == ["il_2"])
    #expect(page.json["has_more"] == true)
    #expect(try test.get("/v1/subscription_items").message == "Missing required param: subscription.")
  }
}
