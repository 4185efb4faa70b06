extension World {
  /// The subscription that a create call describes, with its items in their first period; nothing is kept yet.
  func blankSubscription(
    _ params: Params, customer: Record, requests: [ItemRequest]
  ) throws -> SubscriptionState {
    var record = Record(blank: .subscription, created: now)
    record["id"] = .string(newID(.subscription))
    record["automatic_tax"] = ["disabled_reason": nil, "enabled": false, "liability": nil]
    let mode =
      params.hash("billing_mode")?.text("type") ?? (origin.version < .clover ? "classic" : "flexible")
    record["billing_mode"] =
      mode == "flexible"
      ? ["flexible": ["proration_discounts": "included"], "type": "flexible", "updated_at": .integer(now)]
      : ["flexible": nil, "type": "classic"]
    if record.body.has("billing_schedules") { record["billing_schedules"] = [] }
    record["cancel_at_period_end"] = false
    record["cancellation_details"] = ["comment": nil, "feedback": nil, "feedback_option": nil, "reason": nil]
    record["customer"] = .string(customer.id)
    record["default_tax_rates"] = []
    record["discounts"] = []
    record["invoice_settings"] = [
      "account_tax_ids": nil, "custom_fields": nil, "description": nil, "footer": nil, "issuer": ["type": "self"],
    ]
    record["metadata"] = try params.mergedMetadata(nil)
    record["payment_settings"] = [
      "payment_method_options": nil, "payment_method_types": nil, "save_default_payment_method": "off",
    ]
    record["start_date"] = .integer(now)
    record["test_clock"] = customer["test_clock"]
    record["trial_settings"] = [
      "end_behavior": ["billing_cycle_anchor": nil, "missing_payment_method": "create_invoice"]
    ]
    params.copy(["description"], to: &record)
    try setCollection(params, of: &record)
    try setPaymentChoices(params, of: &record, customer: customer)
    var state = SubscriptionState(record: record, items: [])
    for (index, request) in requests.enumerated() {
      guard let price = request.price else { throw StripeError.missing(request.params.path("price")) }
      state.items.append(
        makeItem(
          price: price, quantity: request.quantity ?? 1, metadata: try request.params.mergedMetadata(nil),
          of: record.id, position: Int64(index)))
    }
    try checkItems(state)
    let currency = state.items[0]["price"]["currency"].string ?? ""
    if let wanted = params.text("currency"), wanted.lowercased() != currency {
      throw StripeError.unsupported("a currency other than the price's own", param: "currency")
    }
    try checkCurrency(currency, of: customer)
    try checkNumberOfSubscriptions(customer)
    state.record["currency"] = .string(currency)
    try setFirstPeriods(params, of: &state)
    return state
  }

  /// Throws unless the items can stand in one subscription.
  func checkItems(_ state: SubscriptionState) throws {
    guard state.items.count <= 20 else {
      throw StripeError.invalid("A subscription can have at most 20 items.", param: "items")
    }
    guard let first = state.items.first else {
      throw StripeError.invalid("A subscription must have at least one active item.", param: "items")
    }
    if let bound = state.record.text("currency"), first["price"]["currency"].string != bound {
      throw StripeError.invalid(
        """
        The price specified only supports `\(first["price"]["currency"].string ?? "")`. This doesn't match the \
        expected currency: `\(bound)`.
        """, param: "items")
    }
    for item in state.items.dropFirst() {
      if item["price"]["currency"] != first["price"]["currency"] {
        throw StripeError.invalid(
          "All prices on a subscription must have the same currency. Check the currency of the prices.",
          param: "items")
      }
      if !state.isFlexible && item.interval != first.interval {
        throw StripeError.invalid(
          """
          Currently, all plans on a subscription must have the same billing interval. If you meant to update an \
          existing item, pass the item's id.
          """, param: "items")
      }
    }
  }

  /// Stripe allows 500 subscriptions a customer.
  private func checkNumberOfSubscriptions(_ customer: Record) throws {
    let query = ListQuery(
      .subscription,
      [.equals("customer", customer.id), .noneOf("status", ["canceled", "incomplete_expired"])])
    guard try count(query) >= 500 else { return }
    throw StripeError.invalid(
      "Customer \(customer.id) already has the maximum 500 current subscriptions.",
      code: "customer_max_subscriptions")
  }

  /// The trial, the anchor and each item's first period.
  private func setFirstPeriods(_ params: Params, of state: inout SubscriptionState) throws {
    let trialEnd = try self.trialEnd(params, state.items)
    var anchor = trialEnd ?? now
    var isStub = false
    if let wanted = params.int("billing_cycle_anchor") {
      if trialEnd != nil {
        throw StripeError.unsupported("a billing_cycle_anchor together with a trial", param: "billing_cycle_anchor")
      }
      let shortest = state.items.map(\.interval).min { $0.averageSeconds < $1.averageSeconds }
      guard wanted >= now, wanted <= shortest?.boundary(1, from: now) ?? wanted else {
        throw StripeError.invalid(
          "billing_cycle_anchor cannot be earlier than now nor later than next natural billing date.",
          param: "billing_cycle_anchor")
      }
      anchor = wanted
      isStub = wanted > now
    }
    state.record["billing_cycle_anchor"] = .integer(anchor)
    state.record["trial_start"] = trialEnd == nil ? nil : .integer(now)
    state.record["trial_end"] = .int(trialEnd)
    for index in state.items.indices {
      var period = state.items[index].interval.period(containing: now, anchor: anchor)
      period.start = now
      if let trialEnd { period.end = trialEnd }
      state.items[index].currentPeriod = period
      if isStub {
        state.items[index].hidden["stub"] = true
        if params.text("proration_behavior") == "none" { state.items[index].hidden["free"] = true }
      }
    }
  }

  /// When the trial that a create call asks for ends; nil without one.
  private func trialEnd(_ params: Params, _ items: [Record]) throws -> Int64? {
    if let end = params.int("trial_end") {
      guard end > now else {
        throw StripeError.invalid(
          "Invalid timestamp: must be an integer Unix timestamp in the future.", param: "trial_end")
      }
      guard end <= CivilTime(now).adding(months: 60).seconds else {
        throw StripeError.invalid("Invalid timestamp: can be no more than five years in the future", param: "trial_end")
      }
      return end
    }
    if params.text("trial_end") == "now" { return nil }
    var days = params.int("trial_period_days")
    if days == nil, params.flag("trial_from_plan") == true {
      days = items.compactMap { $0["price"]["recurring"]["trial_period_days"].integer }.max()
    }
    guard let days, days > 0 else { return nil }
    guard days <= 730 else {
      throw StripeError.invalid(
        "The maximum number of trial period days is 730 (2 years).", param: "trial_period_days")
    }
    return now + days * CivilTime.secondsPerDay
  }
}
