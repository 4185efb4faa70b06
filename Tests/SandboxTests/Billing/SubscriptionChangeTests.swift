import Testing

@testable import Sandbox

/// LIFECYCLES.md, "Proration basics", and the recorded price swap.
@Suite struct SubscriptionChangeTests {
  private func move(_ lab: BillingLab, _ clock: JSON, _ seconds: Int64) throws {
    try lab.advance(clock, to: (try lab.get(.testClock, clock.id)["frozen_time"].integer ?? 0) + seconds)
  }

  @Test func aSwapToTheYearlyPriceIsBilledAtOnceAsRecorded() throws {
    let lab = try BillingLab()
    let clock = try lab.clock(at: 1_762_799_407)
    let customer = try lab.customer(clock: clock)
    let monthly = try lab.price(2_500)
    let yearly = try lab.price(25_000, "year")
    let subscription = try lab.subscribe(customer, monthly)
    let old = try lab.get(.invoice, subscription["latest_invoice"].string)
    try move(lab, clock, 4)
    _ = try lab.events()
    let item = subscription["items"]["data"][0]["id"]
    let changed = try lab.post(
      "subscriptions/\(subscription.id)",
      [
        "cancel_at_period_end": false, "items": [["id": item, "plan": .string(yearly), "quantity": 1]],
        "proration_behavior": "always_invoice", "trial_end": "now",
      ])
    #expect(changed["billing_cycle_anchor"] == 1_762_799_407)
    #expect(changed["items"]["data"][0]["id"] == item)
    #expect(changed["items"]["data"][0]["current_period_start"] == 1_762_799_407)
    #expect(changed["items"]["data"][0]["current_period_end"] == 1_794_335_407)
    let invoice = try lab.get(.invoice, changed["latest_invoice"].string)
    #expect(invoice["status"] == "paid" && invoice["total"] == 22_500)
    #expect(invoice["billing_reason"] == "subscription_update")
    #expect(invoice["period_start"] == 1_762_799_407 && invoice["period_end"] == 1_762_799_411)
    let (credit, debit) = (invoice["lines"]["data"][0], invoice["lines"]["data"][1])
    #expect(credit["amount"] == -2_500 && debit["amount"] == 25_000)
    #expect(credit["description"] == "Unused time on Plan after 10 Nov 2025")
    #expect(debit["description"] == "Remaining time on Plan after 10 Nov 2025")
    #expect(credit["period"] == ["end": 1_765_391_407, "start": 1_762_799_411])
    #expect(debit["period"] == ["end": 1_794_335_407, "start": 1_762_799_411])
    #expect(credit["discountable"] == false && credit["pricing"]["unit_amount_decimal"].isNull)
    let details = credit["parent"]["subscription_item_details"]
    #expect(details["proration"] == true && details["invoice_item"].string?.hasPrefix("ii_") == true)
    #expect(
      details["proration_details"]["credited_items"] == [
        "invoice": old["id"], "invoice_line_items": [old["lines"]["data"][0]["id"]],
      ])
    #expect(debit["parent"]["subscription_item_details"]["proration_details"]["credited_items"].isNull)
    #expect(
      try lab.events().prefix(4) == [
        "invoiceitem.created", "invoiceitem.created", "customer.subscription.updated", "invoice.created",
      ])
  }

  @Test func halfWayThroughHalfIsCreditedAndHalfIsDue() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let (cheap, dear) = (try lab.price(1_000), try lab.price(2_000))
    let subscription = try lab.subscribe(customer, cheap)
    try move(lab, clock, 31 * day / 2)
    let item = subscription["items"]["data"][0]
    let changed = try lab.post(
      "subscriptions/\(subscription.id)", ["items": [["id": item["id"], "price": .string(dear)]]])
    #expect(changed["latest_invoice"] == subscription["latest_invoice"])
    let pending = try lab.all(.invoiceItem)
    #expect(pending.map { $0["amount"] } == [-500, 1_000])
    #expect(pending.allSatisfy { $0["proration"] == true && $0["invoice"].isNull })
    // With the next invoice they are billed, before the new period.
    try lab.advance(clock, to: lab.time + 31 * day + hour)
    let invoice = try lab.invoices(subscription)[1]
    #expect((invoice["lines"]["data"].array ?? []).map { $0["amount"] } == [-500, 1_000, 2_000])
    #expect(invoice["amount_paid"] == 2_500)
    #expect(try lab.all(.invoiceItem).allSatisfy { $0["invoice"] == invoice["id"] })
  }

  @Test func aSecondChangeCreditsWhatTheFirstCharged() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let subscription = try lab.subscribe(customer, try lab.price(3_100))
    let item = subscription["items"]["data"][0].id
    try move(lab, clock, 10 * day)
    try lab.post("subscription_items/\(item)", ["quantity": 2])
    try move(lab, clock, 10 * day)
    try lab.post("subscription_items/\(item)", ["quantity": 1])
    #expect(try lab.all(.invoiceItem).map { $0["amount"] } == [-2_100, 4_200, -2_200, 1_100])
    #expect(try lab.all(.invoiceItem)[1]["description"] == "Remaining time on 2 x Plan after 11 Jan 2026")
  }

  @Test func withoutProrationNothingIsPending() throws {
    let lab = try BillingLab()
    let subscription = try lab.subscribe(try lab.customer(), try lab.price(1_000))
    let item = try lab.post(
      "subscription_items/\(subscription["items"]["data"][0].id)",
      ["quantity": 5, "proration_behavior": "none"])
    #expect(item["quantity"] == 5)
    #expect(try lab.all(.invoiceItem).isEmpty)
    #expect(try lab.get(.subscription, subscription.id)["items"]["data"][0]["quantity"] == 5)
  }

  /// Source: docs.stripe.com/billing/subscriptions/billing-mode/compare, credit prorations.
  @Test(arguments: [("2025-09-30.clover", -2_500), ("2025-08-27.basil", -25_000)])
  func aCreditIsOfWhatWasBilledOrInTheClassicModeOfThePrice(version: String, credit: Int64) throws {
    let lab = try BillingLab()
    lab.version = try #require(APIVersion(version))
    let subscription = try lab.subscribe(try lab.customer(), try lab.price(2_500))
    let item = subscription["items"]["data"][0].id
    try lab.post("subscription_items/\(item)", ["quantity": 10, "proration_behavior": "none"])
    try lab.post("subscription_items/\(item)", ["quantity": 1])
    #expect(try lab.all(.invoiceItem).map { $0["amount"].integer } == [credit, 2_500])
  }

  @Test func itemsAreAddedAndTakenAway() throws {
    let lab = try BillingLab()
    let subscription = try lab.subscribe(try lab.customer(), try lab.price(1_000))
    let item = try lab.post(
      "subscription_items", ["subscription": subscription["id"], "price": .string(try lab.price(500)), "quantity": 2])
    #expect(item["object"] == "subscription_item" && item["subscription"] == subscription["id"])
    var now = try lab.get(.subscription, subscription.id)
    #expect(now["items"]["total_count"] == 2)
    #expect(now["items"]["data"][1]["current_period_end"] == now["items"]["data"][0]["current_period_end"])
    let gone = try lab.delete("subscription_items/\(item.id)")
    #expect(gone == ["id": item["id"], "object": "subscription_item", "deleted": true])
    now = try lab.get(.subscription, subscription.id)
    #expect(now["items"]["total_count"] == 1)
    #expect(try lab.all(.invoiceItem).map { $0["amount"] } == [1_000, -1_000])
    #expect(lab.failure("DELETE", "subscription_items/\(now["items"]["data"][0].id)") != nil)
  }

  @Test func aNewIntervalBeginsAnewInTheClassicMode() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let subscription = try lab.subscribe(
      customer, try lab.price(3_100), ["billing_mode": ["type": "classic"]])
    try move(lab, clock, 21 * day)
    let changed = try lab.post(
      "subscriptions/\(subscription.id)",
      ["items": [["id": subscription["items"]["data"][0]["id"], "price": .string(try lab.price(36_500, "year"))]]])
    #expect(changed["billing_cycle_anchor"].integer == lab.time + 21 * day)
    let invoice = try lab.get(.invoice, changed["latest_invoice"].string)
    #expect(invoice["status"] == "paid")
    #expect((invoice["lines"]["data"].array ?? []).map { $0["amount"] } == [-1_000, 36_500])
    #expect(invoice["lines"]["data"][0]["parent"]["type"] == "invoice_item_details")
  }

  @Test func aFailedUpdateIsPastDueOrUndone() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let subscription = try lab.subscribe(customer, try lab.price(1_000))
    try lab.setCard("pm_card_chargeCustomerFail", of: customer)
    let item = subscription["items"]["data"][0]["id"]
    let change: JSONObject = ["items": [["id": item, "quantity": 3]], "proration_behavior": "always_invoice"]
    var strict = change
    strict["payment_behavior"] = "error_if_incomplete"
    #expect(lab.failure("POST", "subscriptions/\(subscription.id)", strict)?.status == 402)
    #expect(try lab.get(.subscription, subscription.id)["items"]["data"][0]["quantity"] == 1)
    #expect(try lab.post("subscriptions/\(subscription.id)", change)["status"] == "past_due")
  }

  @Test func aTrialThatEndsSoonIsAnnouncedAtOnce() throws {
    let lab = try BillingLab()
    let subscription = try lab.subscribe(try lab.customer(), try lab.price(2_500))
    _ = try lab.events()
    try lab.post("subscriptions/\(subscription.id)", ["trial_end": .integer(lab.time + 9 * day)])
    #expect(try !lab.events().contains("customer.subscription.trial_will_end"))
    try lab.post("subscriptions/\(subscription.id)", ["trial_end": .integer(lab.time + 2 * day)])
    #expect(try lab.events().contains("customer.subscription.trial_will_end"))
  }

  @Test func aNegativeSumBecomesCredit() throws {
    let lab = try BillingLab()
    let customer = try lab.customer()
    let subscription = try lab.subscribe(customer, try lab.price(3_000))
    let changed = try lab.post(
      "subscriptions/\(subscription.id)",
      [
        "items": [["id": subscription["items"]["data"][0]["id"], "price": .string(try lab.price(1_000))]],
        "proration_behavior": "always_invoice",
      ])
    let invoice = try lab.get(.invoice, changed["latest_invoice"].string)
    #expect(invoice["total"] == -2_000 && invoice["amount_due"] == 0 && invoice["status"] == "paid")
    #expect(invoice["ending_balance"] == -2_000)
    #expect(try lab.get(.customer, customer)["balance"] == -2_000)
    let transaction = try #require(try lab.all(.customerBalanceTransaction).first)
    #expect(transaction["amount"] == -2_000 && transaction["invoice"] == invoice["id"])
  }

  @Test func deletingCancelsAtOnce() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let subscription = try lab.subscribe(customer, try lab.price(3_100))
    try lab.post("subscriptions/\(subscription.id)", ["cancel_at_period_end": true])
    try move(lab, clock, 10 * day)
    _ = try lab.events()
    let canceled = try lab.delete("subscriptions/\(subscription.id)", ["cancellation_details": ["comment": "bye"]])
    #expect(canceled["status"] == "canceled" && canceled["cancel_at"].isNull)
    #expect(canceled["cancel_at_period_end"] == false)
    #expect(canceled["canceled_at"].integer == lab.time && canceled["ended_at"].integer == lab.time + 10 * day)
    #expect(canceled["cancellation_details"]["comment"] == "bye")
    #expect(try lab.events() == ["customer.subscription.deleted"])
    #expect(lab.failure("POST", "subscriptions/\(subscription.id)", ["metadata": [:]])?.status == 404)
  }

  @Test func aProratedCancellationCanBeBilledNow() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let subscription = try lab.subscribe(customer, try lab.price(3_100))
    try move(lab, clock, 10 * day)
    try lab.delete("subscriptions/\(subscription.id)", ["prorate": true, "invoice_now": true])
    #expect(try lab.get(.customer, customer)["balance"] == -2_100)
    #expect(try lab.invoices(subscription).last?["total"] == -2_100)
  }

  @Test func discountsLastAsLongAsTheirCoupon() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    for (id, duration) in [("ONCE", "once"), ("EVER", "forever")] {
      try lab.post("coupons", ["id": .string(id), "percent_off": 10, "duration": .string(duration)])
    }
    try lab.post(
      "coupons",
      ["id": "THREE", "amount_off": 100, "currency": "usd", "duration": "repeating", "duration_in_months": 2])
    let subscription = try lab.subscribe(
      customer, try lab.price(10_000),
      ["discounts": [["coupon": "ONCE"], ["coupon": "EVER"], ["coupon": "THREE"]]])
    #expect(subscription["discounts"].array?.count == 2)
    try lab.advance(clock, to: BillingInterval(.month).boundary(2, from: lab.time))
    try move(lab, clock, 32 * day)
    #expect(try lab.invoices(subscription).map { $0["total"] } == [8_000, 8_900, 9_000, 9_000])
    let first = try lab.invoices(subscription)[0]
    #expect(first["subtotal"] == 10_000)
    #expect((first["total_discount_amounts"].array ?? []).map { $0["amount"] } == [1_000, 900, 100])
    #expect((first["lines"]["data"][0]["discount_amounts"].array ?? []).map { $0["amount"] } == [1_000, 900, 100])
    #expect(try lab.get(.coupon, "ONCE")["times_redeemed"] == 1)
    #expect(try lab.get(.subscription, subscription.id)["discounts"].array?.count == 1)
  }

  @Test func flexibleSubscriptionsMixIntervals() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    let items: JSON = [["price": .string(try lab.price(1_000))], ["price": .string(try lab.price(10_000, "year"))]]
    let subscription = try lab.post("subscriptions", ["customer": .string(customer), "items": items])
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["total"] == 11_000)
    try lab.advance(clock, to: lab.time + 32 * day)
    #expect(try lab.invoices(subscription).map { $0["total"] } == [11_000, 1_000])
    let classic = lab.failure(
      "POST", "subscriptions",
      ["customer": .string(customer), "items": items, "billing_mode": ["type": "classic"]])
    #expect(classic != nil)
  }

  @Test func aLaterAnchorMakesAShortFirstPeriod() throws {
    let lab = try BillingLab()
    let subscription = try lab.subscribe(
      try lab.customer(), try lab.price(3_100), ["billing_cycle_anchor": .integer(lab.time + 10 * day)])
    let item = subscription["items"]["data"][0]
    #expect(item["current_period_end"].integer == lab.time + 10 * day)
    #expect(try lab.get(.invoice, subscription["latest_invoice"].string)["total"] == 1_000)
  }
}
