extension World {
  /// Opens the dispute that a test card brings; the money is withdrawn unless the bank only asks.
  func openDispute(_ chargeID: String, index: Int) throws {
    guard var charge = try find(.charge, chargeID), charge.text("status") == "succeeded", charge.flag("captured"),
      let card = TestCards.card(number: charge.hidden["card"].string ?? ""), card.disputes.indices.contains(index)
    else { return }
    let share = disputedAmount(charge, index, of: card.disputes.count)
    guard share > 0 else { return }
    var dispute = newDispute(card.disputes[index], of: charge, amount: share, brand: card.brand)
    try save(&dispute)
    charge["disputed"] = true
    charge["dispute"] = .string(dispute.id)
    try save(&charge)
    if !card.disputes[index].isInquiry { try withdraw(&dispute) }
    try save(&dispute)
    try emit("charge.dispute.created", dispute)
    if !dispute.flag("is_charge_refundable") { try emit("charge.dispute.funds_withdrawn", dispute) }
    try schedule(Job(.loseDispute, dispute.id, due: dueBy(dispute), clock: nil))
  }

  /// Hands evidence in; the bank decides a few seconds later when the text is one of the test words.
  func submit(_ dispute: inout Record) throws {
    let isInquiry = (dispute.text("status") ?? "").hasPrefix("warning_")
    dispute["status"] = isInquiry ? "warning_under_review" : "under_review"
    dispute["evidence_details"]["submission_count"] =
      .integer((dispute["evidence_details"]["submission_count"].integer ?? 0) + 1)
    dispute["evidence_details"]["submission_method"] = "manual"
    try unschedule(dispute.id, .loseDispute)
    let words = ["winning_evidence", "losing_evidence", "escalate_inquiry_evidence"]
    guard let word = dispute["evidence"]["uncategorized_text"].string, words.contains(word) else { return }
    try schedule(Job(.decideDispute, dispute.id, due: now + Self.decisionTakes, clock: nil, data: word))
  }

  /// The bank's decision on evidence.
  func decideDispute(_ id: String, _ word: String) throws {
    guard var dispute = try find(.dispute, id) else { return }
    switch (dispute.text("status"), word) {
    case ("under_review", "winning_evidence"): try win(&dispute)
    case ("under_review", "losing_evidence"): try end(&dispute, "lost")
    case ("warning_under_review", "escalate_inquiry_evidence"): try escalate(&dispute)
    case ("warning_under_review", _): try end(&dispute, "warning_closed")
    default: return
    }
  }

  /// What becomes of a dispute that nobody answered in time.
  func loseDispute(_ id: String) throws {
    guard var dispute = try find(.dispute, id) else { return }
    switch dispute.text("status") {
    case "needs_response":
      dispute["evidence_details"]["past_due"] = true
      try end(&dispute, "lost")
    case "warning_needs_response": try end(&dispute, "warning_closed")
    default: return
    }
  }

  /// Ends a dispute.
  func end(_ dispute: inout Record, _ status: String) throws {
    try unschedule(dispute.id, .loseDispute, .decideDispute)
    dispute["status"] = .string(status)
    try save(&dispute, emitting: "charge.dispute.closed")
  }

  /// Carries a balance transaction's new state over to the dispute that embeds it.
  func refreshDispute(_ transaction: Record) throws {
    guard transaction.text("type") == "adjustment",
      var dispute = try referred(.dispute, by: transaction.reference("source"))
    else { return }
    dispute["balance_transactions"] = .array(
      (dispute["balance_transactions"].array ?? []).map {
        $0["id"].string == transaction.id ? .object(transaction.body) : $0
      })
    try save(&dispute)
  }

  static let decisionTakes: Int64 = 4
  static let withdrawalFee: Int64 = 1_500

  private func win(_ dispute: inout Record) throws {
    let charge = dispute.reference("charge") ?? ""
    let transaction = try book(
      BalanceMovement(
        type: "adjustment", category: "dispute_reversal", amount: dispute.int("amount"),
        currency: dispute.text("currency") ?? "", description: "Chargeback reversal for \(charge)", source: dispute.id))
    add(transaction, to: &dispute)
    dispute["is_charge_refundable"] = true
    try end(&dispute, "won")
    try emit("charge.dispute.funds_reinstated", dispute)
  }

