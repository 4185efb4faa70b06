import Testing

@testable import Sandbox

/// What invoices are paid with, and what becomes of them when that is gone.
@Suite struct CollectionTests {
  /// A renewal with a method that was detached once broke the whole clock.
  @Test func aDetachedMethodIsPassedOver() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let own = try lab.post("payment_methods/pm_card_mastercard/attach", ["customer": .string(customer)])
    let subscription = try lab.subscribe(
      customer, try lab.price(2_500), ["default_payment_method": own["id"]])
    try lab.post("payment_methods/\(own.id)/detach")
    try lab.advance(clock, to: lab.time + 32 * day)
    let renewed = try lab.get(.invoice, try lab.get(.subscription, subscription.id)["latest_invoice"].string)
    #expect(renewed["billing_reason"] == "subscription_cycle" && renewed["status"] == "paid")
    let intent = try #require(try lab.all(.paymentIntent).last)
    let standard = try lab.get(.customer, customer)["invoice_settings"]["default_payment_method"]
    #expect(intent["payment_method"] == standard)
  }

  @Test func aDetachedMethodIsNobodysDefault() throws {
    let lab = try BillingLab()
    let customer = try lab.post("customers", ["source": "tok_visa"])
    #expect(!customer["default_source"].isNull)
    try lab.post("payment_methods/\(customer["default_source"].string ?? "")/detach")
    #expect(try lab.get(.customer, customer.id)["default_source"].isNull)
  }

  @Test func anInvoicesMethodIsTheCustomersOwn() throws {
    let lab = try BillingLab()
    let (customer, other) = (try lab.customer(), try lab.customer())
    let foreign = try lab.get(.customer, other)["invoice_settings"]["default_payment_method"]
    for method in ["pm_nope", foreign] {
      let error = lab.failure("POST", "invoices", ["customer": .string(customer), "default_payment_method": method])
      #expect(error?.code == "resource_missing" && error?.param == "default_payment_method")
    }
  }

  /// A retry that fell due while a slow payment was under way once broke the clock.
  @Test func aRetryWaitsForAPaymentUnderWay() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let subscription = try lab.subscribe(customer, try lab.price(2_500))
    try lab.setCard("pm_card_chargeCustomerFail", of: customer)
    try lab.advance(clock, to: lab.time + 31 * day + 2 * hour)
    let open = try #require(try lab.invoices(subscription).last)
    #expect(open["status"] == "open" && !open["next_payment_attempt"].isNull)
    let account = try lab.post("payment_methods/pm_usBankAccount_processing/attach", ["customer": .string(customer)])
    try lab.post("invoices/\(open.id)/pay", ["payment_method": account["id"]])
    try lab.advance(clock, to: lab.time + 40 * day)
    #expect(try lab.get(.invoice, open.id)["status"] == "open")
  }

  @Test func invoicesOfADeletedCustomerAreLeftAlone() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let draft = try lab.post("invoices", ["customer": .string(customer), "auto_advance": true])
    try lab.delete("customers/\(customer)")
    try lab.wait(2 * hour)
    let left = try lab.get(.invoice, draft.id)
    #expect(left["status"] == "draft" && left["auto_advance"] == false && left["number"].isNull)
    #expect(lab.failure("POST", "invoices/\(draft.id)/finalize")?.message == "No such customer: '\(customer)'")
  }

  /// RESOURCES.md, invoice: nothing is due below the minimum charge of the currency.
  @Test(arguments: [("dkk", 249, 0), ("dkk", 250, 250), ("usd", 49, 0), ("kwd", 40, 40)])
  func lessThanTheLeastChargeIsCarriedOver(currency: String, amount: Int64, due: Int64) throws {
    let lab = try BillingLab()
    let customer = JSON.string(try lab.customer())
    let draft = try lab.post("invoices", ["customer": customer, "currency": .string(currency)])
    try lab.post(
      "invoiceitems",
      ["customer": customer, "invoice": draft["id"], "amount": .integer(amount), "currency": .string(currency)])
    let invoice = try lab.post("invoices/\(draft.id)/finalize")
    #expect(invoice["amount_due"].integer == due && invoice["ending_balance"].integer == amount - due)
  }

  /// A customer's discount for `once` came off every invoice by hand.
  @Test func aDiscountForOnceIsUsedUpByAnInvoiceByHand() throws {
    let lab = try BillingLab()
    try lab.post("coupons", ["id": "HALF", "percent_off": 50])
    let customer = try lab.customer()
    try lab.post("customers/\(customer)", ["coupon": "HALF"])
    let totals = try (1...2).map { _ in
      let draft = try lab.post("invoices", ["customer": .string(customer)])
      try lab.post("invoiceitems", ["customer": .string(customer), "invoice": draft["id"], "amount": 1_000])
      return try lab.post("invoices/\(draft.id)/pay")["total"]
    }
    #expect(totals == [500, 1_000])
    #expect(try lab.get(.customer, customer)["discount"].isNull)
  }

  @Test func anItemsCouponIsForItsProductsOnly() throws {
    let lab = try BillingLab()
    let product = try lab.post("products", ["name": "Another"])
    try lab.post(
      "coupons", ["id": "OTHER", "percent_off": 50, "duration": "forever", "applies_to": ["products": [product["id"]]]])
    let price = JSON.string(try lab.price(1_000))
    let subscription = try lab.post(
      "subscriptions",
      ["customer": .string(try lab.customer()), "items": [["price": price, "discounts": [["coupon": "OTHER"]]]]])
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["total"] == 1_000)
  }
}
