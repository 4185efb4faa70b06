import Testing

@testable import Sandbox

/// What the random operations once brought to light.
@Suite struct ConservationRegressionTests {
  /// An invoice was paid by a payment that only held the money.
  @Test func invoicePaymentsKeepTheirCaptureMethod() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    try lab.post("invoiceitems", ["customer": .string(customer), "amount": 2_000])
    let invoice = try lab.post(
      "invoices", ["customer": .string(customer), "pending_invoice_items_behavior": "include"])
    try lab.post("invoices/\(invoice.id)/finalize", ["auto_advance": false])
    let intent = try #require(try lab.all(.paymentIntent).last)
    #expect(
      lab.failure("POST", "payment_intents/\(intent.id)", ["capture_method": "manual"])?.param == "capture_method")
    try lab.post("invoices/\(invoice.id)/pay")
    #expect(try lab.get(.paymentIntent, intent.id)["amount_received"] == 2_000)
  }

  /// A balance once added dollars to euros.
  @Test func aBalanceHasItsCurrency() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    try lab.post("customers/\(customer)", ["balance": -500])
    #expect(try lab.get(.customer, customer)["currency"] == "usd")
    // With nothing under way in dollars the customer changes over; the credit in dollars is not for euros.
    let subscription = try lab.subscribe(customer, try lab.price(1_000, currency: "eur"))
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["amount_paid"] == 1_000)
    let changed = try lab.get(.customer, customer)
    #expect(changed["currency"] == "eur" && changed["balance"] == 0)
    // An invoice in dollars takes it.
    let draft = try lab.post("invoices", ["customer": .string(customer), "currency": "usd"])
    try lab.post(
      "invoiceitems", ["customer": .string(customer), "invoice": draft["id"], "amount": 800, "currency": "usd"])
    let invoice = try lab.post("invoices/\(draft.id)/pay")
    #expect(invoice["amount_paid"] == 300 && invoice["starting_balance"] == -500 && invoice["ending_balance"] == 0)
    #expect(try lab.get(.customer, customer)["balance"] == 0)
    #expect(try lab.store.read { try Ledger.problems($0) } == [])
  }

  /// Until its first invoice was final a subscription left the customer free to take another currency.
  @Test func aSubscriptionBindsTheCustomersCurrencyAtOnce() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let price = try lab.price(1_000, currency: "eur")
    _ = try lab.subscribe(customer, price, ["collection_method": "send_invoice", "days_until_due": 3])
    #expect(try lab.get(.customer, customer)["currency"] == "eur")
    let entry = try lab.post("customers/\(customer)/balance_transactions", ["amount": -1, "currency": "usd"])
    #expect(entry["currency"] == "usd" && entry["ending_balance"] == -1)
    #expect(try lab.get(.customer, customer)["balance"] == 0)
  }

  /// The only item of a subscription could be moved to a price in another currency.
  @Test func aSubscriptionKeepsItsCurrency() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let subscription = try lab.subscribe(customer, try lab.price(1_000))
    let other = JSON.string(try lab.price(1_000, currency: "jpy"))
    let item = subscription["items"]["data"][0]["id"]
    let error = lab.failure(
      "POST", "subscriptions/\(subscription.id)", ["items": [["id": item, "price": other]]])
    #expect(error?.param == "items")
    #expect(try lab.get(.subscription, subscription.id)["items"] == subscription["items"])
  }

  /// The ledger counted what a canceled hold gives back twice.
  @Test func theLedgerKnowsCanceledHolds() throws {
    let lab = try BillingLab()
    let intent = try lab.post(
      "payment_intents",
      [
        "amount": 3_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": true,
        "capture_method": "manual",
      ])
    try lab.post("payment_intents/\(intent.id)/cancel")
    #expect(try lab.store.read { try Ledger.problems($0) } == [])
  }
}