  /// The inquiry becomes a chargeback, of what was not refunded meanwhile.
  private func escalate(_ dispute: inout Record) throws {
    guard let charge = try referred(.charge, by: dispute.reference("charge")) else { return }
    let rest = charge.int("amount") - charge.int("amount_refunded")
    guard rest > 0 else { return try end(&dispute, "warning_closed") }
    dispute["amount"] = .integer(min(dispute.int("amount"), rest))
    dispute["status"] = "needs_response"
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    dispute["evidence_details"]["due_by"] = .integer(Self.deadline(now))
    try withdraw(&dispute)
    try save(&dispute, emitting: "charge.dispute.updated")
    try emit("charge.dispute.funds_withdrawn", dispute)
    try schedule(Job(.loseDispute, dispute.id, due: dueBy(dispute), clock: nil))
  }

  private func withdraw(_ dispute: inout Record) throws {
    let charge = dispute.reference("charge") ?? ""
    let transaction = try book(
      BalanceMovement(
        type: "adjustment", category: "dispute", amount: -dispute.int("amount"),
        currency: dispute.text("currency") ?? "", fee: Self.withdrawalFee, feeDescription: "Dispute fee",
        description: "Chargeback withdrawal for \(charge)", source: dispute.id))
    add(transaction, to: &dispute)
    dispute["balance_transaction"] = .string(transaction.id)
    dispute["is_charge_refundable"] = false
  }

  private func add(_ transaction: Record, to dispute: inout Record) {
    dispute["balance_transactions"] = .array(
      (dispute["balance_transactions"].array ?? []) + [.object(transaction.body)])
  }

  /// What is still there to dispute; several disputes of one charge share it.
  private func disputedAmount(_ charge: Record, _ index: Int, of count: Int) -> Int64 {
    let amount = charge.int("amount") - charge.int("amount_refunded")
    let share = amount / Int64(count)
    return index == count - 1 ? amount - share * Int64(count - 1) : share
  }

  private func dueBy(_ dispute: Record) -> Int64 { dispute["evidence_details"]["due_by"].integer ?? Self.deadline(now) }

  /// 23:59:59 UTC nine days on.
  private static func deadline(_ time: Int64) -> Int64 { CivilDate.startOfDay(time) + 10 * CivilDate.day - 1 }

  private func newDispute(_ test: TestDispute, of charge: Record, amount: Int64, brand: String) -> Record {
    var dispute = Record(blank: .dispute, created: now)
    dispute["amount"] = .integer(amount)
    dispute["balance_transaction"] = nil
    dispute["balance_transactions"] = []
    dispute["charge"] = .string(charge.id)
    dispute["currency"] = charge["currency"]
    dispute["enhanced_eligibility_types"] = []
    dispute["evidence"] = .object(Self.noEvidence)
    dispute["evidence_details"] = [
      "due_by": .integer(Self.deadline(now)), "enhanced_eligibility": [:], "has_evidence": false, "past_due": false,
      "submission_count": 0, "submission_method": "not_submitted",
    ]
    dispute["is_charge_refundable"] = true
    dispute["metadata"] = [:]
    dispute["payment_intent"] = charge["payment_intent"]
    dispute["payment_method_details"] = [
      "card": [
        "brand": .string(brand), "case_type": test.isInquiry ? "inquiry" : "chargeback",
        "network": .string(brand), "network_reason_code": .string(test.networkReasonCode),
      ], "type": "card",
    ]
    dispute["reason"] = .string(test.reason)
    dispute["status"] = test.isInquiry ? "warning_needs_response" : "needs_response"
    return dispute
  }

  private static let noEvidence = JSONObject(
    [
      "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
      "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
      "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
      "duplicate_charge_id", "enhanced_evidence", "product_description", "receipt", "refund_policy",
      "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
      "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
      "uncategorized_file", "uncategorized_text",
    ].map { (name: $0, value: $0 == "enhanced_evidence" ? [:] : .null) })
}
