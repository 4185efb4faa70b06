import Testing

@testable import Sandbox

/// LIFECYCLES.md, section 7, and the recorded creations.
@Suite struct SubscriptionCreateTests {
  @Test func aGoodCardMakesItActiveWithAPaidInvoice() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let price = try lab.price(2_500)
    _ = try lab.events()
    let subscription = try lab.subscribe(customer, price)
    #expect(subscription["status"] == "active")
    #expect(subscription["currency"] == "usd")
    #expect(subscription["billing_mode"]["type"] == "flexible")
    let item = subscription["items"]["data"][0]
    #expect(item["current_period_start"].integer == lab.time)
    #expect(item["current_period_end"].integer == lab.time + 31 * day)
    #expect(item["plan"]["amount"] == 2_500)
    #expect(item["quantity"] == 1)
    let invoice = try lab.get(.invoice, subscription["latest_invoice"].string)
    #expect(invoice["status"] == "paid")
    #expect(invoice["billing_reason"] == "subscription_create")
    #expect(invoice["amount_paid"] == 2_500 && invoice["amount_remaining"] == 0 && invoice["total"] == 2_500)
    #expect(invoice["attempt_count"] == 1 && invoice["attempted"] == true && invoice["auto_advance"] == false)
    #expect(invoice["period_start"].integer == lab.time && invoice["period_end"].integer == lab.time)
    #expect(invoice["number"].string?.hasSuffix("-0001") == true)
    #expect(invoice["parent"]["subscription_details"]["subscription"] == subscription["id"])
    let line = invoice["lines"]["data"][0]
    #expect(line["description"] == "1 × Plan (at $25.00 / month)")
    #expect(line["parent"]["subscription_item_details"]["subscription_item"] == item["id"])
    #expect(line["pricing"]["price_details"]["price"] == .string(price))
    #expect(line["pricing"]["unit_amount_decimal"] == "2500")
    let payment = try #require(try lab.all(.invoicePayment).first)
    #expect(payment["status"] == "paid" && payment["amount_paid"] == 2_500 && payment["is_default"] == true)
    let intent = try lab.get(.paymentIntent, payment["payment"]["payment_intent"].string)
    #expect(intent["description"] == "Subscription creation")
    #expect(intent["setup_future_usage"] == "off_session")
    #expect(try lab.get(.customer, customer)["currency"] == "usd")
    #expect(
      try lab.events() == [
        "customer.subscription.created", "invoice.created", "invoice.finalized", "payment_intent.created",
        "charge.succeeded", "payment_intent.succeeded", "invoice.updated", "invoice.paid",
        "invoice.payment_succeeded", "customer.updated", "invoice_payment.paid",
      ])
    #expect(try lab.lastEvent("customer.subscription.created")["data"]["object"]["status"] == "active")
  }

  @Test func aCardThatDeclinesLeavesItIncompleteUntilItExpires() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: "pm_card_chargeCustomerFail")
    let price = try lab.price(2_500)
    _ = try lab.events()
    let subscription = try lab.subscribe(customer, price)
    #expect(subscription["status"] == "incomplete")
    #expect(
      try lab.events() == [
        "customer.subscription.created", "invoice.created", "invoice.finalized", "payment_intent.created",
        "charge.failed", "payment_intent.payment_failed", "invoice.updated", "invoice.payment_failed",
        "customer.updated",
      ])
    let invoice = try lab.get(.invoice, subscription["latest_invoice"].string)
    #expect(invoice["status"] == "open" && invoice["attempt_count"] == 1)
    #expect(invoice["next_payment_attempt"].isNull)
    try lab.wait(23 * hour)
    #expect(try lab.get(.subscription, subscription.id)["status"] == "incomplete_expired")
    #expect(try lab.get(.invoice, invoice.id)["status"] == "void")
    #expect(
      try lab.events() == ["customer.subscription.updated", "payment_intent.canceled", "invoice.voided"])
    #expect(try lab.all(.invoicePayment)[0]["status"] == "canceled")
  }

  @Test func errorIfIncompleteLeavesNothing() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: "pm_card_chargeCustomerFail")
    let price = try lab.price(2_500)
    let error = lab.failure(
      "POST", "subscriptions",
      [
        "customer": .string(customer), "items": [["price": .string(price)]],
        "payment_behavior": "error_if_incomplete",
      ])
    #expect(error?.status == 402 && error?.code == "card_declined")
    #expect(try lab.all(.subscription).isEmpty && lab.all(.invoice).isEmpty)
  }

  @Test func anAuthenticationLeavesTheIntentWaiting() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: "pm_card_authenticationRequired")
    let subscription = try lab.subscribe(customer, try lab.price(2_500))
    #expect(subscription["status"] == "incomplete")
    let invoice = try lab.record(.invoice, subscription["latest_invoice"].string)
    #expect(invoice["status"] == "open" && invoice["attempted"] == true && invoice["attempt_count"] == 0)
    #expect(invoice["auto_advance"] == true && invoice["next_payment_attempt"].isNull)
    #expect(invoice.hidden["confirmation_secret"]["type"] == "payment_intent")
    let payment = try lab.all(.invoicePayment)[0]
    #expect(payment["status"] == "open" && payment["amount_paid"].isNull)
    #expect(try lab.get(.paymentIntent, payment["payment"]["payment_intent"].string)["status"] == "requires_action")
  }

  @Test func defaultIncompleteWaitsForThePaymentElsewhere() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let subscription = try lab.subscribe(
      customer, try lab.price(2_500), ["payment_behavior": "default_incomplete"])
    #expect(subscription["status"] == "incomplete")
    let intent = try #require(try lab.all(.paymentIntent).first)
    #expect(intent["latest_charge"].isNull)
    try lab.confirm(intent.id)
    #expect(try lab.get(.subscription, subscription.id)["status"] == "active")
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["status"] == "paid")
  }

  @Test func withoutAnythingToPayWithItIsRefused() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: nil)
    let error = lab.failure(
      "POST", "subscriptions",
      ["customer": .string(customer), "items": [["price": .string(try lab.price(2_500))]]])
    #expect(error?.status == 400 && error?.code == "resource_missing" && error?.param == nil)
    #expect(error?.message.hasPrefix("This customer has no attached payment source or default payment method.") == true)
    let wrong = lab.failure(
      "POST", "subscriptions", ["customer": .string(customer), "items": [["price": "invalid"]]])
    #expect(wrong?.message == "No such price: 'invalid'" && wrong?.param == "items[0][price]")
  }

  @Test func aTrialBeginsWithAPaidInvoiceOfNothing() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: nil)
    _ = try lab.price(1)
    let subscription = try lab.subscribe(customer, try lab.price(1_500), ["trial_period_days": 14])
    #expect(subscription["status"] == "trialing")
    #expect(subscription["trial_end"].integer == lab.time + 14 * day)
    #expect(subscription["billing_cycle_anchor"].integer == lab.time + 14 * day)
    #expect(subscription["items"]["data"][0]["current_period_end"].integer == lab.time + 14 * day)
    let invoice = try lab.get(.invoice, subscription["latest_invoice"].string)
    #expect(invoice["status"] == "paid" && invoice["total"] == 0)
    #expect(invoice["attempted"] == true && invoice["attempt_count"] == 0)
    #expect(invoice["lines"]["data"][0]["description"] == "Free trial for 1 × Plan")
    #expect(try lab.all(.invoicePayment).isEmpty && lab.all(.paymentIntent).isEmpty)
  }

  /// Source: docs.stripe.com/billing/subscriptions/deferred-payment.
  @Test(arguments: [nil, "pm_card_authenticationRequired"])
  func whatIsPaidLaterIsSetUpNow(card: String?) throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: card)
    let subscription = try lab.subscribe(
      customer, try lab.price(1_500),
      ["trial_period_days": 14, "payment_settings": ["save_default_payment_method": "on_subscription"]])
    let intent = try lab.get(.setupIntent, subscription["pending_setup_intent"].string)
    #expect(intent["status"].string == (card == nil ? "requires_payment_method" : "requires_action"))
    #expect(intent["customer"] == .string(customer) && intent["usage"] == "off_session")
    _ = try lab.events()
    if card == nil {
      try lab.post("setup_intents/\(intent.id)/confirm", ["payment_method": "pm_card_visa"])
    } else {
      _ = try lab.store.write(at: lab.time) { try $0.authenticate(intent.id, succeed: true) }
    }
    let ready = try lab.get(.subscription, subscription.id)
    let method = try lab.get(.setupIntent, intent.id)["payment_method"]
    #expect(ready["pending_setup_intent"].isNull && !method.isNull && ready["default_payment_method"] == method)
    #expect(try lab.events().last == "customer.subscription.updated")
  }

  @Test func aCardThatNeedsNothingMoreIsNotSetUpAgain() throws {
    let lab = try BillingLab()
    let trial = try lab.subscribe(try lab.customer(), try lab.price(1_500), ["trial_period_days": 14])
    #expect(trial["pending_setup_intent"].isNull)
    #expect(try lab.all(.setupIntent).isEmpty)
  }

  @Test func theMethodThatPaidIsKeptWhenAsked() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let subscription = try lab.subscribe(
      customer, try lab.price(1_500), ["payment_settings": ["save_default_payment_method": "on_subscription"]])
    let method = try lab.get(.customer, customer)["invoice_settings"]["default_payment_method"]
    #expect(!method.isNull && subscription["default_payment_method"] == method)
    #expect(try !lab.events().contains("customer.subscription.updated"))
    #expect(try lab.lastEvent("customer.subscription.created")["data"]["object"] == subscription)
  }

  @Test func anInvoiceThatIsSentWaitsAsADraft() throws {
    let lab = try BillingLab()
    let customer = try lab.customer(card: nil)
    let subscription = try lab.subscribe(
      customer, try lab.price(2_500), ["collection_method": "send_invoice", "days_until_due": 7])
    #expect(subscription["status"] == "active")
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["status"] == "draft")
    _ = try lab.events()
    try lab.wait(hour)
    let invoice = try lab.get(.invoice, subscription["latest_invoice"].string)
    #expect(invoice["status"] == "open" && invoice["due_date"].integer == lab.time + 7 * day)
    #expect(try lab.events() == ["invoice.finalized", "payment_intent.created", "invoice.sent", "customer.updated"])
    try lab.wait(7 * day)
    #expect(
      try lab.events() == [
        "invoice.will_be_due", "invoice.overdue", "customer.updated", "customer.subscription.updated",
      ])
    #expect(try lab.get(.subscription, subscription.id)["status"] == "past_due")
    try lab.post("invoices/\(invoice.id)/pay", ["paid_out_of_band": true])
    #expect(try lab.get(.subscription, subscription.id)["status"] == "active")
    #expect(try lab.get(.invoice, invoice.id)["amount_paid"] == 2_500)
  }

  @Test func olderVersionsBillInTheClassicMode() throws {
    let lab = try BillingLab()
    lab.version = try #require(APIVersion("2025-03-31.basil"))
    let subscription = try lab.subscribe(try lab.customer(), try lab.price(2_500))
    #expect(subscription["billing_mode"]["type"] == "classic")
  }
}
