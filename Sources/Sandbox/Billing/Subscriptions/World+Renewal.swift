extension World {
  /// The end of a period: moves the items on and drafts the invoice for the new period.
  func renew(_ subscription: Record) throws {
    guard ["active", "past_due", "unpaid"].contains(subscription.status) else { return }
    var state = try load(subscription)
    if let moment = state.record["cancel_at"].integer, moment <= now { return try endAtMoment(&state) }
    try beginPeriods(&state)
  }

  /// Moves on the items whose period is over and makes the draft that bills them.
  private func beginPeriods(_ state: inout SubscriptionState) throws {
    var due: [Record] = []
    var passed = BillingPeriod(start: now, end: now)
    for index in state.items.indices where state.items[index].int("current_period_end") <= now {
      passed.start = min(passed.start, state.items[index].int("current_period_start"))
      state.items[index].currentPeriod = state.items[index].interval.period(containing: now, anchor: state.anchor)
      state.items[index].hidden.remove("stub")
      state.items[index].hidden.remove("free")
      due.append(state.items[index])
    }
    guard !due.isEmpty else { return try scheduleNext(state) }
    let pause = state.record["pause_collection"]["behavior"].string
    let isHeld = pause == "keep_as_draft" || state.record.status == "unpaid"
    _ = try makeInvoice(
      of: &state, reason: "subscription_cycle", period: passed, lines: try lines(for: due, of: state)
    ) { draft in
      draft.autoAdvance = !isHeld
      draft.finalizesAt = isHeld ? nil : now + settings.finalizeAfter
    }
    try scheduleNext(state)
    try announceCustomer(state.customer)
  }

  /// The end of a trial: the first paid period begins, unless there is nothing to pay with.
  func endTrial(_ subscription: Record) throws {
    guard subscription.status == "trialing" else { return }
    var state = try load(subscription)
    if let moment = state.record["cancel_at"].integer, moment <= now { return try endAtMoment(&state) }
    let customer = try require(.customer, state.customer, param: "customer")
    let isMissing = try !state.isSent && defaultPaymentMethod(of: customer, subscription: state.record) == nil
    switch state.record["trial_settings"]["end_behavior"]["missing_payment_method"].string {
    case "cancel" where isMissing: try end(&state, reason: nil)
    case "pause" where isMissing: try pause(&state, because: "trial_end_without_payment_method")
    default:
      state.record["status"] = "active"
      try beginPeriods(&state)
    }
  }

  /// Stops a subscription until it is resumed: it does not bill.
  func pause(_ state: inout SubscriptionState, because reason: JSON) throws {
    state.record["status"] = "paused"
    state.record["status_details"] = [
      "paused": ["subscription": ["type": reason], "transitioned_at": .integer(now), "type": "subscription"]
    ]
    try scheduleNext(state)
    try keep(&state, emitting: "customer.subscription.paused")
  }

  /// `invoice.upcoming`: what the next invoice would be, as an object without an id.
  func announceRenewal(_ subscription: Record) throws {
    guard keepsEvents, subscription.status == "active" || subscription.status == "past_due" else { return }
    let state = try load(subscription)
    guard let end = state.nextEnd, state.record["cancel_at"].isNull else { return }
    var preview = try undoing {
      now = end
      try renew(subscription)
      let renewed = try find(.subscription, subscription.id)
      return try referred(.invoice, by: renewed?.reference("latest_invoice"))?.body ?? [:]
    }
    preview.remove("id")
    Self.showAsUpcoming(&preview)
    try emit("invoice.upcoming", object: preview, testClock: subscription.testClock)
  }

  /// What differs between the draft that a renewal makes and its preview.
  static func showAsUpcoming(_ preview: inout JSONObject) {
    preview["automatically_finalizes_at"] = nil
    preview["webhooks_delivered_at"] = nil
    if preview["billing_reason"] == "subscription_cycle" { preview["billing_reason"] = "upcoming" }
    let id = preview["id"].string.map { "upcoming_in_\($0.dropFirst(3))" }
    if let id { preview["id"] = .string(id) }
    preview["lines"]["url"] = "/v1/invoices/upcoming/lines"
    guard var lines = preview["lines"]["data"].array else { return }
    for index in lines.indices {
      lines[index]["id"] = .string("il_tmp_\(lines[index]["id"].string?.dropFirst(3) ?? "")")
      lines[index]["invoice"] = .text(id)
    }
    preview["lines"]["data"] = .array(lines)
  }

  /// Finalises a draft on time, and collects it as its subscription says.
  func finalizeOnTime(_ invoice: inout Record) throws {
    guard invoice.status == "draft", invoice.flag("auto_advance") else { return }
    try finalize(&invoice)
    let subscription = try referred(.subscription, by: invoice.subscriptionOfInvoice)
    if invoice.status == "open" {
      switch subscription?["pause_collection"]["behavior"].string {
      case "void": try void(&invoice)
      case "mark_uncollectible": try markUncollectible(&invoice, reason: "subscription_paused")
      default:
        if invoice.text("collection_method") == "send_invoice" {
          try emit("invoice.sent", invoice)
        } else {
          _ = try collect(&invoice, by: .automatic)
        }
      }
    }
    try announceInvoiceCustomer(invoice)
  }
}
