import Testing

@testable import Sandbox

@Suite struct DisputeTests {
  private static let path = "/v1/disputes/{dispute}"

  private func disputed(_ lab: PaymentLab, _ token: String = "pm_card_createDispute") throws -> (Record, Record) {
    let charge = try lab.charge(1_000, token)
    try lab.wait(5)
    return (try lab.find(.charge, charge.id), try #require(try lab.all(.dispute).first))
  }

  /// Recorded: disputes_with_balance_transactions.json.
  @Test func aChargebackWithdrawsTheMoneyAndAFee() throws {
    let lab = try PaymentLab()
    let (charge, dispute) = try disputed(lab)
    #expect(charge.flag("disputed") && charge.text("dispute") == dispute.id)
    #expect(charge.text("status") == "succeeded" && charge.int("amount_refunded") == 0)
    #expect(dispute.text("status") == "needs_response" && dispute.text("reason") == "fraudulent")
    #expect(!dispute.flag("is_charge_refundable"))
    #expect(dispute["evidence_details"]["due_by"] == 1_768_089_599)
    let withdrawal = dispute["balance_transactions"].array?.first ?? nil
    #expect(dispute["balance_transactions"].array?.count == 1)
    #expect(withdrawal["amount"] == -1_000 && withdrawal["fee"] == 1_500 && withdrawal["net"] == -2_500)
    #expect(withdrawal["type"] == "adjustment" && withdrawal["reporting_category"] == "dispute")
    #expect(withdrawal["description"] == .string("Chargeback withdrawal for \(charge.id)"))
    #expect(withdrawal["fee_details"].array?.first?["description"] == "Dispute fee")
    #expect(try lab.events().suffix(2) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"])
    let error = try lab.error("/v1/refunds", nil, ["charge": .string(charge.id)])
    #expect(error.code == "charge_disputed")
    #expect(error.message == "Charge \(charge.id) has been charged back; cannot issue a refund.")
  }

  @Test func winningEvidenceBringsTheMoneyBackWithoutTheFee() throws {
    let lab = try PaymentLab()
    let (charge, dispute) = try disputed(lab)
    let sent = try lab.made(Self.path, dispute.id, ["evidence": ["uncategorized_text": "winning_evidence"]])
    #expect(sent.text("status") == "under_review")
    #expect(sent["evidence_details"]["has_evidence"] == true && sent["evidence_details"]["submission_count"] == 1)
    try lab.wait(10)
    let won = try lab.find(.dispute, dispute.id)
    #expect(won.text("status") == "won" && won.flag("is_charge_refundable"))
    let reversal = won["balance_transactions"].array?.last ?? nil
    #expect(reversal["net"] == 1_000 && reversal["fee"] == 0 && reversal["reporting_category"] == "dispute_reversal")
    #expect(
      try lab.events().suffix(3)
        == ["charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated"])
    #expect(try lab.lastEvent("charge.dispute.closed")["data"]["previous_attributes"]["status"] == "under_review")
    #expect(try lab.made("/v1/refunds", nil, ["charge": .string(charge.id)]).text("status") == "succeeded")
  }

  @Test func losingEvidenceLoses() throws {
    let lab = try PaymentLab()
    let (_, dispute) = try disputed(lab)
    try lab.made(Self.path, dispute.id, ["evidence": ["uncategorized_text": "losing_evidence"]])
    try lab.wait(10)
    let lost = try lab.find(.dispute, dispute.id)
    #expect(lost.text("status") == "lost")
    #expect(lost["balance_transactions"].array?.count == 1)
    #expect(try lab.lastEvent("charge.dispute.closed")["data"]["previous_attributes"] == ["status": "under_review"])
    #expect(try lab.error(Self.path, dispute.id, ["evidence": ["uncategorized_text": "x"]]).status == 400)
  }

  @Test func stagedEvidenceIsNotSubmitted() throws {
    let lab = try PaymentLab()
    let (_, dispute) = try disputed(lab)
    let staged = try lab.made(Self.path, dispute.id, ["evidence": ["customer_name": "Jenny"], "submit": false])
    #expect(staged.text("status") == "needs_response")
    #expect(staged["evidence_details"]["has_evidence"] == true && staged["evidence_details"]["submission_count"] == 0)
    #expect(try lab.made(Self.path, dispute.id, ["submit": true]).text("status") == "under_review")
  }

