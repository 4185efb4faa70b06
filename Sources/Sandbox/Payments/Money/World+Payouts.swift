extension World {
  /// What a payout is made of.
  struct PayoutDraft {
    var amount: Int64
    var currency: String
    var isAutomatic = false
    var method = "standard"
    var sourceType = "card"
    var description: String?
    var statementDescriptor: String?
    var metadata: JSONObject = [:]
    var destination = PayoutDestination.own
  }

  /// Makes a payout, books it at once and sends it on its way.
  func makePayout(_ draft: PayoutDraft) throws -> Record {
    var payout = Record(blank: .payout, created: now)
    payout["id"] = .string(newID(.payout))
    payout["amount"] = .integer(draft.amount)
    payout["arrival_date"] = .integer(draft.method == "instant" ? now : CivilDate.startOfDay(now))
    payout["automatic"] = .bool(draft.isAutomatic)
    payout["currency"] = .string(draft.currency)
    payout["description"] = .text(draft.description)
    payout["destination"] = .string(draft.destination.id)
    payout["metadata"] = .object(draft.metadata)
    payout["method"] = .string(draft.method)
    payout["reconciliation_status"] = draft.isAutomatic ? "in_progress" : "not_applicable"
    payout["source_type"] = .string(draft.sourceType)
    payout["statement_descriptor"] = .text(draft.statementDescriptor)
    payout["status"] = "pending"
    payout["trace_id"] = ["status": "pending", "value": nil]
    payout["type"] = "bank_account"
    var transaction = try book(payout, "payout", "payout", gives: false)
    payout["balance_transaction"] = .string(transaction.id)
    if draft.isAutomatic {
      transaction.hidden["payout"] = payout["id"]
      try save(&transaction)
    }
    try save(&payout, emitting: "payout.created")
    try schedule(Job(.payPayout, payout.id, due: now + Self.payoutTakes, clock: nil))
    return payout
  }

  /// Moves a payout on: into transit, then to the bank.
  func payPayout(_ id: String) throws {
    guard var payout = try find(.payout, id) else { return }
    switch payout.text("status") {
    case "pending":
      payout["status"] = "in_transit"
      try save(&payout, emitting: "payout.updated")
      try schedule(Job(.payPayout, id, due: now + Self.payoutTakes, clock: nil))
    case "in_transit":
      let destination = try PayoutDestination.find(payout.reference("destination"))
      if let code = destination.failureCode {
        payout["status"] = "failed"
        payout["failure_code"] = .string(code)
        payout["failure_message"] = .text(destination.failureMessage)
        let returned = try book(payout, "payout_failure", "payout_reversal", gives: true)
        payout["failure_balance_transaction"] = .string(returned.id)
        try save(&payout, emitting: "payout.failed")
      } else {
        payout["status"] = "paid"
        payout["trace_id"] = ["status": "supported", "value": .string(randomDigits(15))]
        try save(&payout, emitting: "payout.paid")
      }
    default: return
    }
  }

  /// Cancels a payout by hand that is still pending.
  func cancelPayout(_ payout: inout Record) throws {
    guard !payout.flag("automatic"), payout.text("status") == "pending" else {
      throw StripeError.invalid(
        "Payouts can only be canceled while they are pending, and only if they were created manually.")
    }
    try unschedule(payout.id, .payPayout)
    payout["status"] = "canceled"
    let returned = try book(payout, "payout_cancel", "payout_reversal", gives: true)
    payout["failure_balance_transaction"] = .string(returned.id)
    try save(&payout, emitting: "payout.canceled")
  }

  /// Pays out all that is available, a payout for each currency, and sets the next day for it.
  func makePayouts() throws {
    for line in try state.reader.balances() {
      for source in line.sources where source.available != 0 {
        try payOut(line.currency, source.name, source.available)
      }
    }
    try schedulePayouts()
  }

  /// Puts the next automatic payout on the list, if the account has a day for it and none waits.
  func schedulePayouts() throws {
    guard let weekday = settings.payoutWeekday, try !hasJob(.makePayout, Self.payoutTarget) else { return }
    let tomorrow = CivilDate.startOfDay(now) + CivilDate.day
    let days = (weekday - CivilDate.weekday(tomorrow) + 7) % 7
    // An hour into the day, when the money of that day is available.
    let due = tomorrow + Int64(days) * CivilDate.day + 3_600
    try schedule(Job(.makePayout, Self.payoutTarget, due: due, clock: nil))
  }

  static let payoutTakes: Int64 = 30
  private static let payoutTarget = "payouts"

  private func payOut(_ currency: String, _ sourceType: String, _ amount: Int64) throws {
    var payout = try makePayout(
      PayoutDraft(
        amount: amount, currency: currency, isAutomatic: true, sourceType: sourceType, description: "STRIPE PAYOUT"))
    let unpaid = ListQuery(
      .balanceTransaction,
      [
        .isNull("hidden_payout"), .equals("status", "available"), .equals("currency", currency),
        .sql("ifnull(hidden ->> '$.source_type', 'card') = ?", [.string(sourceType)]),
      ], limit: 1_000)
    while case let page = try records(unpaid), !page.isEmpty {
      for var transaction in page {
        transaction.hidden["payout"] = payout["id"]
        try save(&transaction)
      }
    }
    payout["reconciliation_status"] = "completed"
    try save(&payout)
    try emit("payout.reconciliation_completed", payout)
  }

  private func book(_ payout: Record, _ type: String, _ category: String, gives: Bool) throws -> Record {
    let amount = payout.int("amount")
    var movement = BalanceMovement(
      type: type, category: category, amount: gives ? amount : -amount, currency: payout.text("currency") ?? "",
      description: payout.text("description") ?? "STRIPE PAYOUT", source: payout.id,
      sourceType: payout.text("source_type") ?? "card")
    movement.isAvailableAtOnce = true
    return try book(movement)
  }
}
