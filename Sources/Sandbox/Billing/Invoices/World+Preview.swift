extension World {
  /// `POST /v1/invoices/create_preview`: the invoice as it would be. The change asked about is really made, its invoice
  /// read, and all of it undone.
  func previewInvoice(_ params: Params) throws -> JSONObject {
    try params.refuse(
      "schedule", "schedule_details", "customer_details", "issuer", "on_behalf_of", "customer_account")
    try params.refuseAutomaticTax()
    if params.text("preview_mode") == "recurring" {
      throw StripeError.unsupported("recurring previews", param: "preview_mode")
    }
    let subscription = try params.text("subscription").map {
      try require(.subscription, $0, param: "subscription")
    }
    guard let customerID = params.text("customer") ?? subscription?.reference("customer") else {
      throw StripeError.invalid(
        "You must either provide a `customer` or a `subscription` to the create preview endpoint.")
    }
    let customer = try require(.customer, customerID, param: "customer")
    try enter(clockOf: customer)
    let details = params.hash("subscription_details") ?? Params()
    try details.refuse("resume_at", "start_date")
    if details.hash("billing_cycle_anchor")?.text("type") == "timestamp" {
      throw StripeError.unsupported("an anchor by timestamp", param: details.path("billing_cycle_anchor[type]"))
    }
    var preview = try undoing {
      for entry in params.hashes("invoice_items") ?? [] {
        try entry.refuse("invoiceitem")
        var values = entry.values
        values["customer"] = .string(customerID)
        if let subscription { values["subscription"] = .string(subscription.id) }
        _ = try createInvoiceItem(Params(values))
      }
      let invoice =
        if let subscription {
          try upcoming(of: subscription, customer: customer, details)
        } else if details.has("items") {
          try firstInvoice(of: customer, details, discounts: params["discounts"])
        } else {
          try pendingInvoice(of: customer, params)
        }
      guard let invoice else {
        throw StripeError(
          status: 404, code: "invoice_upcoming_none", "No upcoming invoices for customer: \(customerID)")
      }
      return invoice.body
    }
    Self.showAsUpcoming(&preview)
    return preview
  }

  /// The invoice that a change bills at once, or the one that the next renewal drafts.
  private func upcoming(of subscription: Record, customer: Record, _ details: Params) throws -> Record? {
    guard !["canceled", "incomplete_expired"].contains(subscription.status) else { return nil }
    let before = subscription.reference("latest_invoice")
    if details.flag("cancel_now") == true {
      var values: JSONObject = ["invoice_now": true]
      values["prorate"] = .bool(details.text("proration_behavior").map { $0 != "none" } ?? true)
      _ = try cancelSubscription(subscription.id, Params(values))
    } else if !details.values.isEmpty {
      var values = details.values
      values["payment_behavior"] = "default_incomplete"
      _ = try updateSubscription(subscription.id, Params(values))
    }
    var changed = try require(.subscription, subscription.id, param: "subscription")
    if changed.reference("latest_invoice") == before {
      let state = try load(changed)
      guard state.isAlive, let end = state.nextEnd,
        changed["cancel_at"].integer.map({ $0 > end }) ?? true
      else { return nil }
      now = end
      if changed.status == "trialing" { try endTrial(changed) } else { try renew(changed) }
      changed = try require(.subscription, subscription.id, param: "subscription")
    }
    let invoice = try referred(.invoice, by: changed.reference("latest_invoice"))
    return invoice?.id == before ? nil : invoice.map(Self.asDraft)
  }

  /// The invoice that a new subscription would begin with.
  private func firstInvoice(of customer: Record, _ details: Params, discounts: JSON) throws -> Record? {
    var values = details.values
    values["customer"] = .string(customer.id)
    values["payment_behavior"] = "default_incomplete"
    if !discounts.isNull { values["discounts"] = discounts }
    guard case .record(let subscription) = try createSubscription(Params(values)) else { return nil }
    return try referred(.invoice, by: subscription.reference("latest_invoice")).map(Self.asDraft)
  }

  private func pendingInvoice(of customer: Record, _ params: Params) throws -> Record? {
    let next = try records(
      ListQuery(
        .subscription, [.equals("customer", customer.id), .oneOf("status", ["active", "past_due", "trialing"])])
    ).min {
      ($0["items"]["data"].array?.first?["current_period_end"].integer ?? .max)
        < ($1["items"]["data"].array?.first?["current_period_end"].integer ?? .max)
    }
    if let next { return try upcoming(of: next, customer: customer, Params()) }
    guard try find(.customer, customer.id)?.hidden["pending_items"].integer ?? 0 > 0 else { return nil }
    var values: JSONObject = ["customer": .string(customer.id), "pending_invoice_items_behavior": "include"]
    if params.has("discounts") { values["discounts"] = params["discounts"] }
    if params.has("currency") { values["currency"] = params["currency"] }
    guard case .record(let invoice) = try createInvoice(Params(values)) else { return nil }
    return invoice
  }

  /// A preview is a draft, whatever became of the invoice that was made for it.
  private static func asDraft(_ invoice: Record) -> Record {
    var draft = invoice
    let isPaid = invoice.status == "paid"
    draft["status"] = "draft"
    for name in ["number", "hosted_invoice_url", "invoice_pdf", "effective_at"] { draft[name] = nil }
    draft["status_transitions"] = [
      "finalized_at": nil, "marked_uncollectible_at": nil, "paid_at": nil, "voided_at": nil,
    ]
    draft["attempted"] = false
    draft["attempt_count"] = 0
    draft["auto_advance"] = true
    if isPaid {
      draft["amount_paid"] = 0
      draft["amount_remaining"] = draft["amount_due"]
    }
    return draft
  }
}
