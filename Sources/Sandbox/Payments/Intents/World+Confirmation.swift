extension World {
  /// Confirms an intent: the checks, the customer's authentication, then the attempt.
  func pay(
    _ intent: inout Record, with given: Record?, _ terms: PaymentTerms
  ) throws -> PaymentOutcome {
    try checkConfirmable(intent)
    guard var method = try given ?? referred(.paymentMethod, by: intent.reference("payment_method")) else {
      throw Self.unexpectedState(
        intent,
        """
        You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
        PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment \
        method or ConfirmationToken.
        """)
    }
    try checkUsable(method, for: intent)
    return try inPaymentTime(clock: intent.testClock) {
      change(&intent, to: method)
      if method.text("type") != "card" { return try beginDebit(&intent, method) }
      guard let card = testCard(of: method) else { throw StripeError.unsupported("payments without a test card") }
      if intent.hidden["authenticated"] != true {
        switch needed(card, method, terms) {
        case .nothing: break
        case .authentication where terms.failsOnAction:
          return .failed(try fail(&intent, &method, .authenticationNotHandled, makesCharge: false))
        case .authentication:
          try askForAuthentication(&intent, terms)
          return .requiresAction
        case .decline(let decline): return .failed(try fail(&intent, &method, decline))
        }
      }
      return try attempt(&intent, &method, card)
    }
  }

  /// Gives an intent a payment method; what was proved with another one does not count for it.
  func change(_ intent: inout Record, to method: Record) {
    if intent.reference("payment_method") != method.id { intent.hidden.remove("authenticated") }
    intent["payment_method"] = .string(method.id)
    intent["next_action"] = nil
  }

  /// Asks the bank; the customer is authenticated or need not be.
  func attempt(_ intent: inout Record, _ method: inout Record, _ card: TestCard) throws -> PaymentOutcome {
    finishChecks(&method)
    if let decline = card.decline { return .failed(try fail(&intent, &method, decline)) }
    var charge = try makeCharge(intent, method)
    let capture = intent.text("capture_method") ?? "automatic"
    try approve(&charge, capture: capture != "manual", booksLater: capture == "automatic_async")
    try save(&charge, emitting: "charge.succeeded")
    try use(&method, for: intent)
    intent["latest_charge"] = .string(charge.id)
    intent["last_payment_error"] = nil
    guard capture == "manual" else {
      try complete(&intent, received: intent.int("amount"))
      return .succeeded
    }
    try schedule(Job(.expireAuthorization, charge.id, due: now + Self.authorizationLasts, clock: nil))
    intent["amount_capturable"] = intent["amount"]
    intent["status"] = "requires_capture"
    try save(&intent, emitting: "payment_intent.amount_capturable_updated")
    return .requiresCapture
  }

  /// Marks an intent paid.
  func complete(_ intent: inout Record, received: Int64) throws {
    intent["status"] = "succeeded"
    intent["amount_received"] = .integer(received)
    intent["amount_capturable"] = 0
    intent["next_action"] = nil
    try save(&intent, emitting: "payment_intent.succeeded")
  }

  /// Leaves the failed charge and the intent's error behind.
  func fail(
    _ intent: inout Record, _ method: inout Record, _ decline: Decline, makesCharge: Bool = true
  ) throws -> StripeError {
    finishChecks(&method)
    try save(&method)
    var details: JSONObject = ["payment_method": .object(method.body)]
    if makesCharge {
      var charge = try makeCharge(intent, method)
      refuse(&charge, decline)
      try save(&charge, emitting: "charge.failed")
      intent["latest_charge"] = .string(charge.id)
      details["charge"] = .string(charge.id)
    }
    try reject(&intent, decline.error(details).body["error"])
    details["payment_intent"] = .object(intent.body)
    return decline.error(details)
  }

  /// Sends an intent back for another payment method.
  func reject(_ intent: inout Record, _ error: JSON) throws {
    intent["status"] = "requires_payment_method"
    intent["payment_method"] = nil
    intent["next_action"] = nil
    intent["last_payment_error"] = error
    intent.hidden.remove("authenticated")
    try save(&intent, emitting: "payment_intent.payment_failed")
  }

  /// What a payment does to its method: kept for the customer when asked to, used up when it belongs to nobody.
  func use(_ method: inout Record, for intent: Record) throws {
    let isForLater = intent.text("setup_future_usage") != nil
    if intent.text("setup_future_usage") == "off_session" { method.hidden["set_up"] = true }
    if method.reference("customer") != nil { return try save(&method) }
    if isForLater, let customer = intent.reference("customer") { return try keep(&method, for: customer) }
    method.hidden["used"] = true
    try save(&method)
  }

  // MARK: checks

  private enum Need { case nothing, authentication, decline(Decline) }

  private func needed(_ card: TestCard, _ method: Record, _ terms: PaymentTerms) -> Need {
    let isSetUp = method.hidden["set_up"] == true
    switch card.authentication {
    case .never: return .nothing
    case .lookupFails: return .decline(.generic)
    case .onSessionOnly where terms.isOffSession: return .nothing
    case .unlessSetUp where terms.isOffSession && isSetUp: return .nothing
    default: return terms.isOffSession ? .decline(.authenticationRequired) : .authentication
    }
  }

  private func checkConfirmable(_ intent: Record) throws {
    switch intent.text("status") {
    case "requires_payment_method", "requires_confirmation", "requires_action": return
    case "succeeded":
      throw Self.unexpectedState(
        intent,
        """
        You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.
        """)
    case let status:
      throw Self.unexpectedState(
        intent,
        """
        You cannot confirm this PaymentIntent because it has a status of \(status ?? ""). Only a PaymentIntent with \
        one of the following statuses may be confirmed: requires_confirmation, requires_action.
        """)
    }
  }

  /// - Throws: when the method is used up, somebody else's or of a type that the intent does not take.
  func checkUsable(_ method: Record, for intent: Record) throws {
    if let owner = method.reference("customer") {
      guard let customer = intent.reference("customer") else {
        throw StripeError.invalid(
          """
          The PaymentMethod provided (\(method.id)) belongs to the Customer \(owner). Please include the Customer in \
          the `customer` parameter on the PaymentIntent.
          """, param: "payment_method")
      }
      guard owner == customer else {
        throw StripeError.notTheCustomers(method: method.id, param: "payment_method")
      }
    } else {
      try checkReusable(method)
    }
    let type = method.text("type") ?? ""
    let types = (intent["payment_method_types"].array ?? []).compactMap(\.string)
    guard types.contains(type) || intent["automatic_payment_methods"]["enabled"] == true || intent.hidden.has("invoice")
    else {
      throw StripeError.invalid(
        """
        The PaymentMethod provided (\(type)) is not allowed for this PaymentIntent. Please attach a PaymentMethod of \
        one of the following types: \(types.joined(separator: ", ")).
        """, param: "payment_method")
    }
  }
}