  @Test func closingAcceptsTheLoss() throws {
    let lab = try PaymentLab()
    let (_, dispute) = try disputed(lab)
    #expect(try lab.made(Self.path + "/close", dispute.id).text("status") == "lost")
    #expect(try lab.lastEvent("charge.dispute.closed")["data"]["previous_attributes"] == ["status": "needs_response"])
    #expect(try lab.error(Self.path + "/close", dispute.id).status == 400)
  }

  @Test func theDeadlineLoses() throws {
    let lab = try PaymentLab()
    let (_, dispute) = try disputed(lab)
    try lab.wait(11 * 86_400)
    let lost = try lab.find(.dispute, dispute.id)
    #expect(lost.text("status") == "lost" && lost["evidence_details"]["past_due"] == true)
    #expect(lost["balance_transactions"].array?.first?["status"] == "available")
  }

  @Test func anInquiryMovesNoMoneyUntilItEscalates() throws {
    let lab = try PaymentLab()
    let (charge, dispute) = try disputed(lab, "pm_card_createDisputeInquiry")
    #expect(dispute.text("status") == "warning_needs_response" && dispute.flag("is_charge_refundable"))
    #expect(dispute["balance_transactions"] == [])
    #expect(try lab.events().last == "charge.dispute.created")
    try lab.made(Self.path, dispute.id, ["evidence": ["uncategorized_text": "escalate_inquiry_evidence"]])
    #expect(try lab.find(.dispute, dispute.id).text("status") == "warning_under_review")
    try lab.wait(10)
    let escalated = try lab.find(.dispute, dispute.id)
    #expect(escalated.text("status") == "needs_response" && !escalated.flag("is_charge_refundable"))
    #expect(escalated["balance_transactions"].array?.count == 1)
    #expect(try lab.error("/v1/refunds", nil, ["charge": .string(charge.id)]).code == "charge_disputed")
  }

  /// What was refunded while the bank only asked was withdrawn once more.
  @Test(arguments: [(400, "needs_response", 600), (1_000, "warning_closed", 1_000)])
  func anInquiryEscalatesForWhatWasNotRefunded(refunded: Int64, status: String, disputed amount: Int64) throws {
    let lab = try PaymentLab()
    let (charge, dispute) = try disputed(lab, "pm_card_createDisputeInquiry")
    try lab.made("/v1/refunds", nil, ["charge": .string(charge.id), "amount": .integer(refunded)])
    try lab.made(Self.path, dispute.id, ["evidence": ["uncategorized_text": "escalate_inquiry_evidence"]])
    try lab.wait(10)
    let after = try lab.find(.dispute, dispute.id)
    #expect(after.text("status") == status && after.int("amount") == amount)
  }

  /// Recorded: events.json, an inquiry closed by API.
  @Test func anInquiryIsClosed() throws {
    let lab = try PaymentLab()
    let (_, dispute) = try disputed(lab, "pm_card_createDisputeInquiry")
    #expect(try lab.made(Self.path + "/close", dispute.id).text("status") == "warning_closed")
  }

  @Test func severalDisputesShareTheCharge() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(1_001, "pm_card_createMultipleDisputes")
    try lab.wait(5)
    let disputes = try lab.all(.dispute)
    #expect(disputes.map { $0.int("amount") } == [500, 501])
    #expect(disputes.allSatisfy { $0.reference("charge") == charge.id })
  }

  @Test func aHoldIsDisputedWhenItIsCaptured() throws {
    let lab = try PaymentLab()
    let intent = try lab.pay(1_000, "pm_card_createDispute", capture: "manual").intent
    try lab.wait(5)
    #expect(try lab.all(.dispute).isEmpty)
    try lab.made("/v1/payment_intents/{intent}/capture", intent.id)
    try lab.wait(5)
    #expect(try lab.all(.dispute).count == 1)
  }
}
