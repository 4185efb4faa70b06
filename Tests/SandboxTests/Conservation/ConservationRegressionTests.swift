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
  @Test func aBalanceBindsTheCustomersCurrency() throws {
    let lab = try BillingLab()
    let customer = try lab.post("customers", ["balance": -500])
    #expect(customer["currency"] == "usd")
    let price = try lab.price(1_000, currency: "eur")
    let error = lab.failure(
      "POST", "subscriptions", ["customer": customer["id"], "items": [["price": .string(price)]]])
    #expect(error?.message.hasPrefix("You cannot combine currencies on a single customer.") == true)
    #expect(lab.failure("POST", "invoices", ["customer": customer["id"], "currency": "eur"]) != nil)
  }

  /// Until its first invoice was final a subscription left the customer free to take another currency.
  @Test func aSubscriptionBindsTheCustomersCurrencyAtOnce() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let price = try lab.price(1_000, currency: "eur")
    _ = try lab.subscribe(customer, price, ["collection_method": "send_invoice", "days_until_due": 3])
    #expect(try lab.get(.customer, customer)["currency"] == "eur")
    #expect(
      lab.failure("POST", "customers/\(customer)/balance_transactions", ["amount": -1, "currency": "usd"]) != nil)
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
