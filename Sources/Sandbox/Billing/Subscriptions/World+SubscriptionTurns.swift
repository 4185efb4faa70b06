/// What a call does to a trial.
enum TrialTurn { case unchanged, begun, moved, ended }

extension World {
  /// `trial_end`: a trial begins, moves or ends now.
  func changeTrial(
    _ params: Params, of state: inout SubscriptionState, _ plan: ItemChangePlan
  ) throws -> TrialTurn {
    let isTrialing = state.record.status == "trialing"
    if params.text("trial_end") == "now" {
      guard isTrialing else { return .unchanged }
      state.record["trial_end"] = .integer(now)
      state.record["status"] = "active"
      return .ended
    }
    guard let end = params.int("trial_end") else { return .unchanged }
    guard end > now else {
      throw StripeError.invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the future.", param: "trial_end")
    }
    if !isTrialing, plan.isProrated {
      for item in state.items { try credit(item, of: state, at: plan.date) }
    }
    if !isTrialing {
      state.record["trial_start"] = .integer(now)
      state.record["status"] = "trialing"
    }
    state.record["trial_end"] = .integer(end)
    state.record["billing_cycle_anchor"] = .integer(end)
    for index in state.items.indices {
      if !isTrialing { state.items[index]["current_period_start"] = .integer(now) }
      state.items[index]["current_period_end"] = .integer(end)
      state.items[index].hidden.remove("billed")
    }
    return isTrialing ? .moved : .begun
  }

  /// `cancel_at_period_end` and `cancel_at`, on and off.
  func changeCancellation(_ params: Params, of state: inout SubscriptionState) throws {
    if params.flag("cancel_at_period_end") == true, params.has("cancel_at"), !params.isUnset("cancel_at") {
      throw StripeError.invalid(
        "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
        param: "cancel_at_period_end")
    }
    switch params.flag("cancel_at_period_end") {
    case true?: scheduleCancel(&state, at: state.lastEnd, atPeriodEnd: true)
    case false? where state.record.flag("cancel_at_period_end"): scheduleCancel(&state, at: nil, atPeriodEnd: false)
    default:
      // The end of the period may have moved with the items.
      if state.record.flag("cancel_at_period_end") { state.record["cancel_at"] = .int(state.lastEnd) }
    }
    if params.isUnset("cancel_at") { scheduleCancel(&state, at: nil, atPeriodEnd: false) }
    var moment = params.int("cancel_at")
    switch params.text("cancel_at") {
    case "min_period_end": moment = state.nextEnd
    case "max_period_end": moment = state.lastEnd
    case "max_billed_until": throw StripeError.unsupported("max_billed_until", param: "cancel_at")
    default: break
    }
    guard let moment else { return }
    guard moment > now else {
      throw StripeError.invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the future.", param: "cancel_at")
    }
    scheduleCancel(&state, at: moment, atPeriodEnd: false)
  }

  /// `pause_collection`: the invoices are made all the same, but not collected.
  func setPause(_ params: Params, of state: inout SubscriptionState) throws {
    guard params.has("pause_collection") else { return }
    try unschedule(state.id, .resumeCollection)
    guard let pause = params.hash("pause_collection") else {
      state.record["pause_collection"] = nil
      return
    }
    let resumesAt = pause.int("resumes_at")
    state.record["pause_collection"] = [
      "behavior": .string(try pause.require("behavior")), "resumes_at": .int(resumesAt),
    ]
    if let resumesAt { try later(.resumeCollection, state.record, at: resumesAt) }
  }

  /// `discounts`: the list given takes the place of what was there.
  func changeDiscounts(_ params: Params, of state: inout SubscriptionState) throws {
    guard let list = params.discountList else { return }
    let old = state.record.references("discounts")
    let new = try discounts(
      from: list, on: DiscountPlace(customer: state.customer, subscription: state.id))
    state.record["discounts"] = .strings(new)
    try endDiscounts(old.filter { !new.contains($0) })
  }

  /// `DELETE /v1/subscriptions/{id}/discount`.
  func deleteDiscount(of id: String) throws -> Reply {
    var state = try changeable(id)
    let old = state.record.references("discounts")
    guard let first = try referred(.discount, by: old.first) else {
      throw StripeError(
        status: 404, code: "resource_missing", "No active discount for subscription: \(id)", param: "id")
    }
    state.record["discounts"] = []
    try endDiscounts(old)
    try keep(&state, emitting: "customer.subscription.updated")
    var stub = first.body
    stub["deleted"] = true
    return .object(stub)
  }

  /// `POST /v1/subscriptions/{id}/pause`.
  func pauseSubscription(_ id: String, _ params: Params) throws -> Reply {
    try params.refuse("bill_for", "invoicing_behavior")
    var state = try changeable(id)
    guard state.record.status == "active" || state.record.status == "trialing" else {
      throw StripeError.invalid("Only active and trialing subscriptions can be paused.")
    }
    try pause(&state, because: "pause_requested")
    return .record(state.record)
  }

  /// `POST /v1/subscriptions/{id}/resume`: periods begin now unless the anchor stays, and the first is billed at once.
  func resumeSubscription(_ id: String, _ params: Params) throws -> Reply {
    try params.refuse("proration_date")
    if params.text("payment_behavior") == "resume_on_payment_success" {
      throw StripeError.unsupported("resume_on_payment_success", param: "payment_behavior")
    }
    var state = try changeable(id)
    guard state.record.status == "paused" else {
      throw StripeError.invalid("Only paused subscriptions can be resumed.")
    }
    let anchor = params.text("billing_cycle_anchor") ?? params.hash("billing_cycle_anchor")?.text("type") ?? "now"
    let start = state.periodStart ?? now
    let hasEnded = state.nextEnd.map { $0 <= now } ?? true
    state.record["status"] = "active"
    state.record["status_details"] = nil
    if anchor == "now" {
      beginNow(&state)
    } else if hasEnded {
      for index in state.items.indices {
        state.items[index].currentPeriod = state.items[index].interval.period(containing: now, anchor: state.anchor)
      }
    }
    try keep(&state, emitting: "customer.subscription.resumed")
    if anchor == "now" || hasEnded {
      var invoice = try makeInvoice(
        of: &state, reason: "subscription_update", period: BillingPeriod(start: start, end: now),
        lines: try lines(for: state.items, of: state))
      try finalize(&invoice)
      if invoice.status == "open", !state.isSent {
        if case .noPaymentMethod = try collect(&invoice, by: .request(offSession: true)) {
          try subscriptionPaymentFailed(invoice, isLast: false)
        }
      }
      state = try load(try require(.subscription, id, param: "id"))
    }
    try scheduleNext(state)
    try announceCustomer(state.customer)
    return .record(state.record)
  }
}
