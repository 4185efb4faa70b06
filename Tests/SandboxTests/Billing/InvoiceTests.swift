import Testing

@testable import Sandbox

/// LIFECYCLES.md, section 6, and the recorded invoices.
@Suite struct InvoiceTests {
  @Test func aDraftByHandIsFinalizedAndPaidInOneCall() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let item = try lab.post(
      "invoiceitems",
      ["customer": .string(customer), "amount": 1_000, "currency": "usd", "description": "One-time setup fee"])
    #expect(item["invoice"].isNull && item["pricing"]["unit_amount_decimal"] == "1000")
    let draft = try lab.post(
      "invoices", ["customer": .string(customer), "pending_invoice_items_behavior": "include"])
    #expect(draft["status"] == "draft" && draft["amount_due"] == 1_000 && draft["number"].isNull)
    #expect(draft["auto_advance"] == false && draft["billing_reason"] == "manual" && draft["parent"].isNull)
    #expect(draft["rendering"]["pdf"]["page_size"] == "auto" && draft["ending_balance"].isNull)
    #expect(draft["lines"]["data"][0]["parent"]["invoice_item_details"]["invoice_item"] == item["id"])
    _ = try lab.events()
    let paid = try lab.post("invoices/\(draft.id)/pay")
    #expect(paid["status"] == "paid" && paid["amount_paid"] == 1_000 && paid["attempt_count"] == 1)
    #expect(paid["rendering"]["pdf"]["page_size"] == "letter" && paid["ending_balance"] == 0)
    #expect(paid["effective_at"].integer == lab.time && paid["hosted_invoice_url"].string != nil)
    #expect(
      try lab.events() == [
        "invoice.finalized", "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
        "invoice.updated", "invoice.paid", "invoice.payment_succeeded", "customer.updated", "invoice_payment.paid",
      ])
    #expect(lab.failure("POST", "invoices/\(draft.id)/pay")?.message == "Invoice is already paid")
  }

  @Test func anItemsDiscountIsOffTheSubtotalAsRecorded() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    try lab.post("coupons", ["id": "HALF", "percent_off": 50, "duration": "forever"])
    let draft = try lab.post("invoices", ["customer": .string(customer)])
    #expect(draft["amount_due"] == 0 && draft["lines"]["total_count"] == 0)
    let item = try lab.post(
      "invoiceitems",
      ["customer": .string(customer), "invoice": draft["id"], "amount": 1_900, "discounts": [["coupon": "HALF"]]])
    let discount = item["discounts"][0]
    let invoice = try lab.post("invoices/\(draft.id)/pay")
    #expect(invoice["subtotal"] == 950 && invoice["total"] == 950 && invoice["amount_paid"] == 950)
    let line = invoice["lines"]["data"][0]
    #expect(line["amount"] == 1_900 && line["discounts"] == [discount])
    #expect(line["discount_amounts"] == [["amount": 950, "discount": discount]])
    #expect(line["pretax_credit_amounts"] == [["amount": 950, "discount": discount, "type": "discount"]])
    #expect(invoice["total_discount_amounts"] == [["amount": 950, "discount": discount]])
  }

  @Test func linesOfADraftFollowTheirItems() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let draft = try lab.post("invoices", ["customer": .string(customer)])
    var items: [JSON] = []
    for number in 1...12 {
      items.append(
        try lab.post(
          "invoiceitems",
          ["customer": .string(customer), "invoice": draft["id"], "amount": .integer(Int64(number) * 100)]))
    }
    var invoice = try lab.get(.invoice, draft.id)
    #expect(invoice["total"] == 7_800 && invoice["lines"]["total_count"] == 12)
    #expect(invoice["lines"]["data"].array?.count == 10 && invoice["lines"]["has_more"] == true)
    try lab.post("invoiceitems/\(items[0].id)", ["amount": 1_000])
    try lab.delete("invoiceitems/\(items[11].id)")
    invoice = try lab.get(.invoice, draft.id)
    #expect(invoice["total"] == 7_500 && invoice["lines"]["data"][0]["amount"] == 1_000)
    try lab.post("invoices/\(draft.id)/finalize")
    #expect(lab.failure("DELETE", "invoiceitems/\(items[1].id)")?.code == "invoice_not_editable")
    #expect(lab.failure("DELETE", "invoices/\(draft.id)")?.code == "invoice_not_editable")
  }

  @Test func aDeletedDraftGivesItsItemsBack() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    try lab.post("invoiceitems", ["customer": .string(customer), "amount": 700])
    let draft = try lab.post(
      "invoices", ["customer": .string(customer), "pending_invoice_items_behavior": "include"])
    try lab.delete("invoices/\(draft.id)")
    #expect(try lab.all(.invoice).isEmpty)
    #expect(try lab.all(.invoiceItem)[0]["invoice"].isNull)
    let subscription = try lab.subscribe(customer, try lab.price(2_000))
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["total"] == 2_700)
  }

  private func open(_ lab: BillingLab, _ customer: String, _ amount: Int64 = 1_000) throws -> JSON {
    let draft = try lab.post("invoices", ["customer": .string(customer)])
    try lab.post("invoiceitems", ["customer": .string(customer), "invoice": draft["id"], "amount": .integer(amount)])
    let invoice = try lab.post("invoices/\(draft.id)/finalize")
    #expect(invoice["status"] == "open")
    return invoice
  }

  @Test func voidingAndWritingOff() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let invoice = try open(lab, customer)
    _ = try lab.events()
    let uncollectible = try lab.post("invoices/\(invoice.id)/mark_uncollectible")
    #expect(uncollectible["status"] == "uncollectible")
    #expect(uncollectible["status_transitions"]["marked_uncollectible_at"].integer == lab.time)
    let voided = try lab.post("invoices/\(invoice.id)/void")
    #expect(voided["status"] == "void" && voided["status_transitions"]["voided_at"].integer == lab.time)
    #expect(try lab.events() == ["invoice.marked_uncollectible", "payment_intent.canceled", "invoice.voided"])
    #expect(try lab.all(.paymentIntent)[0]["cancellation_reason"] == "void_invoice")
    #expect(lab.failure("POST", "invoices/\(invoice.id)/pay") != nil)
  }

  @Test func aDeclineByCallIsAnErrorThatStays() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: "pm_card_chargeCustomerFail")
    let invoice = try open(lab, customer)
    _ = try lab.events()
    let error = lab.failure("POST", "invoices/\(invoice.id)/pay")
    #expect(error?.status == 402 && error?.code == "card_declined")
    #expect(
      try lab.events() == [
        "charge.failed", "payment_intent.payment_failed", "invoice.updated", "invoice.payment_failed",
      ])
    #expect(try lab.get(.invoice, invoice.id)["attempt_count"] == 1)
    try lab.setCard("pm_card_visa", of: customer)
    #expect(try lab.post("invoices/\(invoice.id)/pay")["status"] == "paid")
  }

  @Test func moneyFromElsewherePaysWithoutAPayment() throws {
    let lab = try BillingLab()
    let invoice = try open(lab, try lab.customer())
    _ = try lab.events()
    let paid = try lab.post("invoices/\(invoice.id)/pay", ["paid_out_of_band": true])
    #expect(paid["status"] == "paid" && paid["amount_paid"] == 1_000)
    let events = try lab.events()
    #expect(events.contains("invoice.paid") && !events.contains("invoice.payment_succeeded"))
    #expect(try lab.all(.charge).isEmpty)
    let payments = try lab.all(.invoicePayment)
    #expect(payments.reduce(0) { $0 + ($1["amount_paid"].integer ?? 0) } == 1_000)
  }

  @Test func theCustomersCreditIsAppliedAndGivenBack() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    try lab.post("customers/\(customer)/balance_transactions", ["amount": -300, "currency": "usd"])
    let invoice = try open(lab, customer)
    #expect(invoice["total"] == 1_000 && invoice["starting_balance"] == -300 && invoice["ending_balance"] == 0)
    #expect(invoice["amount_due"] == 700 && invoice["amount_remaining"] == 700)
    #expect(try lab.get(.customer, customer)["balance"] == 0)
    try lab.post("invoices/\(invoice.id)/void")
    #expect(try lab.get(.customer, customer)["balance"] == -300)
  }

  @Test func anAutomaticDraftIsFinalizedAfterAnHour() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let draft = try lab.post("invoices", ["customer": .string(customer), "auto_advance": true])
    try lab.post("invoiceitems", ["customer": .string(customer), "invoice": draft["id"], "amount": 1_000])
    #expect(draft["automatically_finalizes_at"].integer == lab.time + hour)
    try lab.wait(hour)
    #expect(try lab.get(.invoice, draft.id)["status"] == "paid")
  }

  @Test func previewsLeaveNothingBehind() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let subscription = try lab.subscribe(customer, try lab.price(2_500))
    let item = subscription["items"]["data"][0]["id"]
    _ = try lab.events()
    let renewal = try lab.post("invoices/create_preview", ["subscription": subscription["id"]])
    #expect(renewal["id"].string?.hasPrefix("upcoming_in_") == true)
    #expect(renewal["total"] == 2_500 && renewal["billing_reason"] == "upcoming")
    #expect(renewal["lines"]["data"][0]["id"].string?.hasPrefix("il_tmp_") == true)
    #expect(renewal["created"].integer == subscription["items"]["data"][0]["current_period_end"].integer)
    let swap = try lab.post(
      "invoices/create_preview",
      [
        "subscription": subscription["id"],
        "subscription_details": [
          "items": [["id": item, "price": .string(try lab.price(10_000))]], "proration_behavior": "always_invoice",
        ],
      ])
    #expect(swap["total"] == 7_500 && swap["status"] == "draft" && swap["number"].isNull)
    let new = try lab.post(
      "invoices/create_preview",
      [
        "customer": .string(customer),
        "subscription_details": ["items": [["price": .string(try lab.price(900)), "quantity": 3]]],
      ])
    #expect(new["total"] == 2_700)
    #expect(try lab.get(.subscription, subscription.id) == subscription)
    #expect(try lab.all(.invoice).count == 1 && lab.all(.subscription).count == 1)
    #expect(try lab.all(.invoiceItem).isEmpty && lab.all(.paymentIntent).count == 1)
    #expect(try lab.events().allSatisfy { $0.hasPrefix("price.") || $0.hasPrefix("product.") || $0.hasPrefix("plan.") })
  }

  @Test func twoCurrenciesDoNotMix() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    _ = try lab.subscribe(customer, try lab.price(2_500))
    let euro = try lab.price(2_500, currency: "eur")
    let error = lab.failure(
      "POST", "subscriptions", ["customer": .string(customer), "items": [["price": .string(euro)]]])
    #expect(error?.message.hasPrefix("You cannot combine currencies on a single customer.") == true)
  }

  /// Source: docs.stripe.com/invoicing/multi-currency-customers: single invoices may be in any currency, and take the
  /// pending items in theirs.
  @Test func aSingleInvoiceIsInAnyCurrency() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    _ = try lab.subscribe(customer, try lab.price(2_500))
    for currency in ["usd", "cad"] {
      try lab.post(
        "invoiceitems", ["customer": .string(customer), "amount": 700, "currency": .string(currency)])
    }
    let draft = try lab.post(
      "invoices",
      ["customer": .string(customer), "currency": "CAD", "pending_invoice_items_behavior": "include"])
    #expect(draft["currency"] == "cad" && draft["total"] == 700)
    #expect(try lab.post("invoices/\(draft.id)/pay")["status"] == "paid")
    #expect(try lab.get(.customer, customer)["currency"] == "usd")
    let error = lab.failure("POST", "invoices", ["customer": .string(customer), "currency": "loonies"])
    #expect(error?.param == "currency")
  }
}
