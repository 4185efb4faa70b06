extension World {
  /// Captures a held payment, all or a part of it; the rest is released.
  ///
  /// - Throws: `payment_intent_unexpected_state`, or what Stripe says of an amount above the hold.
  func capture(_ intent: inout Record, amount: Int64?) throws {
    let status = intent.text("status") ?? ""
    guard status == "requires_capture" else {
      throw Self.unexpectedState(
        intent,
        """
        This PaymentIntent could not be captured because it has a status of \(status). Only a PaymentIntent with one \
        of the following statuses may be captured: requires_capture.
        """)
    }
    guard var charge = try referred(.charge, by: intent.reference("latest_charge")) else { return }
    try capture(&charge, amount: amount, param: "amount_to_capture")
    try complete(&intent, received: charge.int("amount_captured"))
  }

  /// Captures a held charge.
  func capture(_ charge: inout Record, amount: Int64?, param: String) throws {
    let held = charge.int("amount")
    let captured = amount ?? held
    guard captured > 0 else {
      throw StripeError.tooSmall(1, param: param)
    }
    guard captured <= held else {
      throw StripeError.invalid(
        "The requested capture amount is greater than the authorized amount.", code: "amount_too_large", param: param)
    }
    try unschedule(charge.id, .expireAuthorization)
    charge["captured"] = true
    charge["amount_captured"] = .integer(captured)
    charge["payment_method_details"]["card"] = withoutCaptureBefore(charge["payment_method_details"]["card"])
    try book(&charge)
    if captured < held { try release(held - captured, of: &charge, reason: nil) }
    try save(&charge, emitting: "charge.captured")
  }

  /// Lets go of a hold that nobody captured in time.
  func expireAuthorization(_ id: String) throws {
    guard var charge = try find(.charge, id), !charge.flag("captured"), !charge.flag("refunded") else { return }
    guard var intent = try referred(.paymentIntent, by: charge.reference("payment_intent")) else { return }
    try release(charge.int("amount"), of: &charge, reason: "expired_uncaptured_charge")
    try save(&charge, emitting: "charge.expired")
    try close(&intent, reason: "automatic")
    try tellInvoice(intent)
  }

  /// Notes what a hold gives back: a refund without a balance transaction, for nothing was booked.
  func release(_ amount: Int64, of charge: inout Record, reason: String?) throws {
    var refund = newRefund(of: charge, amount: amount, reason: reason)
    refund["status"] = "succeeded"
    refund["destination_details"] = ["card": ["type": "reversal"], "type": "card"]
    try save(&refund, emitting: "refund.created")
    charge["amount_refunded"] = .integer(charge.int("amount_refunded") + amount)
    charge["refunded"] = .bool(charge.int("amount_refunded") == charge.int("amount"))
  }

  private func withoutCaptureBefore(_ card: JSON) -> JSON {
    var members = card.object ?? [:]
    members.remove("capture_before")
    return .object(members)
  }
}
