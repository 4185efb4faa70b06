extension World {
  /// Prepares the payments to come of a subscription that begins without one: unless a card is there that needs nothing
  /// more, a setup intent waits for the customer.
  ///
  /// Source: docs.stripe.com/billing/subscriptions/deferred-payment.
  func prepareLaterPayments(of state: inout SubscriptionState, first invoice: String, _ customer: Record) throws {
    guard !state.isSent, ["active", "trialing"].contains(state.record.status),
      let invoice = try find(.invoice, invoice), invoice.status == "paid", invoice.int("amount_due") == 0
    else { return }
    let method = try defaultPaymentMethod(of: customer, subscription: state.record)
    if let method, !needsSetup(method) { return }
    var intent = try makeSetupIntent(
      customer: customer.id, paymentMethod: method?.id, testClock: customer.testClock)
    intent.hidden["subscription"] = .string(state.id)
    try save(&intent)
    if method != nil { _ = try setUp(&intent, with: method, returnURL: nil) }
    state.record["pending_setup_intent"] = .string(intent.id)
  }

  /// A setup intent has succeeded: the subscription that waited for it waits no more, and may keep the method.
  func setupSucceeded(_ intent: Record) throws {
    guard var record = try referred(.subscription, by: intent.hidden["subscription"].string),
      record.reference("pending_setup_intent") == intent.id
    else { return }
    record["pending_setup_intent"] = nil
    if record["payment_settings"]["save_default_payment_method"] == "on_subscription",
      record["default_payment_method"].isNull
    {
      record["default_payment_method"] = intent["payment_method"]
    }
    try inClockTime(of: record) { try save(&record, emitting: "customer.subscription.updated") }
  }

  private func needsSetup(_ method: Record) -> Bool {
    switch testCard(of: method)?.authentication {
    case .always, .lookupFails: true
    case .unlessSetUp: method.hidden["set_up"] != true
    case .never, .onSessionOnly, nil: false
    }
  }
}
