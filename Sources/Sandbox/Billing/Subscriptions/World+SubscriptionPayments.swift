extension World {
  /// Carries a paid invoice over to its subscription: incomplete, past due and unpaid ones become active.
  func subscriptionInvoicePaid(_ invoice: Record) throws {
    guard let id = invoice.subscriptionOfInvoice, var record = try find(.subscription, id) else { return }
    try rememberPaymentMethod(of: invoice, in: &record)
    guard record.hidden["is_new"].isNull else { return }
    let isLatest = record.reference("latest_invoice") == invoice.id
    switch record.status {
    case "incomplete" where isLatest || invoice.text("billing_reason") == "subscription_create":
      record["status"] = record["trial_end"].integer.map { $0 > now } ?? false ? "trialing" : "active"
      try unschedule(id, .expireIncomplete)
    case "past_due":
      guard try isLatest || !hasUnpaidInvoices(id) else { return }
      record["status"] = "active"
    case "unpaid" where isLatest: record["status"] = "active"
    default: return
    }
    let becameActive = try find(.subscription, id)?.status == "incomplete"
    try save(&record, emitting: "customer.subscription.updated")
    if becameActive { try scheduleNext(try load(record)) }
  }

  /// `save_default_payment_method: on_subscription` keeps the method that paid.
  private func rememberPaymentMethod(of invoice: Record, in record: inout Record) throws {
    guard record["payment_settings"]["save_default_payment_method"] == "on_subscription",
      record["default_payment_method"].isNull,
      let intent = try referred(.paymentIntent, by: invoice.hidden["payment_intent"].string),
      let method = intent.reference("payment_method")
    else { return }
    record["default_payment_method"] = .string(method)
    // The other two are about to be told of with their new state.
    if !record.hidden["is_new"].isNull { return try save(&record) }
    if record.status != "incomplete" { try save(&record, emitting: "customer.subscription.updated") }
  }

  private func hasUnpaidInvoices(_ subscription: String) throws -> Bool {
    try !records(
      ListQuery(
        .invoice, [.equals("parent_subscription_details_subscription", subscription), .equals("status", "open")]
      )
    ).isEmpty
  }

  /// Carries a failed payment over to its subscription, after the last attempt as the account's settings say.
  func subscriptionPaymentFailed(_ invoice: Record, isLast: Bool) throws {
    guard let id = invoice.subscriptionOfInvoice, var record = try find(.subscription, id),
      record.hidden["is_new"].isNull
    else { return }
    guard isLast else {
      guard record.status == "active" || record.status == "trialing" else { return }
      record["status"] = "past_due"
      return try save(&record, emitting: "customer.subscription.updated")
    }
    guard ["active", "past_due", "trialing", "unpaid"].contains(record.status) else { return }
    switch settings.afterLastRetry {
    case .cancel:
      var state = try load(record)
      try end(&state, reason: "payment_failed")
    case .unpaid, .pastDue:
      record["status"] = .string(settings.afterLastRetry.rawValue)
      try save(&record, emitting: "customer.subscription.updated")
    }
  }

  /// A first payment that was never made: the subscription ends before it began, its invoice is void.
  func expireIncomplete(_ subscription: Record) throws {
    guard subscription.status == "incomplete" else { return }
    var record = subscription
    try unschedule(record.id)
    record["status"] = "incomplete_expired"
    record["ended_at"] = .integer(now)
    try save(&record, emitting: "customer.subscription.updated")
    if var invoice = try referred(.invoice, by: record.reference("latest_invoice")), invoice.status == "open" {
      try void(&invoice)
    }
  }
}
