extension World {
  /// One attempt to pay: the charge with everything that does not depend on how it ends. It is saved, not announced.
  func makeCharge(_ intent: Record, _ method: Record) throws -> Record {
    var charge = Record(blank: .charge, created: now)
    let isCard = method.text("type") == "card"
    let id = newID(.charge)
    charge["id"] = .string(isCard ? id : "py_" + id.dropFirst(3))
    charge["amount"] = intent["amount"]
    charge["amount_captured"] = 0
    charge["amount_refunded"] = 0
    for name in ["destination", "dispute", "order"] { charge[name] = nil }  // sent, though not documented
    charge["billing_details"] = method["billing_details"]
    charge["calculated_statement_descriptor"] = .string(statementDescriptor(of: intent))
    charge["captured"] = false
    for name in [
      "currency", "customer", "description", "metadata", "receipt_email", "shipping", "statement_descriptor",
      "statement_descriptor_suffix", "transfer_group",
    ] { charge[name] = intent[name] }
    charge["disputed"] = false
    charge["fraud_details"] = [:]
    charge["paid"] = false
    charge["payment_intent"] = .string(intent.id)
    charge["payment_method"] = .string(method.id)
    charge["payment_method_details"] = chargeDetails(method, intent)
    charge["radar_options"] = [:]
    charge["refunded"] = false
    charge["status"] = "pending"
    for name in ["card", "bank_account"] where method.hidden.has(name) { charge.hidden[name] = method.hidden[name] }
    for name in ["invoice", "test_clock"] where intent.hidden.has(name) { charge.hidden[name] = intent.hidden[name] }
    try save(&charge)
    return charge
  }

  /// Marks it paid (or held, with `capture` false) and books the money, at once or a few seconds later.
  func approve(_ charge: inout Record, capture: Bool, booksLater: Bool = false) throws {
    let card = TestCards.card(number: charge.hidden["card"].string ?? "")
    charge["status"] = "succeeded"
    charge["paid"] = true
    charge["outcome"] = approvedOutcome(card?.risk ?? .normal)
    charge["receipt_url"] = .string("https://pay.stripe.com/receipts/payment/\(randomText(32))")
    if card != nil {
      charge["payment_method_details"]["card"]["authorization_code"] = .string(randomDigits(6))
      charge["payment_method_details"]["card"]["network_transaction_id"] = .string(randomDigits(15))
    }
    if capture {
      charge["captured"] = true
      charge["amount_captured"] = charge["amount"]
      if booksLater {
        try schedule(Job(.settleCharge, charge.id, due: now + Self.settleAfter, clock: nil))
      } else {
        try book(&charge)
      }
    } else {
      charge["payment_method_details"]["card"]["capture_before"] = .integer(now + Self.authorizationLasts)
    }
  }

  /// Marks it failed.
  func refuse(_ charge: inout Record, _ decline: Decline) {
    charge["status"] = "failed"
    charge["failure_code"] = .string(decline.code)
    charge["failure_message"] = .string(decline.message)
    charge["outcome"] = decline.outcome(riskScore: decline.isBlocked ? 76 + chance(below: 24) : chance(below: 64))
  }

  /// Books the captured amount of a charge; the disputes of a test card follow.
  func book(_ charge: inout Record) throws {
    let card = TestCards.card(number: charge.hidden["card"].string ?? "")
    let isCard = card != nil
    let amount = charge.int("amount_captured")
    let currency = charge.text("currency") ?? ""
    let transaction = try book(
      BalanceMovement(
        type: isCard ? "charge" : "payment", category: "charge", amount: amount, currency: currency,
        fee: CurrencyRules.fee(amount, currency), description: charge.text("description"), source: charge.id,
        sourceType: isCard ? "card" : "bank_account",
        isAvailableAtOnce: card?.bypassesPending ?? false))
    charge["balance_transaction"] = .string(transaction.id)
    for index in (card?.disputes ?? []).indices {
      try schedule(Job(.openDispute, charge.id, due: now + Self.disputeAfter, clock: nil, data: String(index)))
    }
    if transaction.text("status") == "available" {
      try emit("balance.available", object: try state.reader.balance())
    }
  }

  /// Books what `automatic_async` left for later.
  func settleCharge(_ id: String) throws {
    guard var charge = try find(.charge, id), charge["balance_transaction"].isNull else { return }
    try book(&charge)
    try save(&charge, emitting: "charge.updated")
  }

  static let settleAfter: Int64 = 2
  static let disputeAfter: Int64 = 2
  static let authorizationLasts: Int64 = 7 * CivilDate.day

  private func approvedOutcome(_ risk: TestCard.Risk) -> JSON {
    let isElevated = risk == .elevated
    return [
      "advice_code": nil, "network_advice_code": nil, "network_decline_code": nil,
      "network_status": "approved_by_network", "reason": isElevated ? "elevated_risk_level" : nil,
      "risk_level": isElevated ? "elevated" : "normal",
      "risk_score": .integer(isElevated ? 65 + chance(below: 10) : chance(below: 64)),
      "seller_message": isElevated
        ? "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue."
        : "Payment complete.",
      "type": isElevated ? "manual_review" : "authorized",
    ]
  }

  private func statementDescriptor(of intent: Record) -> String {
    if let whole = intent.text("statement_descriptor") { return whole.uppercased() }
    let account = "OKAPI SANDBOX"
    guard let suffix = intent.text("statement_descriptor_suffix") else { return account }
    return String("\(account)* \(suffix.uppercased())".prefix(22))
  }

  private func chargeDetails(_ method: Record, _ intent: Record) -> JSON {
    let type = method.text("type") ?? ""
    guard type == "card" else {
      let account = TestBankAccounts.account(number: method.hidden["bank_account"].string ?? "")
      return [type: account?.chargeDetails(method[type]) ?? [:], "type": .string(type)]
    }
    let card = method["card"]
    var details: JSON = [
      "amount_authorized": intent["amount"], "authorization_code": nil, "brand": card["brand"],
      "checks": card["checks"], "country": card["country"], "electronic_commerce_indicator": nil,
      "exp_month": card["exp_month"], "exp_year": card["exp_year"], "extended_authorization": ["status": "disabled"],
      "fingerprint": card["fingerprint"], "funding": card["funding"],
      "incremental_authorization": ["status": "unavailable"], "installments": nil, "last4": card["last4"],
      "mandate": nil, "multicapture": ["status": "unavailable"], "network": card["brand"],
      "network_token": ["used": false], "network_transaction_id": nil,
      "overcapture": ["maximum_amount_capturable": intent["amount"], "status": "unavailable"],
      "regulated_status": "unregulated", "setup_credential_usage": nil, "stored_credential_usage": nil,
      "three_d_secure": nil, "transaction_link_id": nil, "wallet": nil,
    ]
    if intent.hidden["authenticated"] == true {
      details["three_d_secure"] = [
        "authentication_flow": "challenge", "electronic_commerce_indicator": "05", "exemption_indicator": nil,
        "result": "authenticated", "result_reason": nil, "transaction_id": .string(randomText(36).lowercased()),
        "version": "2.2.0",
      ]
    }
    return ["card": details, "type": "card"]
  }
}
