extension World {
  /// Makes a payment intent and emits `payment_intent.created`.
  package func makePaymentIntent(_ draft: PaymentIntentDraft) throws -> Record {
    try inPaymentTime(clock: draft.testClock) {
      var intent = Record(blank: .paymentIntent, created: now)
      let id = newID(.paymentIntent)
      intent["id"] = .string(id)
      intent["amount"] = .integer(draft.amount)
      intent["amount_capturable"] = 0
      intent["amount_details"] = ["tip": [:]]
      intent["amount_received"] = 0
      intent["capture_method"] = .string(draft.captureMethod)
      intent["client_secret"] = .string("\(id)_secret_\(randomText(25))")
      intent["confirmation_method"] = "automatic"
      intent["currency"] = .string(draft.currency)
      intent["customer"] = .text(draft.customer)
      intent["description"] = .text(draft.description)
      intent["managed_payments"] = ["enabled": false]
      intent["metadata"] = .object(draft.metadata)
      intent["payment_method"] = .text(draft.paymentMethod)
      intent["payment_method_options"] = Self.methodOptions(draft.paymentMethodTypes)
      intent["payment_method_types"] = .strings(draft.paymentMethodTypes)
      intent["setup_future_usage"] = .text(draft.setupFutureUsage)
      intent["status"] = draft.paymentMethod == nil ? "requires_payment_method" : "requires_confirmation"
      for member in draft.members.members { intent[member.name] = member.value }
      if let invoice = draft.invoice {
        intent.hidden["invoice"] = .string(invoice)
        // Stripe cuts it at 25 characters (recorded).
        intent["payment_details"] = ["customer_reference": nil, "order_reference": .string(String(invoice.prefix(25)))]
      }
      if let clock = draft.testClock { intent.hidden["test_clock"] = .string(clock) }
      try save(&intent, emitting: "payment_intent.created")
      return intent
    }
  }

  /// Tries to pay: makes the charge and its balance transaction, emits their events; a decline is an outcome.
  ///
  /// - Throws: `payment_intent_unexpected_state` for an intent that cannot be confirmed.
  package func confirm(
    _ intent: inout Record, paymentMethod: Record?, offSession: Bool = false
  ) throws -> PaymentOutcome {
    try pay(&intent, with: paymentMethod, PaymentTerms(isOffSession: offSession))
  }

  /// Cancels an intent; a hold is released.
  ///
  /// - Throws: `payment_intent_unexpected_state` for one that is paid or canceled.
  package func cancel(_ intent: inout Record, reason: String? = nil) throws {
    let states = [
      "requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing",
    ]
    let status = intent.text("status") ?? ""
    guard states.contains(status), status != "processing" else {
      throw Self.unexpectedState(
        intent,
        """
        You cannot cancel this PaymentIntent because it has a status of \(status). Only a PaymentIntent with one of \
        the following statuses may be canceled: \(states.joined(separator: ", ")).
        """)
    }
    try inPaymentTime(clock: intent.testClock) {
      if status == "requires_capture" { try releaseHold(of: intent, reason: nil, emitting: "charge.refunded") }
      try close(&intent, reason: reason)
    }
  }

  /// What a subscription or invoice is paid with: the subscription's own method, else the customer's default. One that
  /// was detached meanwhile is passed over.
  package func defaultPaymentMethod(of customer: Record, subscription: Record? = nil) throws -> Record? {
    let ids = [
      subscription?.reference("default_payment_method"), subscription?.reference("default_source"),
      customer["invoice_settings"]["default_payment_method"].id, customer.reference("default_source"),
    ]
    for case let id? in ids {
      if let method = try find(.paymentMethod, id), method.reference("customer") == customer.id { return method }
    }
    return nil
  }

  /// The payment method that a call names, which has to be the customer's own; nil when it names none.
  ///
  /// - Throws: `resource_missing`.
  func ownMethod(_ params: Params, _ name: String, of customer: String?) throws -> Record? {
    guard let id = params.text(name) else { return nil }
    let method = try require(.paymentMethod, id, param: params.path(name))
    guard method.reference("customer") == customer else {
      throw StripeError.notTheCustomers(method: id, param: params.path(name))
    }
    return method
  }

  /// What the invoice of a canceled or expired hold gets back: nothing was booked, the bank just lets go.
  func releaseHold(of intent: Record, reason: String?, emitting event: String) throws {
    guard var charge = try referred(.charge, by: intent.reference("latest_charge")) else { return }
    try unschedule(charge.id, .expireAuthorization)
    try release(charge.int("amount"), of: &charge, reason: reason)
    try save(&charge, emitting: event)
  }

  /// Ends an intent unpaid.
  func close(_ intent: inout Record, reason: String?) throws {
    intent["status"] = "canceled"
    intent["canceled_at"] = .integer(now)
    intent["cancellation_reason"] = .text(reason)
    intent["amount_capturable"] = 0
    intent["next_action"] = nil
    try save(&intent, emitting: "payment_intent.canceled")
  }

  /// The error for an intent that is in the wrong state; it shows the intent.
  static func unexpectedState(_ intent: Record, _ message: String) -> StripeError {
    var error = StripeError.invalid(message, code: "payment_intent_unexpected_state")
    error.details["payment_intent"] = .object(intent.body)
    return error
  }

  /// The options that Stripe shows for what a payment may be made with.
  static func methodOptions(_ types: [String]) -> JSON {
    var options: JSONObject = [:]
    for type in types {
      switch type {
      case "card":
        options["card"] = [
          "installments": nil, "mandate_options": nil, "network": nil, "request_three_d_secure": "automatic",
        ]
      case "us_bank_account":
        options["us_bank_account"] = ["mandate_options": [:], "verification_method": "automatic"]
      case "sepa_debit": options["sepa_debit"] = ["mandate_options": [:]]
      default: options[type] = [:]
      }
    }
    return .object(options)
  }
}

extension StripeError {
  /// A payment method that is not the customer's.
  static func notTheCustomers(method id: String, param: String) -> StripeError {
    .invalid(
      """
      The customer does not have a payment method with the ID \(id). The payment method must be attached to the \
      customer.
      """, code: "resource_missing", param: param)
  }
}
