extension World {
  /// Debits a bank account: the outcome is known some seconds later.
  func beginDebit(_ intent: inout Record, _ method: Record) throws -> PaymentOutcome {
    var charge = try makeCharge(intent, method)
    try save(&charge, emitting: "charge.pending")
    intent["latest_charge"] = .string(charge.id)
    intent["last_payment_error"] = nil
    intent["status"] = "processing"
    try save(&intent, emitting: "payment_intent.processing")
    let account = TestBankAccounts.account(number: method.hidden["bank_account"].string ?? "")
    if account?.result != .staysProcessing {
      try schedule(Job(.finishPayment, intent.id, due: now + Self.debitTakes, clock: nil))
    }
    return .processing
  }

  /// The bank's answer to a debit.
  func finishPayment(_ id: String) throws {
    guard var intent = try find(.paymentIntent, id), intent.text("status") == "processing",
      var charge = try referred(.charge, by: intent.reference("latest_charge")),
      var method = try referred(.paymentMethod, by: intent.reference("payment_method"))
    else { return }
    let account = TestBankAccounts.account(number: method.hidden["bank_account"].string ?? "")
    if case .fails(let code, let message) = account?.result {
      charge["status"] = "failed"
      charge["failure_code"] = .string(code)
      charge["failure_message"] = .string(message)
      try save(&charge, emitting: "charge.failed")
      let error = StripeError(
        code: code, message, details: ["charge": .string(charge.id), "payment_method": .object(method.body)])
      try reject(&intent, error.body["error"])
    } else {
      try approve(&charge, capture: true)
      try save(&charge, emitting: "charge.succeeded")
      try use(&method, for: intent)
      try complete(&intent, received: intent.int("amount"))
    }
    try tellInvoice(intent)
  }

  static let debitTakes: Int64 = 5
}
