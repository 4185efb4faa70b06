import Testing

@testable import Sandbox

/// Whatever happens, in whatever order: the money adds up.
@Suite struct MoneyInvariantTests {
  private static let tokens = [
    "pm_card_visa", "pm_card_mastercard", "pm_card_visa_chargeDeclined", "pm_card_createDispute",
    "pm_card_createDisputeInquiry", "pm_card_createMultipleDisputes", "pm_card_pendingRefund", "pm_card_refundFail",
    "pm_card_bypassPending", "pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds",
  ]

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomLivesAddUp(seed: UInt64) throws {
    var settings = AccountSettings()
    settings.payoutWeekday = 3
    let lab = try PaymentLab(seed: seed, settings: settings)
    var chance = IDGenerator(seed: seed &* 7_919)
    for step in 0..<150 {
      try act(lab, &chance)
      if chance.number(below: 4) == 0 { try lab.wait(Int64(chance.number(below: 2 * 86_400))) }
      if step % 50 == 49 { try check(lab) }
    }
    try lab.wait(30 * 86_400)
    try check(lab)
    #expect(try lab.all(.payout).count > 1)
    #expect(try lab.all(.dispute).count > 1 && lab.all(.refund).count > 1)
  }

  private func act(_ lab: PaymentLab, _ chance: inout IDGenerator) throws {
    switch chance.number(below: 8) {
    case 0...2:
      let token = Self.tokens[chance.number(below: Self.tokens.count)]
      let captures = token.contains("card") ? ["automatic", "automatic_async", "manual"] : ["automatic"]
      _ = try? lab.post(
        "/v1/payment_intents", nil,
        [
          "amount": .integer(Int64(50 + chance.number(below: 20_000))),
          "currency": .string(token.contains("card") && chance.number(below: 3) == 0 ? "eur" : "usd"), "confirm": true,
          "payment_method": .string(token), "capture_method": .string(captures[chance.number(below: captures.count)]),
        ])
    case 3, 4:
      guard let charge = try pick(lab.all(.charge), &chance) else { return }
      let amount = Int64(1 + chance.number(below: Int(charge.int("amount"))))
      _ = try? lab.post("/v1/refunds", nil, ["charge": .string(charge.id), "amount": .integer(amount)])
    case 5:
      guard let dispute = try pick(lab.all(.dispute), &chance) else { return }
      let words = ["winning_evidence", "losing_evidence", "escalate_inquiry_evidence"]
      _ = try? lab.post(
        "/v1/disputes/{dispute}", dispute.id,
        ["evidence": ["uncategorized_text": .string(words[chance.number(below: 3)])]])
    case 6:
      let held = try lab.all(.paymentIntent).filter { $0.text("status") == "requires_capture" }
      guard let intent = pick(held, &chance) else { return }
      if chance.number(below: 3) == 0 {
        try lab.post("/v1/payment_intents/{intent}/cancel", intent.id)
      } else {
        let amount = Int64(1 + chance.number(below: Int(intent.int("amount"))))
        try lab.post("/v1/payment_intents/{intent}/capture", intent.id, ["amount_to_capture": .integer(amount)])
      }
    default:
      let destination: JSON = chance.number(below: 3) == 0 ? "btok_us_verified_noAccount" : "btok_us_verified"
      _ = try? lab.post(
        "/v1/payouts", nil,
        ["amount": .integer(Int64(1 + chance.number(below: 9_000))), "currency": "usd", "destination": destination])
    }
  }

  private func pick(_ records: [Record], _ chance: inout IDGenerator) -> Record? {
    records.isEmpty ? nil : records[chance.number(below: records.count)]
  }

  private func check(_ lab: PaymentLab) throws {
    let transactions = try lab.all(.balanceTransaction)
    let bySource = Dictionary(grouping: transactions) { $0.text("source") ?? "" }
    let net = { (id: String) -> Int64 in (bySource[id] ?? []).reduce(0) { $0 + $1.int("net") } }
    let refunds = Dictionary(grouping: try lab.all(.refund)) { $0.reference("charge") ?? "" }
    let disputes = Dictionary(grouping: try lab.all(.dispute)) { $0.reference("charge") ?? "" }
    for transaction in transactions {
      #expect(transaction.int("net") == transaction.int("amount") - transaction.int("fee"))
      let fees = (transaction["fee_details"].array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
      #expect(fees == transaction.int("fee"))
    }
    for charge in try lab.all(.charge) {
      try check(lab, charge, refunds[charge.id] ?? [], disputes[charge.id] ?? [], net)
    }
    for intent in try lab.all(.paymentIntent) where intent.text("status") == "succeeded" {
      let charge = try lab.find(.charge, intent.reference("latest_charge"))
      #expect(intent.int("amount_received") == charge.int("amount_captured"))
      #expect(charge.flag("paid"))
    }
    try checkBalance(lab, transactions)
  }

  /// Captured − refunds − withdrawals + reversals − fees is what the charge's balance transactions come to.
  private func check(
    _ lab: PaymentLab, _ charge: Record, _ refunds: [Record], _ disputes: [Record], _ net: (String) -> Int64
  ) throws {
    let given = refunds.filter { $0.text("status") != "failed" }
    #expect(given.reduce(0) { $0 + $1.int("amount") } == charge.int("amount_refunded"))
    #expect(charge.int("amount_refunded") <= charge.int("amount"))
    let isBooked = !charge["balance_transaction"].isNull
    let captured = isBooked ? charge.int("amount_captured") : 0
    let fee = isBooked ? CurrencyRules.fee(captured, charge.text("currency") ?? "") : 0
    let back = given.filter { !$0["balance_transaction"].isNull }.reduce(0) { $0 + $1.int("amount") }
    let lost = disputes.reduce(Int64(0)) { sum, dispute in
      let booked = dispute["balance_transactions"].array ?? []
      return sum + (booked.isEmpty ? 0 : World.withdrawalFee) + (booked.count == 1 ? dispute.int("amount") : 0)
    }
    let total = net(charge.id) + (refunds + disputes).reduce(0) { $0 + net($1.id) }
    #expect(captured - back - lost - fee == total, "\(charge.id)")
  }

  /// The balance is what the transactions say, and every automatic payout pays out its transactions.
  private func checkBalance(_ lab: PaymentLab, _ transactions: [Record]) throws {
    let balance = try lab.balance()
    for part in ["available", "pending"] {
      for line in balance[part].array ?? [] {
        let sum = transactions.filter { $0.text("status") == part && $0["currency"] == line["currency"] }
          .reduce(0) { $0 + $1.int("net") }
        #expect(line["amount"] == .integer(sum), "\(part)")
      }
    }
    for payout in try lab.all(.payout) where payout.flag("automatic") {
      let linked = transactions.filter { $0.hidden["payout"] == payout["id"] && $0["source"] != payout["id"] }
      #expect(linked.reduce(0) { $0 + $1.int("net") } == payout.int("amount"))
    }
  }
}
