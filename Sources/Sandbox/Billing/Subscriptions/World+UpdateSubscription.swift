extension World {
  /// `POST /v1/subscriptions/{id}`.
  func updateSubscription(_ id: String, _ params: Params) throws -> Reply {
    try params.refuse(
      "application_fee_percent", "billing_schedules", "billing_thresholds", "default_source", "default_tax_rates",
      "on_behalf_of", "pending_invoice_item_interval", "transfer_data", "trial_from_plan")
    try params.refuseAutomaticTax()
    var state = try changeable(id)
    let customer = try require(.customer, state.customer, param: "customer")
    params.copy(["description"], to: &state.record)
    state.record["metadata"] = try params.mergedMetadata(state.record["metadata"])
    if params.has("collection_method") || params.has("days_until_due") {
      try setCollection(params, of: &state.record)
    }
    try setPaymentChoices(params, of: &state.record, customer: customer)
    if let details = params.hash("cancellation_details") {
      for name in ["comment", "feedback"] where details.has(name) {
        state.record["cancellation_details"][name] = details[name]
      }
    }
    try setPause(params, of: &state)
    try changeDiscounts(params, of: &state)
    let requests = try itemRequests(params.hashes("items") ?? [])
    _ = try change(&state, requests, params)
    return .record(state.record)
  }

  /// Changes items, trial, anchor and cancellation, bills what is to be billed now, and tells of it.
  ///
  /// Returns the ids of the items asked about.
  func change(_ state: inout SubscriptionState, _ requests: [ItemRequest], _ params: Params) throws -> [String] {
    if params.text("payment_behavior") == "pending_if_incomplete" {
      throw StripeError.unsupported("pending_if_incomplete", param: "payment_behavior")
    }
    let start = state.periodStart ?? now
    var plan = try plan(params, for: state)
    let customer = try require(.customer, state.customer, param: "customer")
    let anchor = params.text("billing_cycle_anchor") ?? params.hash("billing_cycle_anchor")?.text("type")
    if anchor == "now", state.record.status != "trialing" { plan.resetsAnchor = true }
    let trial = try changeTrial(params, of: &state, plan)
    let ids = requests.isEmpty && !plan.resetsAnchor ? [] : try changeItems(&state, requests, &plan)
    if trial == .ended { beginNow(&state) }
    try changeCancellation(params, of: &state)
    try addInvoiceItems(params, to: state, customer: customer)
    var lines: [LineDraft] = []
    if plan.resetsAnchor || trial == .ended { lines = try self.lines(for: state.items, of: state) }
    if trial == .begun { lines = try self.lines(for: state.items, of: state, isTrial: true) }
    let bills = try !lines.isEmpty || (plan.isBilledNow && hasPendingItems(of: state))
    if bills {
      try billChange(&state, lines, period: BillingPeriod(start: start, end: now), plan, params)
    } else {
      try keep(&state, emitting: "customer.subscription.updated")
    }
    try scheduleNext(state)
    if trial == .begun || trial == .moved { try announceNearTrialEnd(state) }
    try announceCustomer(state.customer)
    return ids
  }

  /// Bills a change and pays it; a failure makes the subscription past due, or undoes all.
  private func billChange(
    _ state: inout SubscriptionState, _ lines: [LineDraft], period: BillingPeriod, _ plan: ItemChangePlan,
    _ params: Params
  ) throws {
    let isSent = state.isSent
    var invoice = try makeInvoice(of: &state, reason: "subscription_update", period: period, lines: lines) { draft in
      if isSent { draft.finalizesAt = now + settings.finalizeAfter }
      if plan.isProrated { draft.prorationDate = plan.date }
    }
    let behavior = params.text("payment_behavior") ?? "allow_incomplete"
    if !isSent {
      try finalize(&invoice)
      if invoice.status == "open" {
        if behavior == "default_incomplete" {
          try subscriptionPaymentFailed(invoice, isLast: false)
        } else {
          let result = try collect(&invoice, by: .request(offSession: params.flag("off_session") ?? false))
          try judge(result, invoice, behavior: behavior)
        }
      }
    }
    state = try load(try require(.subscription, state.id, param: "id"))
  }

  private func judge(_ result: Collection, _ invoice: Record, behavior: String) throws {
    switch result {
    case .paid, .processing: return
    case .failed(let error):
      if behavior == "error_if_incomplete" { throw error }
    case .actionRequired:
      if behavior == "error_if_incomplete" {
        throw StripeError(
          status: 402, type: "card_error", code: "subscription_payment_intent_requires_action",
          """
          Payment for this subscription requires additional user action before it can be completed successfully. \
          Payment can be completed using the PaymentIntent associated with `subscription.latest_invoice`.
          """)
      }
      try subscriptionPaymentFailed(invoice, isLast: false)
    case .noPaymentMethod:
      if behavior == "error_if_incomplete" {
        throw StripeError.invalid(
          "This customer has no attached payment source or default payment method.", code: "resource_missing")
      }
      try subscriptionPaymentFailed(invoice, isLast: false)
    }
  }

  private func hasPendingItems(of state: SubscriptionState) throws -> Bool {
    try find(.customer, state.customer)?.hidden["pending_items"].integer ?? 0 > 0
  }
}
