extension World {
  /// Refunds a charge, wholly or in part, and emits `refund.created` and `charge.refunded`.
  ///
  /// - Throws: what Stripe says of a charge that cannot be refunded, or not by so much.
  package func refund(
    _ charge: inout Record, amount: Int64?, reason: String? = nil, metadata: JSONObject = [:]
  ) throws -> Record {
    let unrefunded = charge.int("amount") - charge.int("amount_refunded")
    try checkRefundable(charge, amount: amount, unrefunded: unrefunded)
    return try inPaymentTime(clock: charge.testClock) {
      try makeRefund(&charge, amount: amount ?? unrefunded, reason: reason, metadata: metadata)
    }
  }

  private func makeRefund(
    _ charge: inout Record, amount: Int64, reason: String?, metadata: JSONObject
  ) throws -> Record {
    var refund = newRefund(of: charge, amount: amount, reason: reason)
    refund["metadata"] = .object(metadata)
    let behavior = TestCards.card(number: charge.hidden["card"].string ?? "")?.refund ?? .succeeds
    refund["status"] = behavior == .pendsFirst ? "pending" : "succeeded"
    refund["balance_transaction"] = .string(try book(refund, of: charge, gives: false).id)
    try save(&refund, emitting: "refund.created")
    if behavior != .succeeds { try schedule(Job(.finishRefund, refund.id, due: now + Self.refundTakes, clock: nil)) }
    moveRefunded(&charge, by: refund.int("amount"))
    try save(&charge, emitting: "charge.refunded")
    return refund
  }

  /// The bank's late word on a refund: the one that was pending arrived, the other one came back.
  func finishRefund(_ id: String) throws {
    guard var refund = try find(.refund, id) else { return }
    let before = refund.body
    switch refund.text("status") {
    case "pending":
      refund["status"] = "succeeded"
      try save(&refund)
    case "succeeded":
      guard var charge = try referred(.charge, by: refund.reference("charge")) else { return }
      refund["failure_balance_transaction"] = .string(try book(refund, of: charge, gives: true).id)
      refund["failure_reason"] = "expired_or_canceled_card"
      refund["status"] = "failed"
      try save(&refund)
      moveRefunded(&charge, by: -refund.int("amount"))
      try save(&charge)
    default: return
    }
    let previous = Events.previousAttributes(from: before, to: refund.body)
    if refund.text("status") == "failed" { try emit("refund.failed", refund, previous: previous) }
    try emit("refund.updated", refund, previous: previous)
    try emit("charge.refund.updated", refund, previous: previous)
  }

  /// A refund of a charge that is not saved yet.
  func newRefund(of charge: Record, amount: Int64, reason: String?) -> Record {
    var refund = Record(blank: .refund, created: now)
    let id = newID(.refund)
    refund["id"] = .string(charge.id.hasPrefix("py_") ? "pyr_" + id.dropFirst(3) : id)
    refund["amount"] = .integer(amount)
    refund["charge"] = .string(charge.id)
    refund["currency"] = charge["currency"]
    for name in ["customer", "payment_intent", "payment_method"] { refund[name] = charge[name] }
    refund["destination_details"] = destination(of: charge)
    refund["metadata"] = [:]
    refund["reason"] = .text(reason)
    if charge.hidden.has("test_clock") { refund.hidden["test_clock"] = charge.hidden["test_clock"] }
    return refund
  }

  static let refundTakes: Int64 = 5

  private func destination(of charge: Record) -> JSON {
    let type = charge["payment_method_details"]["type"].string ?? "card"
    guard type == "card" else { return [type: [:], "type": .string(type)] }
    return [
      "card": [
        "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund",
      ], "type": "card",
    ]
  }

  private func moveRefunded(_ charge: inout Record, by amount: Int64) {
    charge["amount_refunded"] = .integer(charge.int("amount_refunded") + amount)
    charge["refunded"] = .bool(charge.int("amount_refunded") == charge.int("amount"))
  }

  /// Books a refund, or with `gives` the return of one that failed. The fee of the payment is never given back.
  private func book(_ refund: Record, of charge: Record, gives: Bool) throws -> Record {
    let isCard = charge.hidden["card"].string != nil
    let amount = refund.int("amount")
    let kind = gives ? "REFUND FAILURE" : "REFUND"
    let text = charge.text("description").map { " (\($0))" } ?? ""
    return try book(
      BalanceMovement(
        type: gives ? "refund_failure" : isCard ? "refund" : "payment_refund",
        category: gives ? "refund_failure" : "refund", amount: gives ? amount : -amount,
        currency: refund.text("currency") ?? "",
        description: "\(kind) FOR \(isCard ? "CHARGE" : "PAYMENT")\(text)", source: refund.id,
        sourceType: isCard ? "card" : "bank_account"))
  }

  private func checkRefundable(_ charge: Record, amount: Int64?, unrefunded: Int64) throws {
    let id = charge.id
    if let amount, amount < 1 {
      throw StripeError.tooSmall(1, param: "amount")
    }
    guard charge.text("status") == "succeeded" else {
      throw StripeError.invalid("Charge \(id) has not succeeded; cannot issue a refund.", code: "charge_not_refundable")
    }
    if try isBlockedByDispute(id) {
      throw StripeError.invalid(
        "Charge \(id) has been charged back; cannot issue a refund.", code: "charge_disputed")
    }
    if charge.flag("refunded") {
      throw StripeError.invalid("Charge \(id) has already been refunded.", code: "charge_already_refunded")
    }
    guard charge.flag("captured") else {
      throw StripeError.invalid(
        """
        This uncaptured Charge was created by a PaymentIntent (\(charge.reference("payment_intent") ?? "")). You must \
        cancel the PaymentIntent to reverse the authorization instead of refunding the Charge directly.
        """)
    }
    guard let amount, amount > unrefunded else { return }
    let currency = charge.text("currency") ?? ""
    let whole = charge.int("amount")
    let limit =
      amount > whole
      ? "charge amount (\(CurrencyRules.written(whole, currency)))"
      : "unrefunded amount on charge (\(CurrencyRules.written(unrefunded, currency)))"
    throw StripeError.invalid(
      "Refund amount (\(CurrencyRules.written(amount, currency))) is greater than \(limit)", param: "amount")
  }

  private func isBlockedByDispute(_ charge: String) throws -> Bool {
    try records(ListQuery(.dispute, [.equals("charge", charge)])).contains { !$0.flag("is_charge_refundable") }
  }
}
