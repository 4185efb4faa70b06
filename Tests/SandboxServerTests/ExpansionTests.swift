import Sandbox
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 4.
@Suite struct ExpansionTests {
  private let test: TestAPI

  init() throws {
    test = try TestAPI()
    try test.keep(
      .customer, ["id": "cus_1", "currency": "usd", "balance": -300, "address": nil],
      ["id": "cus_gone", "deleted": true])
    try test.keep(.balanceTransaction, ["id": "txn_1", "source": "ch_1"])
    try test.keep(
      .charge,
      [
        "id": "ch_1", "customer": "cus_1", "payment_intent": "pi_1", "balance_transaction": "txn_1", "created": 10,
      ], ["id": "ch_2", "customer": "cus_gone", "payment_intent": nil, "balance_transaction": nil, "created": 5])
    try test.keep(.refund, ["id": "re_1", "charge": "ch_1"])
    try test.keep(
      .paymentIntent, ["id": "pi_1", "customer": "cus_1", "latest_charge": "ch_1", "client_secret": "pi_1_secret_x"])
  }

  @Test func aReferenceBecomesItsObject() throws {
    let charge = try test.get("/v1/charges/ch_1", "expand[]=customer&expand[]=payment_intent.latest_charge.customer")
      .json
    #expect(charge["customer"]["id"] == "cus_1")
    #expect(charge["customer"]["object"] == "customer")
    #expect(charge["payment_intent"]["latest_charge"]["customer"]["id"] == "cus_1")
    #expect(charge["payment_intent"]["customer"] == "cus_1")
    #expect(charge["balance_transaction"] == "txn_1")
  }

  @Test func polymorphicReferencesFindTheirType() throws {
    try test.keep(.balanceTransaction, ["id": "txn_2", "source": "re_1"])
    let source = try test.get("/v1/balance_transactions/txn_2", "expand[]=source.charge.customer").json["source"]
    #expect(source["object"] == "refund")
    #expect(source["charge"]["customer"]["id"] == "cus_1")
  }

  @Test func deletedTargetsAreStubsAndNullsStay() throws {
    let charge = try test.get("/v1/charges/ch_2", "expand[0]=customer&expand[1]=payment_intent").json
    #expect(charge["customer"] == ["id": "cus_gone", "object": "customer", "deleted": true])
    #expect(charge["payment_intent"].isNull)
  }

