/// The calls about payment methods.
enum PaymentMethodOperations {
  static let operations = [
    Operation("POST", "/v1/payment_methods") { world, call in .record(try world.makePaymentMethod(call.params)) },
    Operation("POST", "/v1/payment_methods/{payment_method}") { world, call in
      .record(try update(world, call))
    },
    Operation("POST", "/v1/payment_methods/{payment_method}/attach") { world, call in
      guard let customer = try world.customer(in: call.params) else { throw StripeError.missing("customer") }
      var method = try world.paymentMethod(call.id("payment_method"), param: "payment_method", inPath: true)
      try world.attach(&method, to: customer)
      return .record(method)
    },
    Operation("POST", "/v1/payment_methods/{payment_method}/detach") { world, call in
      var method = try world.paymentMethod(call.id("payment_method"), param: "payment_method", inPath: true)
      if let owner = try world.referred(.customer, by: method.reference("customer")) { try world.enter(clockOf: owner) }
      try world.detach(&method)
      return .record(method)
    },
  ]

  private static func update(_ world: World, _ call: Call) throws -> Record {
    var method = try world.paymentMethod(call.id("payment_method"), param: "payment_method", inPath: true)
    guard let owner = try world.referred(.customer, by: method.reference("customer")) else {
      throw StripeError.invalid("You must save this PaymentMethod to a customer before you can update it.")
    }
    try world.enter(clockOf: owner)
    let params = call.params
    try method.takeMetadata(params)
    if let value = params.text("allow_redisplay") { method["allow_redisplay"] = .string(value) }
    method["billing_details"] = World.billingDetails(params, over: method["billing_details"])
    for type in ["card", "us_bank_account"] where params.has(type) {
      guard method.text("type") == type else {
        throw StripeError.invalid(
          "You cannot update `\(type)` on a PaymentMethod of type \(method.text("type") ?? "").", param: type)
      }
      for member in params.hash(type)?.values.members ?? [] where member.name != "networks" {
        method[type][member.name] = member.value
      }
      if let preferred = params.hash(type)?.hash("networks") {
        method[type]["networks"]["preferred"] = preferred["preferred"]
      }
    }
    try world.save(&method, emitting: "payment_method.updated")
    return method
  }
}

extension World {
  /// Makes a payment method as a caller describes it.
  ///
  /// - Throws: 402 for a card number, an expiry or a security code that cannot be.
  func makePaymentMethod(_ params: Params) throws -> Record {
    if params.has("customer") {
      throw StripeError.unsupported("cloned payment methods", param: params.path("customer"))
    }
    let type = try params.text("type") ?? (params.has("card") ? "card" : params.require("type"))
    let billing = Self.billingDetails(params, over: Self.noBillingDetails)
    guard let details = params.hash(type) else { throw StripeError.missing(params.path(type)) }
    var method: Record
    switch type {
    case "card": method = try makeCard(details, billing)
    case "us_bank_account":
      method = try makeBankAccount(try account(details, "account_number", of: type), billing: billing)
      for name in ["account_holder_type", "account_type"] where details.has(name) { method[type][name] = details[name] }
    case "sepa_debit": method = try makeBankAccount(try account(details, "iban", of: type), billing: billing)
    default: throw StripeError.unsupported("payment methods of type \(type)", param: params.path("type"))
    }
    try method.takeMetadata(params)
    if let value = params.text("allow_redisplay") { method["allow_redisplay"] = .string(value) }
    try save(&method)
    return method
  }

  /// Billing details with what was sent laid over them.
  static func billingDetails(_ params: Params, over old: JSON) -> JSON {
    guard let sent = params.hash("billing_details") else { return old }
    var details = old
    for member in sent.values.members where member.name != "address" { details[member.name] = member.value }
    if sent.has("address") {
      let address = Merge.hash(old["address"], with: sent["address"], members: Merge.address)
      details["address"] = address.isNull ? noBillingDetails["address"] : address
    }
    return details
  }

  private func makeCard(_ details: Params, _ billing: JSON) throws -> Record {
    if let token = details.text("token") {
      guard let card = TestCards.card(token: token) else {
        throw StripeError.noSuch("token", token, param: details.path("token"))
      }
      return try makeCard(card, checks: true, billing: billing)
    }
    let number = try details.require("number").filter { $0 != " " && $0 != "-" }
    let month = try details.requireInt("exp_month")
    var year = try details.requireInt("exp_year")
    if year < 100 { year += 2_000 }
    // One of Stripe's own numbers fails the check; a known one is always right.
    guard TestCards.card(number: number) != nil || Self.passesLuhn(number) else {
      throw Self.cardError("incorrect_number", "Your card number is incorrect.", "number")
    }
    guard (1...12).contains(month) else {
      throw Self.cardError("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    }
    let today = CivilTime(now)
    let thisYear = Int64(today.year)
    guard (thisYear...thisYear + 50).contains(year), year > thisYear || month >= Int64(today.month) else {
      throw Self.cardError("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    }
    if let code = details.text("cvc") {
      guard (3...4).contains(code.count), code.allSatisfy(\.isNumber) else {
        throw Self.cardError("invalid_cvc", "Your card's security code is invalid.", "cvc")
      }
    }
    guard let card = TestCards.card(number: number) else {
      var error = Self.cardError(
        "card_declined",
        """
        Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid \
        test cards, visit: https://stripe.com/docs/testing.
        """, nil)
      error.details["decline_code"] = "test_mode_live_card"
      throw error
    }
    return try makeCard(card, month: month, year: year, hasCVC: details.has("cvc"), billing: billing)
  }

  private func account(_ details: Params, _ name: String, of type: String) throws -> TestBankAccount {
    let number = try details.require(name)
    if let account = TestBankAccounts.account(number: number), account.type == type { return account }
    throw StripeError.invalid(
      """
      You must use a test bank account number in test mode. Try 000123456789 or see more options at \
      https://stripe.com/docs/testing.
      """, code: "account_number_invalid", param: details.path(name))
  }

  private static func cardError(_ code: String, _ message: String, _ param: String?) -> StripeError {
    StripeError(status: 402, type: "card_error", code: code, message, param: param)
  }

  /// Whether the last digit of a card number fits the others.
  private static func passesLuhn(_ number: String) -> Bool {
    let digits = number.compactMap(\.wholeNumberValue)
    guard digits.count == number.count, digits.count >= 12 else { return false }
    let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
      let doubled = digit.offset % 2 == 1 ? digit.element * 2 : digit.element
      return sum + (doubled > 9 ? doubled - 9 : doubled)
    }
    return sum % 10 == 0
  }
}
