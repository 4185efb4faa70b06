import Testing

@testable import Sandbox

@Suite struct ConfirmationTests {
  @Test func aGoodCardPaysAtOnce() throws {
    let lab = try PaymentLab()
    let (intent, outcome) = try lab.pay(2_500)
    guard case .succeeded = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(intent.text("status") == "succeeded")
    #expect(intent.int("amount_received") == 2_500)
    let charge = try lab.find(.charge, intent.reference("latest_charge"))
    #expect(charge.flag("paid") && charge.flag("captured"))
    #expect(charge.int("amount_captured") == 2_500)
    #expect(charge["outcome"]["seller_message"] == "Payment complete.")
    #expect(charge["payment_method_details"]["card"]["last4"] == "4242")
    let transaction = try lab.find(.balanceTransaction, charge.reference("balance_transaction"))
    #expect(transaction.int("fee") == 103)
    #expect(transaction.int("net") == 2_397)
    #expect(transaction.text("source") == charge.id)
    #expect(transaction.int("available_on") % 86_400 == 0)
    #expect(try lab.events() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"])
  }

  /// CONTRACT.md, section 8: the table of recorded declines.
  @Test(arguments: [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline", "try_again_later", nil, "01"),
    (
      "pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", "try_again_later", "02",
      "51"
    ),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again", "01", "41"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again", "01", "43"),
    (
      "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded", "try_again_later",
      "02", "61"
    ),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "confirm_card_data", "03", "54"),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", "confirm_card_data", "03", "N7"),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", "try_again_later", nil, "06"),
  ])
  func aDeclineLeavesItsCharge(
    token: String, code: String, declineCode: String, advice: String, networkAdvice: String?, networkCode: String
  ) throws {
    let lab = try PaymentLab()
    let (intent, outcome) = try lab.pay(1_000, token)
    guard case .failed(let error) = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(error.status == 402)
    let body = error.body["error"]
    #expect(body["type"] == "card_error")
    #expect(body["code"] == .string(code))
    #expect(body["decline_code"] == .string(declineCode))
    #expect(body["advice_code"] == .string(advice))
    #expect(body["network_advice_code"] == .text(networkAdvice))
    #expect(body["network_decline_code"] == .string(networkCode))
    #expect(body["payment_intent"]["status"] == "requires_payment_method")
    #expect(body["payment_intent"]["payment_method"] == nil)
    #expect(body["payment_intent"]["last_payment_error"]["payment_method"] == body["payment_method"])
    let charge = try lab.find(.charge, body["charge"].string)
    #expect(charge.text("status") == "failed")
    #expect(charge.text("failure_code") == code)
    #expect(charge["balance_transaction"].isNull)
    #expect(charge["outcome"]["network_status"] == "declined_by_network")
    #expect(intent.reference("latest_charge") == charge.id)
    #expect(try lab.events() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"])
    #expect(try lab.all(.balanceTransaction).isEmpty)
  }

  /// Recorded: error_402_card_declined_full.json; the link to the log is the server's.
  @Test func aDeclineHasTheRecordedMembers() throws {
    let lab = try PaymentLab()
    let error = try lab.error(
      "/v1/payment_intents", nil,
      ["amount": 100, "currency": "eur", "confirm": true, "payment_method": "pm_card_visa_chargeDeclined"])
    #expect(
      error.body["error"].object?.members.map(\.name) == [
        "advice_code", "charge", "code", "decline_code", "doc_url", "message", "network_decline_code",
        "payment_intent", "payment_method", "type",
      ])
    let last = error.body["error"]["payment_intent"]["last_payment_error"]
    #expect(
      last.object?.members.map(\.name) == [
        "advice_code", "charge", "code", "decline_code", "doc_url", "message", "network_decline_code",
        "payment_method", "type",
      ])
    let card = error.body["error"]["payment_method"]["card"]
    #expect(card["last4"] == "0002" && card["checks"]["cvc_check"] == "pass")
  }

  @Test func everyAttemptMakesANewCharge() throws {
    let lab = try PaymentLab()
    let first = try lab.pay(1_000, "pm_card_visa_chargeDeclined").intent
    let second = try lab.write { world in
      var intent = try world.require(.paymentIntent, first.id, param: "intent")
      _ = try world.confirm(&intent, paymentMethod: try world.paymentMethod("pm_card_visa", param: "payment_method"))
      return intent
    }
    #expect(second.text("status") == "succeeded")
    #expect(second["last_payment_error"].isNull)
    #expect(second.reference("latest_charge") != first.reference("latest_charge"))
    #expect(try lab.all(.charge).map { $0.text("status") } == ["failed", "succeeded"])
  }

  /// LIFECYCLES.md, section 5: the recorded fees.
  @Test(arguments: [(950, 58), (1_000, 59), (1_900, 85), (2_250, 95), (2_500, 103), (22_500, 683), (25_000, 755)])
  func theFeeIsRoundedHalfUp(amount: Int64, fee: Int64) { #expect(CurrencyRules.fee(amount, "usd") == fee) }
}
