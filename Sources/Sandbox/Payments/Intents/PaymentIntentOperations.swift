/// The calls about payment intents.
enum PaymentIntentOperations {
  static let operations = [
    Operation("POST", "/v1/payment_intents") { world, call in try create(world, call.params) },
    Operation("POST", "/v1/payment_intents/{intent}") { world, call in
      var intent = try open(world, call)
      try world.update(&intent, call.params)
      return .record(intent)
    },
    Operation("POST", "/v1/payment_intents/{intent}/confirm") { world, call in
      var intent = try open(world, call)
      return try confirm(world, &intent, call.params)
    },
    Operation("POST", "/v1/payment_intents/{intent}/capture") { world, call in
      var intent = try open(world, call)
      try world.takeIntent(call.params, into: &intent)
      try world.inPaymentTime(clock: intent.testClock) {
        try world.capture(&intent, amount: call.params.int("amount_to_capture"))
      }
      try world.tellInvoice(intent)
      return .record(try open(world, call))
    },
    Operation("POST", "/v1/payment_intents/{intent}/cancel") { world, call in
      var intent = try open(world, call)
      if intent.hidden.has("invoice") {
        throw StripeError.invalid(
          "You cannot cancel this PaymentIntent because it was created by an invoice. Void the invoice instead.")
      }
      try world.cancel(&intent, reason: call.params.text("cancellation_reason"))
      return .record(intent)
    },
  ]

  /// The intent in the path, in the time of its customer.
  private static func open(_ world: World, _ call: Call) throws -> Record {
    let intent = try world.require(.paymentIntent, call, "intent")
    if let customer = try world.referred(.customer, by: intent.reference("customer")), !customer.isDeleted {
      try world.enter(clockOf: customer)
    }
    return intent
  }

  private static func create(_ world: World, _ params: Params) throws -> Reply {
    let isConfirmed = params.flag("confirm") == true
    if !isConfirmed, isOffSession(params) {
      throw StripeError.invalid(
        """
        The parameter `off_session` cannot be passed when creating a PaymentIntent unless `confirm` is set to true.
        """, param: "off_session")
    }
    let draft = try world.draft(params)
    var intent = try world.makePaymentIntent(draft)
    if let method = try world.referred(.paymentMethod, by: draft.paymentMethod) {
      try world.checkUsable(method, for: intent)
    }
    guard isConfirmed else { return .record(intent) }
    return try confirm(world, &intent, params, isNew: true)
  }

  private static func confirm(
    _ world: World, _ intent: inout Record, _ params: Params, isNew: Bool = false
  ) throws -> Reply {
    if !isNew { try world.takeIntent(params, into: &intent) }
    if let amount = params.int("amount_to_confirm"), amount != intent.int("amount") {
      throw StripeError.unsupported("confirming a part of the amount", param: "amount_to_confirm")
    }
    let method = isNew ? nil : try world.method(in: params)
    let terms = PaymentTerms(
      isOffSession: isOffSession(params), failsOnAction: params.flag("error_on_requires_action") == true,
      returnURL: params.text("return_url"))
    let outcome = try world.pay(&intent, with: method, terms)
    try world.tellInvoice(intent)
    if case .failed(let error) = outcome { return .failure(error) }
    return .record(try world.require(.paymentIntent, intent.id, param: "intent"))
  }

  private static func isOffSession(_ params: Params) -> Bool {
    params.flag("off_session") == true || params.text("off_session") != nil
  }
}
