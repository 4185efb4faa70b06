import Testing

@testable import Sandbox

@Suite struct RefundTests {
  private static let path = "/v1/refunds"

  @Test func aPartialRefundLeavesTheFee() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(3_000)
    let refund = try lab.made(Self.path, nil, ["charge": .string(charge.id), "amount": 1_000])
    #expect(refund.text("status") == "succeeded")
    #expect(refund["destination_details"]["card"]["reference_status"] == "pending")
    #expect(refund["payment_intent"] == charge["payment_intent"])
    let transaction = try lab.find(.balanceTransaction, refund.reference("balance_transaction"))
    #expect(transaction.int("amount") == -1_000 && transaction.int("net") == -1_000 && transaction.int("fee") == 0)
    #expect(transaction["fee_details"] == [])
    #expect(transaction.text("type") == "refund" && transaction.text("reporting_category") == "refund")
    #expect(transaction.text("source") == refund.id)
    let after = try lab.find(.charge, charge.id)
    #expect(after.int("amount_refunded") == 1_000 && !after.flag("refunded"))
    #expect(try lab.events().suffix(2) == ["refund.created", "charge.refunded"])
    #expect(try lab.lastEvent("charge.refunded")["data"]["previous_attributes"] == ["amount_refunded": 0])
  }

  @Test func theWholeIsRefundedByDefault() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(3_000)
    try lab.made(Self.path, nil, ["charge": .string(charge.id), "amount": 500])
    let rest = try lab.made(
      Self.path, nil, ["payment_intent": charge["payment_intent"], "reason": "requested_by_customer"])
    #expect(rest.int("amount") == 2_500 && rest.text("reason") == "requested_by_customer")
    #expect(try lab.find(.charge, charge.id).flag("refunded"))
    #expect(
      try lab.lastEvent("charge.refunded")["data"]["previous_attributes"]
        == ["amount_refunded": 500, "refunded": false])
  }

  /// Recorded: errors.json.
  @Test func whatCannotBeRefundedIsSaid() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(1_000)
    func refusal(_ amount: Int64?) throws -> StripeError {
      try lab.error(Self.path, nil, ["charge": .string(charge.id), "amount": .int(amount)])
    }
    let negative = try refusal(-1)
    #expect(negative.code == "parameter_invalid_integer" && negative.param == "amount")
    #expect(negative.message == "This value must be greater than or equal to 1.")
    let tooMuch = try refusal(1_100)
    #expect(tooMuch.code == nil && tooMuch.param == "amount")
    #expect(tooMuch.message == "Refund amount ($11.00) is greater than charge amount ($10.00)")
    try lab.made(Self.path, nil, ["charge": .string(charge.id), "amount": 500])
    #expect(
      try refusal(600).message == "Refund amount ($6.00) is greater than unrefunded amount on charge ($5.00)")
    try lab.made(Self.path, nil, ["charge": .string(charge.id)])
    let again = try refusal(nil)
    #expect(again.code == "charge_already_refunded" && again.param == nil)
    #expect(again.message == "Charge \(charge.id) has already been refunded.")
  }

  @Test func aHoldIsNotRefunded() throws {
    let lab = try PaymentLab()
    let intent = try lab.pay(1_000, capture: "manual").intent
    let error = try lab.error(Self.path, nil, ["charge": intent["latest_charge"]])
    #expect(error.message.hasPrefix("This uncaptured Charge was created by a PaymentIntent (\(intent.id)). You must"))
  }

  @Test func aPendingRefundArrives() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(1_000, "pm_card_pendingRefund")
    let refund = try lab.made(Self.path, nil, ["charge": .string(charge.id)])
    #expect(refund.text("status") == "pending")
    try lab.wait(10)
    #expect(try lab.find(.refund, refund.id).text("status") == "succeeded")
    #expect(try lab.events().suffix(2) == ["refund.updated", "charge.refund.updated"])
  }

  /// Recorded: events.json, charge.refund.updated of a failed refund.
  @Test func aFailedRefundComesBack() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(1_000, "pm_card_refundFail")
    let refund = try lab.made(Self.path, nil, ["charge": .string(charge.id)])
    #expect(refund.text("status") == "succeeded")
    try lab.wait(10)
    let failed = try lab.find(.refund, refund.id)
    #expect(failed.text("status") == "failed" && failed.text("failure_reason") == "expired_or_canceled_card")
    let back = try lab.find(.balanceTransaction, failed.reference("failure_balance_transaction"))
    #expect(back.text("type") == "refund_failure" && back.int("net") == 1_000)
    let after = try lab.find(.charge, charge.id)
    #expect(after.int("amount_refunded") == 0 && !after.flag("refunded"))
    #expect(try lab.events().suffix(3) == ["refund.failed", "refund.updated", "charge.refund.updated"])
    let previous = try lab.lastEvent("charge.refund.updated")["data"]["previous_attributes"]
    #expect(
      previous == ["failure_balance_transaction": nil, "failure_reason": nil, "status": "succeeded"])
  }

  @Test func notesAreTheOnlyThingToUpdate() throws {
    let lab = try PaymentLab()
    let refund = try lab.made(Self.path, nil, ["charge": .string(lab.charge().id)])
    try lab.made(Self.path + "/{refund}", refund.id, ["metadata": ["order_id": "6735"]])
    let event = try lab.lastEvent("charge.refund.updated")
    #expect(event["data"]["previous_attributes"] == ["metadata": ["order_id": nil]])
    #expect(try lab.error(Self.path + "/{refund}/cancel", refund.id).status == 400)
  }
}