  @Test func listsExpandBelowData() throws {
    let list = try test.get("/v1/charges", "expand[]=data.customer&expand[]=data")
    #expect(list.json["data"].array?.map { $0["customer"]["id"].string } == ["cus_1", "cus_gone"])
    let wrong = try test.get("/v1/charges", "expand[]=customer")
    #expect(wrong.status == 400)
    #expect(
      wrong.message
        == "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead.")
    #expect(wrong.error["code"].isNull)
  }

  @Test(arguments: ["foo", "invoice_settings.bogus", "email", "customer.email"])
  func whatCannotBeExpanded(_ path: String) throws {
    let object = path.hasPrefix("customer.") ? "charges/ch_1" : "customers/cus_1"
    let answer = try test.get("/v1/\(object)", "expand[]=\(path)")
    #expect(answer.status == 400)
    #expect(answer.message == "This property cannot be expanded (\(path)).")
    #expect(answer.error["type"] == "invalid_request_error")
    #expect(answer.error["code"].isNull)
  }

  @Test func anAlwaysIncludedHashIsNoOp() throws {
    #expect(try test.get("/v1/customers/cus_1", "expand[]=address").json["address"].isNull)
  }

  @Test(arguments: ["data.items.data.price.product", "latest_invoice.payments.data.payment.payment_intent"])
  func fourLevelsAreTheEnd(_ path: String) throws {
    let answer = try test.get("/v1/subscriptions", "expand[]=\(path)")
    #expect(answer.status == 400)
    #expect(answer.error["code"] == "property_expansion_max_depth")
    #expect(answer.message == "You cannot expand more than 4 levels of a property. Property: \(path)")
  }

  @Test func membersThatAreOnlySentWhenAskedFor() throws {
    let plain = try test.get("/v1/charges/ch_1").json
    #expect(plain["refunds"].isNull)
    #expect(plain.object?.has("refunds") == false)
    let refunds = try test.get("/v1/charges/ch_1", "expand[]=refunds.data.charge").json["refunds"]
    #expect(refunds["total_count"] == 1)
    #expect(refunds["url"] == "/v1/charges/ch_1/refunds")
    #expect(refunds["data"].array?.first?["charge"]["id"] == "ch_1")

    try test.keep(
      .subscription, ["id": "sub_1", "customer": "cus_1", "status": "active"],
      ["id": "sub_2", "customer": "cus_1", "status": "canceled"])
    let names = ["subscriptions", "sources", "tax_ids", "tax", "cash_balance", "invoice_credit_balance"]
    let customer = try test.get(
      "/v1/customers/cus_1", names.map { "expand[]=\($0)" }.joined(separator: "&")
    ).json
    #expect(customer["subscriptions"]["data"].array?.map { $0["id"] } == ["sub_1"])
    #expect(customer["subscriptions"]["url"] == "/v1/customers/cus_1/subscriptions")
    #expect(customer["sources"]["data"] == [])
    #expect(customer["tax_ids"]["total_count"] == 0)
    #expect(customer["tax"]["automatic_tax"] == "unrecognized_location")
    #expect(customer["invoice_credit_balance"] == ["usd": 300])
    #expect(customer["cash_balance"].isNull)
    #expect(customer.object?.has("cash_balance") == true)
  }

  @Test func invoicesShowTheirPayments() throws {
    try test.keep(.invoice, ["id": "in_1"])
    try test.keep(
      .invoicePayment,
      [
        "id": "inpay_1", "invoice": "in_1", "is_default": true,
        "payment": ["type": "payment_intent", "payment_intent": "pi_1"],
      ])
    let invoice = try test.get(
      "/v1/invoices/in_1", "expand[]=payments.data.payment.payment_intent&expand[]=confirmation_secret"
    ).json
    #expect(invoice["payments"]["url"] == "/v1/invoices/payments")
    #expect(invoice["payments"].object?.has("total_count") == false)
    #expect(invoice["payments"]["data"].array?.first?["payment"]["payment_intent"]["id"] == "pi_1")
    #expect(invoice["confirmation_secret"] == ["client_secret": "pi_1_secret_x", "type": "payment_intent"])
  }

  @Test func hiddenPartsOfAPrice() throws {
    try test.keep(
      .price,
      ["id": "price_1", "hidden": ["tiers": [["up_to": 5, "unit_amount": 100]], "currency_options": ["eur": [:]]]])
    #expect(try test.get("/v1/prices/price_1").json["tiers"].isNull)
    let price = try test.get("/v1/prices/price_1", "expand[]=tiers&expand[]=currency_options").json
    #expect(price["tiers"].array?.first?["up_to"] == 5)
    #expect(price["currency_options"] == ["eur": [:]])
    try test.keep(
      .subscription,
      [
        "id": "sub_9", "status": "active",
        "items": [
          "object": "list", "data": [["object": "subscription_item", "price": ["object": "price", "id": "price_1"]]],
        ],
      ])
    let item = try test.get("/v1/subscriptions/sub_9", "expand[]=items.data.price.tiers").json["items"]["data"]
    #expect(item.array?.first?["price"]["tiers"].array?.count == 1)
  }

  @Test func writesExpandToo() throws {
    let created = try test.post("/v1/customers", "expand[]=subscriptions")
    #expect(created.json["subscriptions"]["data"] == [])
    #expect(try test.post("/v1/customers", "expand[]=nothing").message == "This property cannot be expanded (nothing).")
    #expect(try test.get("/v1/customers").ids.count == 2, "a wrong path is found before anything is done")
  }

  @Test func countsAreForOldVersionsAndSearches() throws {
    #expect(try test.get("/v1/charges", "expand[]=total_count", version: "2024-06-20").json["total_count"] == 2)
    #expect(try test.get("/v1/charges", "expand[]=total_count").status == 400)
  }
}
