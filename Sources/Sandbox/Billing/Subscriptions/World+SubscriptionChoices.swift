extension World {
  /// How the invoices are collected.
  func setCollection(_ params: Params, of record: inout Record) throws {
    let method = params.text("collection_method") ?? record.text("collection_method") ?? "charge_automatically"
    record["collection_method"] = .string(method)
    if let days = params.int("days_until_due") { record["days_until_due"] = .integer(days) }
    if method == "send_invoice" {
      if record["days_until_due"].isNull {
        throw StripeError.invalid(
          """
          If collection_method is `send_invoice`, you must pass `days_until_due`, or a due date for the invoice.
          """, param: "days_until_due")
      }
    } else if params.has("days_until_due") && !params.isUnset("days_until_due") {
      throw StripeError.invalid(
        "You can only set `days_until_due` when `collection_method` is `send_invoice`.", param: "days_until_due")
    } else {
      record["days_until_due"] = nil
    }
  }

  /// The default payment method, the payment settings and the trial settings.
  func setPaymentChoices(_ params: Params, of record: inout Record, customer: Record) throws {
    if params.has("default_payment_method") {
      record["default_payment_method"] = .text(try ownMethod(params, "default_payment_method", of: customer.id)?.id)
    }
    if let settings = params.hash("payment_settings") {
      for name in ["payment_method_options", "payment_method_types", "save_default_payment_method"]
      where settings.has(name) { record["payment_settings"][name] = settings[name] }
      if let options = settings.hash("payment_method_options"), options.hash("card") != nil {
        record["payment_settings"]["payment_method_options"]["card"] = Merge.hash(
          nil, with: options["card"], members: ["network", "request_three_d_secure"])
      }
    }
    if let settings = params.hash("trial_settings")?.hash("end_behavior") {
      for name in ["missing_payment_method", "billing_cycle_anchor"] where settings.has(name) {
        record["trial_settings"]["end_behavior"][name] = settings[name]
      }
    }
    if let settings = params.hash("invoice_settings") {
      try settings.refuse("account_tax_ids")
      for name in ["custom_fields", "description", "footer"] where settings.has(name) {
        record["invoice_settings"][name] = settings[name]
      }
    }
  }

  /// Writes a cancellation to come; `nil` takes one back.
  func scheduleCancel(_ state: inout SubscriptionState, at moment: Int64?, atPeriodEnd: Bool) {
    state.record["cancel_at"] = .int(moment)
    state.record["cancel_at_period_end"] = .bool(atPeriodEnd && moment != nil)
    if moment == nil {
      state.record["canceled_at"] = nil
      state.record["cancellation_details"]["reason"] = nil
    } else {
      state.record["canceled_at"] = .integer(now)
      state.record["cancellation_details"]["reason"] = "cancellation_requested"
    }
  }

  /// Puts what comes next for a subscription on the list, in place of what stood there.
  func scheduleNext(_ state: SubscriptionState) throws {
    try unschedule(
      state.id, .renewSubscription, .announceRenewal, .endTrial, .announceTrialEnd, .cancelSubscription)
    guard state.isAlive, !["incomplete", "paused"].contains(state.record.status), let end = state.nextEnd else {
      return
    }
    // First, so that it comes first of what falls due in the same second.
    if let moment = state.record["cancel_at"].integer { try later(.cancelSubscription, state.record, at: moment) }
    if state.record.status == "trialing" {
      let announced = end - 3 * CivilTime.secondsPerDay
      if announced > now { try later(.announceTrialEnd, state.record, at: announced) }
      try later(.endTrial, state.record, at: end)
    } else {
      let announced = end - settings.upcomingBefore
      if announced > now && announced >= eventsSince { try later(.announceRenewal, state.record, at: announced) }
      try later(.renewSubscription, state.record, at: end)
    }
  }

  /// A trial that ends within three days is announced when it begins, or when its end is moved there.
  func announceNearTrialEnd(_ state: SubscriptionState) throws {
    guard state.record.status == "trialing", let end = state.record["trial_end"].integer,
      end - 3 * CivilTime.secondsPerDay <= now
    else { return }
    try emit("customer.subscription.trial_will_end", state.record)
  }
}
