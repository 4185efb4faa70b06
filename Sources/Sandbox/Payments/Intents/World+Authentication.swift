extension World {
  /// Sends the customer away to authenticate: by redirect when the caller named a place to return to.
  func askForAuthentication(_ intent: inout Record, _ terms: PaymentTerms) throws {
    intent["status"] = "requires_action"
    intent["next_action"] = authenticationAction(intent.id, returnURL: terms.returnURL)
    try save(&intent, emitting: "payment_intent.requires_action")
  }

  /// What the customer has to do; the sandbox's own page stands in for the bank's.
  func authenticationAction(_ id: String, returnURL: String?) -> JSON {
    let page = JSON.string("\(state.serverURL)/_okapi/authenticate/\(id)")
    if let returnURL {
      return ["redirect_to_url": ["return_url": .string(returnURL), "url": page], "type": "redirect_to_url"]
    }
    return [
      "type": "use_stripe_sdk",
      "use_stripe_sdk": [
        "source": .string("payatt_\(randomText(24))"), "stripe_js": page, "type": "three_d_secure_redirect",
      ],
    ]
  }

  /// Plays the customer: authentication of a payment or setup intent succeeds or fails; the payment goes on from there.
  ///
  /// An invoice hears of it. What the bank says then is in the intent that is returned.
  ///
  /// - Throws: an unexpected state for an intent that waits for no authentication.
  package func authenticate(_ id: String, succeed: Bool) throws -> Record {
    if id.hasPrefix("seti_") { return try authenticateSetup(id, succeed: succeed) }
    var intent = try require(.paymentIntent, id, param: "intent", inPath: true)
    guard intent.text("status") == "requires_action",
      var method = try referred(.paymentMethod, by: intent.reference("payment_method"))
    else { throw Self.unexpectedState(intent, "This PaymentIntent does not wait for an authentication.") }
    try inPaymentTime(clock: intent.testClock) {
      intent["next_action"] = nil
      if !succeed {
        try reject(&intent, Self.authenticationFailure(method))
      } else if intent.text("confirmation_method") == "manual" {
        intent.hidden["authenticated"] = true
        intent["status"] = "requires_confirmation"
        try save(&intent)
      } else if let card = testCard(of: method) {
        intent.hidden["authenticated"] = true
        _ = try attempt(&intent, &method, card)
      }
    }
    try tellInvoice(intent)
    return try require(.paymentIntent, id, param: "intent", inPath: true)
  }

  /// Tells the invoice that an intent pays what became of it.
  func tellInvoice(_ intent: Record) throws {
    if intent.hidden.has("invoice") { try paymentIntentChanged(intent) }
  }

  static func authenticationFailure(_ method: Record, setup: Bool = false) -> JSON {
    let kind = setup ? "setup_intent" : "payment_intent"
    let error = StripeError(
      code: "\(kind)_authentication_failure",
      """
      The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod \
      to attempt to fulfill this \(setup ? "SetupIntent" : "PaymentIntent") again.
      """, details: ["payment_method": .object(method.body)])
    return error.body["error"]
  }
}
