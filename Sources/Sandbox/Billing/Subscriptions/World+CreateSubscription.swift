extension World {
  /// `POST /v1/subscriptions`: the subscription, its first invoice and the first payment, all in this unit.
  func createSubscription(_ params: Params) throws -> Reply {
    try refuseUnsupported(params)
    let customer = try require(.customer, try params.require("customer"), param: "customer")
    try enter(clockOf: customer)
    let requests = try itemRequests(params.hashes("items") ?? [])
    guard !requests.isEmpty else { throw StripeError.missing("items") }
    var state = try blankSubscription(params, customer: customer, requests: requests)
    let behavior = params.text("payment_behavior") ?? "allow_incomplete"
    if behavior == "pending_if_incomplete" { throw StripeError.unsupported("pending_if_incomplete") }
    state.record.hidden["is_new"] = true
    state.record["status"] = state.record["trial_end"].isNull ? "incomplete" : "trialing"
    try keep(&state)
    // From here on it is the customer's currency, even while the first invoice is still a draft.
    let currency = state.currency
    if customer.text("currency") != currency { try changeCustomer(customer.id) { $0.bind(to: currency) } }
    let created = try emit("customer.subscription.created", state.record)
    try addDiscounts(params, to: &state, requests: requests)
    try addInvoiceItems(params, to: state, customer: customer)
    let invoice = try firstInvoice(of: &state)
    let outcome = try payFirstInvoice(
      invoice, of: &state, behavior: behavior, offSession: params.flag("off_session") ?? false)
    state = try load(try require(.subscription, state.id, param: "id"))
    state.record.hidden.remove("is_new")
    state.record["status"] = .string(outcome)
    try changeCancellation(params, of: &state)
    try prepareLaterPayments(of: &state, first: invoice.id, customer)
    try keep(&state)
    try amend(event: created, to: state.record)
    if outcome == "incomplete" {
      try later(.expireIncomplete, state.record, at: now + settings.incompleteExpiresAfter)
    }
    try scheduleNext(state)
    try announceNearTrialEnd(state)
    try announceCustomer(customer.id)
    return .record(state.record)
  }

  private func refuseUnsupported(_ params: Params) throws {
    try params.refuse(
      "application_fee_percent", "backdate_start_date", "billing_cycle_anchor_config", "billing_schedules",
      "billing_thresholds", "default_source", "default_tax_rates", "on_behalf_of", "pending_invoice_item_interval",
      "transfer_data", "customer_account")
    try params.refuseAutomaticTax()
  }

  /// What the first payment means for the status; a failure with `error_if_incomplete` undoes everything.
  private func payFirstInvoice(
    _ invoice: Record, of state: inout SubscriptionState, behavior: String, offSession: Bool
  ) throws -> String {
    var invoice = invoice
    let paid = state.record.status == "trialing" ? "trialing" : "active"
    if invoice.status == "draft" && !invoice["automatically_finalizes_at"].isNull { return paid }
    let method = try paymentMethod(of: invoice)
    if invoice.int("total") > 0 && method == nil && behavior != "default_incomplete" {
      throw StripeError.invalid(
        """
        This customer has no attached payment source or default payment method. Please consider adding a default \
        payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/\
        payment-methods-setting#payment-method-priority.
        """, code: "resource_missing")
    }
    try finalize(&invoice)
    if invoice.status == "paid" { return paid }
    if behavior == "default_incomplete" { return "incomplete" }
    switch try collect(&invoice, with: method, by: .request(offSession: offSession)) {
    case .paid, .processing: return paid
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
    case .noPaymentMethod: break
    }
    return "incomplete"
  }

  private func firstInvoice(of state: inout SubscriptionState) throws -> Record {
    let isTrial = state.record.status == "trialing"
    return try makeInvoice(
      of: &state, reason: "subscription_create", period: BillingPeriod(start: now, end: now),
      lines: try lines(for: state.items, of: state, isTrial: isTrial)
    ) { draft in
      if draft.sendsInvoice && !isTrial { draft.finalizesAt = now + settings.finalizeAfter }
    }
  }

  private func addDiscounts(_ params: Params, to state: inout SubscriptionState, requests: [ItemRequest]) throws {
    if let list = params.discountList {
      let place = DiscountPlace(customer: state.customer, subscription: state.id)
      state.record["discounts"] = .strings(try discounts(from: list, on: place))
    }
    for (index, request) in requests.enumerated() {
      guard let list = request.params.hashes("discounts") else { continue }
      let place = DiscountPlace(
        customer: state.customer, subscription: state.id, subscriptionItem: state.items[index].id)
      state.items[index]["discounts"] = .strings(try discounts(from: list, on: place))
    }
  }

  /// `add_invoice_items`: pending items of the subscription, which the invoice at hand then takes.
  func addInvoiceItems(_ params: Params, to state: SubscriptionState, customer: Record) throws {
    for entry in params.hashes("add_invoice_items") ?? [] {
      try entry.refuse("tax_rates", "period")
      guard let price = try price(entry) else { throw StripeError.missing(entry.path("price")) }
      guard price.text("type") == "one_time" else {
        throw StripeError.invalid(
          "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.",
          param: entry.path("price"))
      }
      var item = makeInvoiceItem(of: customer, currency: state.currency)
      try setPricing(&item, price: price, quantity: entry.int("quantity") ?? 1)
      try checkCurrency(of: item, matches: state.currency, param: entry.path("price"))
      item["metadata"] = try entry.mergedMetadata(nil)
      entry.copy(["discountable"], to: &item)
      item["parent"] = [
        "subscription_details": ["subscription": .string(state.id)], "type": "subscription_details",
      ]
      if let list = entry.hashes("discounts") {
        let place = DiscountPlace(customer: customer.id, invoiceItem: item.id)
        item["discounts"] = .strings(try discounts(from: list, on: place))
      }
      try keepInvoiceItem(&item)
    }
  }
}
