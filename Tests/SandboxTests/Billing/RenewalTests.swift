import Testing

@testable import Sandbox

/// LIFECYCLES.md, sections 6, 7 and 10: what time does to a subscription.
@Suite struct RenewalTests {
  /// A subscription of 25 dollars a month on a clock.
  private func monthly(
    _ lab: BillingLab, card: String? = "pm_card_visa", _ extra: JSONObject = [:]
  ) throws -> (clock: JSON, subscription: JSON, customer: String) {
    let clock = try lab.clock()
    let customer = try lab.customer(card: card, clock: clock)
    let subscription = try lab.subscribe(customer, try lab.price(2_500), extra)
    _ = try lab.events()
    return (clock, subscription, customer)
  }

  private func end(_ subscription: JSON) -> Int64 {
    subscription["items"]["data"][0]["current_period_end"].integer ?? 0
  }

  @Test func aPeriodEndsWithADraftThatIsPaidAnHourLater() throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(lab)
    let end = end(subscription)
    try lab.advance(clock, to: end)
    let drafted = try lab.get(.subscription, subscription.id)
    #expect(drafted["status"] == "active")
    #expect(drafted["items"]["data"][0]["current_period_start"].integer == end)
    #expect(drafted["items"]["data"][0]["current_period_end"].integer == end + 28 * day)
    let draft = try lab.get(.invoice, drafted["latest_invoice"].string)
    #expect(draft["status"] == "draft" && draft["billing_reason"] == "subscription_cycle")
    #expect(draft["auto_advance"] == true && draft["next_payment_attempt"].integer == end + hour)
    #expect(draft["period_start"].integer == lab.time && draft["period_end"].integer == end)
    #expect(draft["lines"]["data"][0]["period"]["start"].integer == end)
    #expect(draft["created"].integer == end)
    #expect(
      try lab.events() == [
        "test_helpers.test_clock.advancing", "invoice.upcoming", "customer.subscription.updated", "invoice.created",
        "test_helpers.test_clock.ready",
      ])
    let upcoming = try lab.lastEvent("invoice.upcoming")["data"]["object"]
    #expect(upcoming["id"].isNull && upcoming["amount_due"] == 2_500 && upcoming["billing_reason"] == "upcoming")
    let updated = try lab.lastEvent("customer.subscription.updated")["data"]["previous_attributes"]
    #expect(updated["latest_invoice"] == subscription["latest_invoice"])
    #expect(updated["items"]["data"][0]["current_period_end"].integer == end)
    try lab.advance(clock, to: end + hour)
    let paid = try lab.get(.invoice, draft.id)
    #expect(
      paid["status"] == "paid" && paid["amount_paid"] == 2_500 && paid["number"].string?.hasSuffix("-0002") == true)
    #expect(paid["status_transitions"]["paid_at"].integer == end + hour)
    #expect(
      try lab.events() == [
        "test_helpers.test_clock.advancing", "invoice.finalized", "payment_intent.created", "charge.succeeded",
        "payment_intent.succeeded", "invoice.updated", "invoice.paid", "invoice.payment_succeeded", "customer.updated",
        "invoice_payment.paid", "test_helpers.test_clock.ready",
      ])
    // Payments carry real time.
    #expect(try lab.all(.charge).last?["created"].integer == lab.time)
  }

  @Test func monthsAtOnceAreBilledInOrder() throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(lab)
    var target = lab.time
    for _ in 0..<6 {
      target = BillingInterval(.month).boundary(2, from: target)
      try lab.advance(clock, to: target)
    }
    let invoices = try lab.invoices(subscription)
    #expect(invoices.count == 13)
    #expect(invoices.dropLast().allSatisfy { $0["status"] == "paid" })
    #expect(
      invoices.compactMap { $0["created"].integer }
        == (0...12).map {
          BillingInterval(.month).boundary($0, from: lab.time)
        })
  }

  @Test func afterTheLastRetryItIsCanceled() throws {
    let lab = try BillingLab()
    let (clock, subscription, customer) = try monthly(lab)
    let end = end(subscription)
    try lab.setCard("pm_card_chargeCustomerFail", of: customer)
    try lab.advance(clock, to: end + hour)
    #expect(try lab.get(.subscription, subscription.id)["status"] == "past_due")
    #expect(try lab.get(.customer, customer)["delinquent"] == true)
    #expect(
      try lab.events().suffix(9) == [
        "invoice.finalized", "payment_intent.created", "charge.failed", "payment_intent.payment_failed",
        "invoice.updated", "invoice.payment_failed", "customer.subscription.updated", "customer.updated",
        "test_helpers.test_clock.ready",
      ])
    var invoice = try lab.invoices(subscription)[1]
    #expect(invoice["attempt_count"] == 1 && invoice["next_payment_attempt"].integer == end + hour + 3 * day)
    try lab.advance(clock, to: end + hour + 8 * day)
    invoice = try lab.get(.invoice, invoice.id)
    #expect(invoice["attempt_count"] == 3 && invoice["next_payment_attempt"].integer == end + hour + 15 * day)
    try lab.advance(clock, to: end + hour + 15 * day)
    invoice = try lab.get(.invoice, invoice.id)
    #expect(invoice["status"] == "open" && invoice["attempt_count"] == 4 && invoice["next_payment_attempt"].isNull)
    let canceled = try lab.get(.subscription, subscription.id)
    #expect(canceled["status"] == "canceled" && canceled["cancellation_details"]["reason"] == "payment_failed")
  }

  @Test func aNewCardBringsItBack() throws {
    var settings = AccountSettings()
    settings.afterLastRetry = .unpaid
    let lab = try BillingLab(settings: settings)
    let (clock, subscription, customer) = try monthly(lab)
    try lab.setCard("pm_card_chargeCustomerFail", of: customer)
    try lab.advance(clock, to: end(subscription) + hour)
    try lab.setCard("pm_card_visa", of: customer)
    _ = try lab.events()
    try lab.advance(clock, to: end(subscription) + hour + 3 * day)
    #expect(try lab.get(.subscription, subscription.id)["status"] == "active")
    #expect(try lab.get(.customer, customer)["delinquent"] == false)
    #expect(try lab.events().contains("customer.subscription.updated"))
    let unpaid = try lab.invoices(subscription)[1]
    #expect(unpaid["status"] == "paid" && unpaid["attempt_count"] == 2)
  }

  @Test func aTrialIsAnnouncedAndTurnsIntoAPaidPeriod() throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(lab, ["trial_period_days": 14])
    let end = lab.time + 14 * day
    try lab.advance(clock, to: end - 3 * day)
    #expect(try lab.events().contains("customer.subscription.trial_will_end"))
    try lab.advance(clock, to: end + hour)
    let active = try lab.get(.subscription, subscription.id)
    #expect(active["status"] == "active")
    #expect(active["items"]["data"][0]["current_period_start"].integer == end)
    #expect(active["items"]["data"][0]["current_period_end"].integer == BillingInterval(.month).boundary(1, from: end))
    let invoice = try lab.invoices(subscription)[1]
    #expect(invoice["status"] == "paid" && invoice["amount_paid"] == 2_500)
  }

  @Test(arguments: [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")])
  func aTrialWithoutACardEndsAsAsked(behavior: String, status: String) throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(
      lab, card: nil,
      [
        "trial_period_days": 14,
        "trial_settings": ["end_behavior": ["missing_payment_method": .string(behavior)]],
      ])
    try lab.advance(clock, to: lab.time + 14 * day + hour)
    #expect(try lab.get(.subscription, subscription.id)["status"] == .string(status))
  }

  @Test func aPausedOneIsResumedWithANewPeriod() throws {
    let lab = try BillingLab()
    let (clock, subscription, customer) = try monthly(
      lab, card: nil,
      ["trial_period_days": 1, "trial_settings": ["end_behavior": ["missing_payment_method": "pause"]]])
    try lab.advance(clock, to: lab.time + 5 * day)
    #expect(try lab.events().contains("customer.subscription.paused"))
    try lab.setCard("pm_card_visa", of: customer)
    let resumed = try lab.post("subscriptions/\(subscription.id)/resume", ["billing_cycle_anchor": "now"])
    #expect(resumed["status"] == "active")
    #expect(resumed["items"]["data"][0]["current_period_start"].integer == lab.time + 5 * day)
    #expect(try lab.get(.invoice, resumed["latest_invoice"].string)["status"] == "paid")
    #expect(try lab.events().contains("customer.subscription.resumed"))
  }

  @Test func atThePeriodsEndItIsCanceledWithoutAnInvoice() throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(lab)
    let end = end(subscription)
    let scheduled = try lab.post("subscriptions/\(subscription.id)", ["cancel_at_period_end": true])
    #expect(scheduled["status"] == "active" && scheduled["cancel_at"].integer == end)
    #expect(scheduled["canceled_at"].integer == lab.time)
    #expect(scheduled["cancellation_details"]["reason"] == "cancellation_requested")
    try lab.advance(clock, to: end + hour)
    let canceled = try lab.get(.subscription, subscription.id)
    #expect(canceled["status"] == "canceled" && canceled["ended_at"].integer == end)
    #expect(canceled["canceled_at"].integer == lab.time)
    #expect(try lab.invoices(subscription).count == 1)
    #expect(try lab.events().contains("customer.subscription.deleted"))
  }

  @Test func theCancellationCanBeTakenBack() throws {
    let lab = try BillingLab()
    let (_, subscription, _) = try monthly(lab)
    try lab.post("subscriptions/\(subscription.id)", ["cancel_at_period_end": true])
    let kept = try lab.post("subscriptions/\(subscription.id)", ["cancel_at_period_end": false])
    #expect(kept["cancel_at"].isNull && kept["canceled_at"].isNull && kept["cancel_at_period_end"] == false)
    #expect(kept["cancellation_details"]["reason"].isNull)
  }

  @Test(arguments: [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")])
  func aPausedCollectionDealsWithTheInvoices(behavior: String, status: String) throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(lab)
    let paused = try lab.post(
      "subscriptions/\(subscription.id)", ["pause_collection": ["behavior": .string(behavior)]])
    #expect(paused["status"] == "active" && paused["pause_collection"]["behavior"] == .string(behavior))
    try lab.advance(clock, to: end(subscription) + hour)
    #expect(try lab.invoices(subscription)[1]["status"] == .string(status))
  }

  @Test func writesAreRefusedWhileTheClockAdvances() throws {
    let lab = try BillingLab()
    let (clock, subscription, _) = try monthly(lab)
    let advancing = try lab.post(
      "test_helpers/test_clocks/\(clock.id)/advance", ["frozen_time": .integer(lab.time + day)])
    #expect(advancing["status"] == "advancing")
    #expect(advancing["status_details"]["advancing"]["target_frozen_time"].integer == lab.time + day)
    let error = lab.failure("POST", "subscriptions/\(subscription.id)", ["metadata": ["a": "b"]])
    #expect(error?.status == 429)
    #expect(error?.message == "Test clock advancement underway - cannot perform modifications")
    try lab.wait(0)
    #expect(try lab.get(.testClock, clock.id)["status"] == "ready")
    #expect(
      lab.failure(
        "POST", "test_helpers/test_clocks/\(clock.id)/advance", ["frozen_time": .integer(lab.time + 100 * day)]) != nil)
    #expect(lab.failure("POST", "test_helpers/test_clocks/\(clock.id)/advance", ["frozen_time": 5]) != nil)
  }

  @Test func aDeletedClockTakesItsCustomersAlong() throws {
    let lab = try BillingLab()
    let (clock, subscription, customer) = try monthly(lab)
    try lab.post("invoices", ["customer": .string(customer), "auto_advance": true])
    _ = try lab.events()
    try lab.delete("test_helpers/test_clocks/\(clock.id)")
    #expect(try lab.record(.customer, customer).isDeleted)
    #expect(try lab.store.write { try $0.nextJob(clock: clock.id, by: .max) } == nil)
    #expect(try lab.get(.subscription, subscription.id)["status"] == "canceled")
    #expect(
      try lab.events() == [
        "customer.subscription.deleted", "invoice.updated", "customer.deleted", "test_helpers.test_clock.deleted",
      ])
  }

  @Test func aJobThatFailsLeavesTheClockFailedAndNothingHalfDone() throws {
    let lab = try BillingLab()
    let (clock, subscription, customer) = try monthly(lab)
    // A customer that is gone from the store: billing cannot go on.
    try lab.store.write { world in
      var record = try world.require(.customer, customer, param: "customer")
      try world.delete(&record)
    }
    try lab.advance(clock, to: end(subscription), until: "internal_failure")
    #expect(try lab.get(.testClock, clock.id)["frozen_time"].integer == lab.time)
    #expect(try lab.get(.subscription, subscription.id) == subscription)
    #expect(try lab.events().last == "test_helpers.test_clock.internal_failure")
  }

  @Test func aClockIsGoneAfterThirtyDays() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    #expect(clock["deletes_after"].integer == lab.time + 30 * day)
    try lab.wait(30 * day)
    #expect(try lab.record(.testClock, clock.id).isDeleted)
  }
}
