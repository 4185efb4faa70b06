extension World {
  /// `DELETE /v1/subscriptions/{id}`.
  func cancelSubscription(_ id: String, _ params: Params) throws -> Reply {
    var state = try changeable(id)
    if let details = params.hash("cancellation_details") {
      for name in ["comment", "feedback"] where details.has(name) {
        state.record["cancellation_details"][name] = details[name]
      }
    }
    if state.record.status == "incomplete" {
      try expireIncomplete(state.record)
      try announceCustomer(state.customer)
      return .record(try require(.subscription, id, param: "id"))
    }
    let isProrated = params.flag("prorate") ?? false
    let billsNow = params.flag("invoice_now") ?? false
    if isProrated, ["active", "past_due"].contains(state.record.status) {
      for index in state.items.indices { try credit(state.items[index], of: state, at: now) }
    }
    state.record["cancel_at"] = nil
    state.record["cancel_at_period_end"] = false
    if billsNow { try billPendingItems(of: &state) }
    try end(&state, reason: "cancellation_requested", keepsPending: isProrated)
    try announceCustomer(state.customer)
    return .record(state.record)
  }

  /// A subscription that a call may still change, at its own time.
  func changeable(_ id: String) throws -> SubscriptionState {
    let record = try require(.subscription, id, param: "subscription_exposed_id", inPath: true)
    guard !["canceled", "incomplete_expired"].contains(record.status) else {
      throw StripeError(status: 404, code: "resource_missing", "No such subscription: '\(id)'", param: "id")
    }
    if let customer = try referred(.customer, by: record.reference("customer")) { try enter(clockOf: customer) }
    return try load(record)
  }

  /// Ends a subscription now. Its drafts and open invoices are no longer collected by themselves.
  func end(_ state: inout SubscriptionState, reason: String?, keepsPending: Bool = false) throws {
    state.record["status"] = "canceled"
    if state.record["canceled_at"].isNull { state.record["canceled_at"] = .integer(now) }
    state.record["ended_at"] = .integer(now)
    state.record["pause_collection"] = nil
    if state.record["cancellation_details"]["reason"].isNull {
      state.record["cancellation_details"]["reason"] = .text(reason)
    }
    try unschedule(state.id)
    if !keepsPending { try dropPendingProrations(of: state) }
    try stopCollecting(.equals("parent_subscription_details_subscription", state.id))
    try keep(&state, emitting: "customer.subscription.deleted")
  }

  /// Leaves the drafts and the open invoices of somebody to himself: nothing happens to them by itself any more.
  func stopCollecting(_ whose: ListQuery.Filter) throws {
    let invoices = try records(ListQuery(.invoice, [whose, .oneOf("status", ["draft", "open"])]))
    for var invoice in invoices where invoice.flag("auto_advance") {
      try unschedule(invoice.id, .retryInvoice, .finalizeInvoice)
      invoice["auto_advance"] = false
      invoice["automatically_finalizes_at"] = nil
      invoice["next_payment_attempt"] = nil
      try save(&invoice, emitting: "invoice.updated")
    }
  }

  /// The moment of a scheduled cancellation has come; what is pending is billed first.
  func endAtMoment(_ state: inout SubscriptionState) throws {
    if try require(.customer, state.customer, param: "customer").hidden["pending_items"].integer ?? 0 > 0 {
      try billPendingItems(of: &state)
    }
    try end(&state, reason: "cancellation_requested")
    try announceCustomer(state.customer)
  }

  private func dropPendingProrations(of state: SubscriptionState) throws {
    guard try find(.customer, state.customer)?.hidden["pending_items"].integer ?? 0 > 0 else { return }
    let pending = try records(ListQuery(.invoiceItem, [.equals("customer", state.customer), .isNull("invoice")]))
    for var item in pending
    where item.flag("proration") && item["parent"]["subscription_details"]["subscription"].string == state.id {
      try delete(&item, emitting: "invoiceitem.deleted")
      try countPending(state.customer, -1)
    }
  }

  /// Bills what is pending for a subscription at once; does nothing when nothing is.
  func billPendingItems(of state: inout SubscriptionState) throws {
    let customer = state.customer
    let pending = try records(ListQuery(.invoiceItem, [.equals("customer", customer), .isNull("invoice")]))
    let isAny = pending.contains { item in
      let owner = item["parent"]["subscription_details"]["subscription"].string
      return owner == nil || owner == state.id
    }
    guard isAny else { return }
    var invoice = try makeInvoice(
      of: &state, reason: "subscription_update", period: BillingPeriod(start: state.periodStart ?? now, end: now),
      lines: [])
    try finalize(&invoice)
    if invoice.status == "open", invoice.text("collection_method") == "charge_automatically" {
      _ = try collect(&invoice, by: .request(offSession: true))
    }
  }
}
