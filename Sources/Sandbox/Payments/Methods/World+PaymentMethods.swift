extension World {
  /// The payment method of that id; a ready-made one (`pm_card_visa`, `tok_visa`) becomes a fresh record.
  ///
  /// - Throws: `resource_missing`; 404 when the id stands in the path.
  package func paymentMethod(_ id: String, param: String, inPath: Bool = false) throws -> Record {
    if let found = try find(.paymentMethod, id) { return found }
    if let card = TestCards.card(token: id) { return try makeCard(card, checks: true) }
    if let account = TestBankAccounts.account(token: id) { return try makeBankAccount(account) }
    var error = StripeError.noSuch("PaymentMethod", id, param: param, inPath: inPath)
    error.message += """
      ; It's possible this PaymentMethod exists on one of your connected accounts, in which case you should retry this \
      request on that connected account. Learn more at https://stripe.com/docs/connect/authentication
      """
    throw error
  }

  /// Makes a payment method of a token (or takes the one of that id) and gives it to a customer.
  ///
  /// - Throws: the decline of a card that its bank refuses already now.
  package func attach(token: String, to customer: Record) throws -> Record {
    var method = try paymentMethod(token, param: "payment_method")
    try attach(&method, to: customer)
    return method
  }

  /// Gives a payment method to a customer and emits `payment_method.attached`.
  ///
  /// - Throws: 402 for a card that its bank refuses, 400 for one that belongs to someone or was used up.
  package func attach(_ method: inout Record, to customer: Record) throws {
    guard method.reference("customer") == nil else {
      throw StripeError.invalid("The payment method you provided has already been attached to a customer.")
    }
    try checkReusable(method)
    if let refusal = testCard(of: method)?.refusalOnAttach {
      var error = refusal.error()
      error.param = ""
      throw error
    }
    try keep(&method, for: customer.id)
  }

  /// Takes a payment method away from its customer for good; defaults that name it are cleared.
  package func detach(_ method: inout Record) throws {
    guard let customer = method.reference("customer") else {
      throw StripeError.invalid(
        "The payment method you provided is not attached to a customer so detachment is impossible.")
    }
    method["customer"] = nil
    method.hidden["used"] = true
    try save(&method, emitting: "payment_method.detached")
    guard var owner = try find(.customer, customer) else { return }
    if owner["invoice_settings"]["default_payment_method"].id == method.id {
      owner["invoice_settings"]["default_payment_method"] = nil
    }
    if owner.reference("default_source") == method.id { owner["default_source"] = nil }
    try save(&owner, emitting: "customer.updated")
  }

  /// Makes it the customer's without asking the bank: what a successful payment or setup does.
  func keep(_ method: inout Record, for customer: String) throws {
    method["customer"] = .string(customer)
    finishChecks(&method)
    try save(&method, emitting: "payment_method.attached")
  }

  /// - Throws: Stripe's refusal of a method that was used or detached without a customer.
  func checkReusable(_ method: Record) throws {
    guard method.hidden["used"] == true else { return }
    throw StripeError.invalid(
      """
      The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a \
      connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use \
      a PaymentMethod multiple times, you must attach it to a Customer first.
      """)
  }

  /// How the card behind a payment method behaves; nil for what is no card.
  func testCard(of method: Record) -> TestCard? { method.hidden["card"].string.flatMap(TestCards.card(number:)) }

  /// The bank's answers to the checks, once it was asked.
  func finishChecks(_ method: inout Record) {
    guard let card = testCard(of: method) else { return }
    let answers = [
      ("cvc_check", card.cvcCheck), ("address_line1_check", card.line1Check),
      ("address_postal_code_check", card.postalCodeCheck),
    ]
    for (name, answer) in answers where method["card"]["checks"][name] == "unchecked" {
      method["card"]["checks"][name] = .string(answer)
    }
  }

  // MARK: making

  /// Makes and keeps a card; with `checks` its CVC counts as asked for already.
  func makeCard(
    _ card: TestCard, month: Int64? = nil, year: Int64? = nil, hasCVC: Bool = true, checks: Bool = false,
    billing: JSON = World.noBillingDetails
  ) throws -> Record {
    var method = newMethod("card", billing: billing)
    let today = CivilTime(now)
    let address = billing["address"]
    func check(_ isGiven: Bool) -> JSON { isGiven ? "unchecked" : nil }
    method["card"] = [
      "brand": .string(card.brand),
      "checks": [
        "address_line1_check": check(!address["line1"].isNull),
        "address_postal_code_check": check(!address["postal_code"].isNull), "cvc_check": check(hasCVC),
      ],
      "country": .string(card.country), "display_brand": .string(card.displayBrand),
      "exp_month": .integer(month ?? Int64(today.month)), "exp_year": .integer(year ?? Int64(today.year) + 1),
      "fingerprint": .string(Self.fingerprint(card.number)), "funding": .string(card.funding), "generated_from": nil,
      "last4": .string(card.last4), "networks": ["available": [.string(card.brand)], "preferred": nil],
      "regulated_status": "unregulated", "three_d_secure_usage": ["supported": true], "wallet": nil,
    ]
    method.hidden["card"] = .string(card.number)
    if checks { finishChecks(&method) }
    try save(&method)
    return method
  }

  /// Makes and keeps a bank account.
  func makeBankAccount(_ account: TestBankAccount, billing: JSON = World.noBillingDetails) throws -> Record {
    var method = newMethod(account.type, billing: billing)
    method[account.type] = account.details(fingerprint: Self.fingerprint(account.number))
    method.hidden["bank_account"] = .string(account.number)
    try save(&method)
    return method
  }

  private func newMethod(_ type: String, billing: JSON) -> Record {
    var method = Record(blank: .paymentMethod, created: now)
    method["allow_redisplay"] = "unspecified"
    method["billing_details"] = billing
    method["metadata"] = [:]
    method["type"] = .string(type)
    return method
  }

  static let noBillingDetails: JSON = [
    "address": ["city": nil, "country": nil, "line1": nil, "line2": nil, "postal_code": nil, "state": nil],
    "email": nil, "name": nil, "phone": nil, "tax_id": nil,
  ]

  /// The same sixteen characters for the same number.
  private static func fingerprint(_ number: String) -> String {
    var seed: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in number.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var generator = IDGenerator(seed: seed)
    return generator.text(16)
  }
}

extension TestCard {
  /// The brand as people know it.
  var displayBrand: String { brand == "amex" ? "american_express" : brand == "diners" ? "diners_club" : brand }
}
