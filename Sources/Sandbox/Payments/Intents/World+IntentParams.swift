extension World {
  /// What a caller asks a payment intent to be.
  func draft(_ params: Params) throws -> PaymentIntentDraft {
    let currency = try CurrencyRules.check(currency: params.require("currency"))
    let amount = try params.requireInt("amount")
    try CurrencyRules.check(amount, currency)
    let customer = try customer(in: params)
    var draft = PaymentIntentDraft(amount: amount, currency: currency, customer: customer?.id)
    draft.testClock = customer?.testClock
    draft.description = params.text("description")
    draft.metadata = try Merge.metadata([:], with: params)
    draft.setupFutureUsage = params.text("setup_future_usage")
    draft.captureMethod =
      params.text("capture_method") ?? (origin.version < .asynchronousCapture ? "automatic" : "automatic_async")
    draft.paymentMethod = try method(in: params)?.id
    let types = params.strings("allowed_payment_method_types") ?? params.strings("payment_method_types")
    if let types {
      try checkTypes(types)
      draft.paymentMethodTypes = types
      if params.has("allowed_payment_method_types") { draft.members["allowed_payment_method_types"] = .strings(types) }
    }
    draft.members["automatic_payment_methods"] = automaticMethods(params, hasTypes: types != nil)
    for name in Self.plainMembers where params.has(name) { draft.members[name] = params[name] }
    if let method = params.text("confirmation_method") { draft.members["confirmation_method"] = .string(method) }
    if params.has("payment_details") {
      draft.members["payment_details"] = Merge.hash(nil, with: params["payment_details"], members: Self.references)
    }
    draft.members["shipping"] = Self.shipping(params)
    if params.has("payment_method_options") {
      draft.members["payment_method_options"] = Self.options(
        params, over: Self.methodOptions(draft.paymentMethodTypes))
    }
    return draft
  }

  /// Changes an intent as a caller asks.
  ///
  /// - Throws: `payment_intent_unexpected_state` for what its state forbids.
  func update(_ intent: inout Record, _ params: Params) throws {
    let free = ["metadata", "description", "receipt_email"]
    let status = intent.text("status") ?? ""
    let states = ["requires_payment_method", "requires_confirmation", "requires_action"]
    if let member = params.values.members.first(where: { !free.contains($0.name) }), !states.contains(status) {
      throw Self.unexpectedState(
        intent,
        """
        This PaymentIntent's \(member.name) could not be updated because it has a status of \(status). You may only \
        update the \(member.name) of a PaymentIntent with one of the following statuses: \
        \(states.joined(separator: ", ")).
        """)
    }
    if intent.hidden.has("invoice"), params.has("amount") || params.has("currency") || params.has("customer") {
      throw StripeError.invalid(
        "The amount, currency and customer of this PaymentIntent cannot be changed because an invoice created it.")
    }
    if params.has("customer") { intent["customer"] = .text(try customer(in: params)?.id) }
    try takeIntent(params, into: &intent)
    if params.has("amount") || params.has("currency") {
      let wanted = try params.text("currency").map { try CurrencyRules.check(currency: $0) }
      let currency = wanted ?? intent.text("currency") ?? ""
      let amount = params.int("amount") ?? intent.int("amount")
      try CurrencyRules.check(amount, currency)
      intent["amount"] = .integer(amount)
      intent["currency"] = .string(currency)
    }
    if params.isUnset("payment_method") {
      intent["payment_method"] = nil
      intent["status"] = "requires_payment_method"
    } else if let method = try method(in: params) {
      try checkUsable(method, for: intent)
      change(&intent, to: method)
      intent["status"] = "requires_confirmation"
    }
    try save(&intent)
  }

  /// Takes over what update and confirm have in common.
  func takeIntent(_ params: Params, into intent: inout Record) throws {
    if intent.hidden.has("invoice"), params.has("capture_method"), params["capture_method"] != intent["capture_method"]
    {
      throw StripeError.invalid(
        "The capture method of this PaymentIntent cannot be changed because an invoice created it.",
        param: "capture_method")
    }
    try intent.takeMetadata(params)
    for name in Self.plainMembers + ["description", "setup_future_usage", "capture_method"] where params.has(name) {
      intent[name] = params[name]
    }
    intent.takeHash(params, "payment_details", members: Self.references)
    if params.has("shipping") { intent["shipping"] = Self.shipping(params) }
    if let types = params.strings("allowed_payment_method_types") ?? params.strings("payment_method_types") {
      try checkTypes(types)
      intent["payment_method_types"] = .strings(types)
      if params.has("allowed_payment_method_types") { intent["allowed_payment_method_types"] = .strings(types) }
      intent["automatic_payment_methods"] = nil
    }
    if params.has("payment_method_options") {
      intent["payment_method_options"] = Self.options(params, over: intent["payment_method_options"])
    }
  }

  /// The payment method that a call names or describes.
  func method(in params: Params) throws -> Record? {
    if let id = params.text("payment_method") {
      return try paymentMethod(id, param: params.path("payment_method"))
    }
    return try params.hash("payment_method_data").map(makePaymentMethod)
  }

  /// What an intent shows of automatic payment methods: what was sent, or what the version makes of nothing.
  func automaticMethods(_ params: Params, hasTypes: Bool) -> JSON {
    if let sent = params.hash("automatic_payment_methods") {
      guard sent.flag("enabled") == true else { return ["enabled": false] }
      return ["allow_redirects": .string(sent.text("allow_redirects") ?? "always"), "enabled": true]
    }
    if hasTypes || origin.version < .automaticMethods { return nil }
    return ["allow_redirects": "always", "enabled": true]
  }

  /// - Throws: `unsupported` for a type of payment method that the sandbox does not know.
  func checkTypes(_ types: [String]) throws {
    for type in types where !["card", "us_bank_account", "sepa_debit", "link"].contains(type) {
      throw StripeError.unsupported("payment methods of type \(type)", param: "payment_method_types")
    }
  }

  /// Payment options with what was sent laid over them.
  static func options(_ params: Params, over old: JSON) -> JSON {
    var options = old
    for type in params.hash("payment_method_options")?.values.members ?? [] {
      for option in type.value.object?.members ?? [] { options[type.name][option.name] = option.value }
    }
    return options
  }

  private static let plainMembers = [
    "excluded_payment_method_types", "receipt_email", "statement_descriptor", "statement_descriptor_suffix",
    "transfer_group",
  ]

  /// The members of `payment_details`.
  private static let references = ["customer_reference", "order_reference"]

  private static func shipping(_ params: Params) -> JSON {
    guard let sent = params.hash("shipping") else { return nil }
    let names = ["address", "carrier", "name", "phone", "tracking_number"]
    var shipping = JSONObject(names.map { (name: $0, value: sent[$0]) })
    shipping["address"] = Merge.hash(nil, with: sent["address"], members: Merge.address)
    return .object(shipping)
  }
}

extension APIVersion {
  /// The first version whose intents are captured asynchronously when nothing is said.
  fileprivate static let asynchronousCapture = APIVersion("2024-04-10")!  // a constant in the right form
  /// The first version whose intents take what the dashboard allows when nothing is said.
  fileprivate static let automaticMethods = APIVersion("2023-08-16")!  // a constant in the right form
}
