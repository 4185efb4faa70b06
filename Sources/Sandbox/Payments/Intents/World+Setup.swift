extension World {
  /// Makes a setup intent and emits `setup_intent.created`.
  package func makeSetupIntent(
    customer: String?, paymentMethod: String? = nil, usage: String = "off_session", types: [String] = ["card"],
    members: JSONObject = [:], testClock: String? = nil
  ) throws -> Record {
    try inPaymentTime(clock: testClock) {
      var intent = Record(blank: .setupIntent, created: now)
      let id = newID(.setupIntent)
      intent["id"] = .string(id)
      intent["client_secret"] = .string("\(id)_secret_\(randomText(31))")
      intent["customer"] = .text(customer)
      intent["metadata"] = [:]
      intent["payment_method"] = .text(paymentMethod)
      intent["payment_method_options"] = Self.setupOptions(types)
      intent["payment_method_types"] = .strings(types)
      intent["status"] = paymentMethod == nil ? "requires_payment_method" : "requires_confirmation"
      intent["usage"] = .string(usage)
      for member in members.members { intent[member.name] = member.value }
      if let testClock { intent.hidden["test_clock"] = .string(testClock) }
      try save(&intent, emitting: "setup_intent.created")
      return intent
    }
  }

  /// Confirms a setup intent: the card is kept for the customer, or its bank refuses.
  ///
  /// - Throws: `setup_intent_unexpected_state`, or what forbids the payment method.
  func setUp(_ intent: inout Record, with given: Record?, returnURL: String?) throws -> PaymentOutcome {
    let states = ["requires_payment_method", "requires_confirmation", "requires_action"]
    let status = intent.text("status") ?? ""
    guard states.contains(status) else {
      throw Self.unexpectedSetup(
        intent,
        "You cannot confirm this SetupIntent because it has already \(status == "canceled" ? "been " : "")\(status).")
    }
    guard var method = try given ?? referred(.paymentMethod, by: intent.reference("payment_method")) else {
      throw Self.unexpectedSetup(
        intent,
        """
        You cannot confirm this SetupIntent because it's missing a payment method. You can either update the \
        SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment \
        method or ConfirmationToken.
        """)
    }
    if let owner = method.reference("customer"), owner != intent.reference("customer") {
      throw StripeError.notTheCustomers(method: method.id, param: "payment_method")
    }
    if method.reference("customer") == nil { try checkReusable(method) }
    return try inPaymentTime(clock: intent.testClock) {
      intent["payment_method"] = .string(method.id)
      switch testCard(of: method)?.authentication {
      case .always, .unlessSetUp:
        intent["status"] = "requires_action"
        intent["next_action"] = authenticationAction(intent.id, returnURL: returnURL)
        try save(&intent, emitting: "setup_intent.requires_action")
        return .requiresAction
      case .lookupFails: return .failed(try failSetup(&intent, &method, .generic))
      default: return try finishSetup(&intent, &method)
      }
    }
  }

  /// The customer's authentication of a setup intent.
  func authenticateSetup(_ id: String, succeed: Bool) throws -> Record {
    var intent = try require(.setupIntent, id, param: "intent", inPath: true)
    guard intent.text("status") == "requires_action",
      var method = try referred(.paymentMethod, by: intent.reference("payment_method"))
    else { throw Self.unexpectedSetup(intent, "This SetupIntent does not wait for an authentication.") }
    try inPaymentTime(clock: intent.testClock) {
      if succeed {
        _ = try finishSetup(&intent, &method)
      } else {
        try rejectSetup(&intent, Self.authenticationFailure(method, setup: true))
      }
    }
    return intent
  }

  /// Cancels a setup intent.
  ///
  /// - Throws: `setup_intent_unexpected_state` for one that is done or canceled.
  func cancelSetup(_ intent: inout Record, reason: String?) throws {
    let states = ["requires_payment_method", "requires_confirmation", "requires_action"]
    let status = intent.text("status") ?? ""
    if status == "canceled" {
      // The doubled word is Stripe's (recorded).
      throw Self.unexpectedSetup(intent, "You cannot cancel this SetupIntent because it it already canceled.")
    }
    guard states.contains(status) else {
      throw Self.unexpectedSetup(
        intent,
        """
        You cannot cancel this SetupIntent because it has a status of `\(status)`. Only a SetupIntent with one of the \
        following statuses may be canceled: \(states.map { "`\($0)`" }.joined(separator: ", ")).
        """)
    }
    try inPaymentTime(clock: intent.testClock) {
      intent["status"] = "canceled"
      intent["cancellation_reason"] = .text(reason)
      intent["next_action"] = nil
      try save(&intent, emitting: "setup_intent.canceled")
    }
  }

  /// The error for a setup intent that is in the wrong state; it shows the intent.
  static func unexpectedSetup(_ intent: Record, _ message: String) -> StripeError {
    var error = StripeError.invalid(message, code: "setup_intent_unexpected_state")
    error.details["setup_intent"] = .object(intent.body)
    return error
  }

  /// The options that Stripe shows for what may be set up.
  static func setupOptions(_ types: [String]) -> JSON {
    guard types.contains("card") else { return [:] }
    return ["card": ["mandate_options": nil, "network": nil, "request_three_d_secure": "automatic"]]
  }

  private func finishSetup(_ intent: inout Record, _ method: inout Record) throws -> PaymentOutcome {
    if let refusal = testCard(of: method)?.refusalOnAttach {
      return .failed(try failSetup(&intent, &method, refusal))
    }
    intent["status"] = "succeeded"
    intent["next_action"] = nil
    intent["last_setup_error"] = nil
    try save(&intent, emitting: "setup_intent.succeeded")
    if intent.text("usage") == "off_session" { method.hidden["set_up"] = true }
    if method.reference("customer") == nil, let customer = intent.reference("customer") {
      try keep(&method, for: customer)
    } else {
      finishChecks(&method)
      try save(&method)
    }
    try setupSucceeded(intent)
    return .succeeded
  }

  private func failSetup(_ intent: inout Record, _ method: inout Record, _ decline: Decline) throws -> StripeError {
    finishChecks(&method)
    try save(&method)
    var details: JSONObject = ["payment_method": .object(method.body)]
    try rejectSetup(&intent, decline.error(details).body["error"])
    details["setup_intent"] = .object(intent.body)
    return decline.error(details)
  }

  private func rejectSetup(_ intent: inout Record, _ error: JSON) throws {
    intent["status"] = "requires_payment_method"
    intent["payment_method"] = nil
    intent["next_action"] = nil
    intent["last_setup_error"] = error
    try save(&intent, emitting: "setup_intent.setup_failed")
  }
}
