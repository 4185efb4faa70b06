import Testing

@testable import Sandbox

@Suite struct PaymentIntentTests {
  private static let path = "/v1/payment_intents"

  @Test func withoutAMethodItWaitsForOne() throws {
    let lab = try PaymentLab()
    let intent = try lab.made(Self.path, nil, ["amount": 2_000, "currency": "usd"])
    #expect(intent.text("status") == "requires_payment_method")
    #expect(intent.text("capture_method") == "automatic_async")
    #expect(intent["automatic_payment_methods"] == ["allow_redirects": "always", "enabled": true])
    #expect(intent.text("client_secret")?.hasPrefix("\(intent.id)_secret_") == true)
    #expect(intent.text("client_secret")?.count == intent.id.count + 8 + 25)
    #expect(try lab.events() == ["payment_intent.created"])
    let updated = try lab.made(Self.path + "/{intent}", intent.id, ["payment_method": "pm_card_visa"])
    #expect(updated.text("status") == "requires_confirmation")
    #expect(try lab.events() == ["payment_intent.created"])
  }

  /// Recorded: payment_intent_manual_capture_sequence.json.
  @Test func theMembersAreTheRecordedOnes() throws {
    let lab = try PaymentLab()
    let intent = try lab.made(
      Self.path, nil,
      [
        "amount": 100, "currency": "eur", "payment_method": "pm_card_visa", "payment_method_types": ["card"],
        "capture_method": "manual",
      ])
    #expect(intent["amount_details"] == ["tip": [:]])
    #expect(intent["automatic_payment_methods"].isNull)
    #expect(intent["managed_payments"] == ["enabled": false])
    #expect(
      intent["payment_method_options"] == [
        "card": [
          "installments": nil, "mandate_options": nil, "network": nil, "request_three_d_secure": "automatic",
        ]
      ])
    #expect(intent["payment_method_types"] == ["card"])
    #expect(intent.text("status") == "requires_confirmation")
    #expect(intent["latest_charge"].isNull && intent.body.has("latest_charge"))
  }

  @Test func theOldVersionsCaptureAtOnce() throws {
    let lab = try PaymentLab()
    let old = try #require(APIVersion("2020-08-27"))
    let intent = try lab.made(
      Self.path, nil, ["amount": 2_000, "currency": "usd", "confirm": true, "payment_method": "pm_card_visa"],
      version: old)
    #expect(intent.text("capture_method") == "automatic")
    let charge = try lab.find(.charge, intent.reference("latest_charge"))
    #expect(!charge["balance_transaction"].isNull)
  }

  @Test func asynchronousCaptureBooksLater() throws {
    let lab = try PaymentLab()
    let intent = try lab.made(
      Self.path, nil, ["amount": 2_000, "currency": "usd", "confirm": true, "payment_method": "pm_card_visa"])
    #expect(intent.text("status") == "succeeded")
    let charge = try lab.find(.charge, intent.reference("latest_charge"))
    #expect(charge.flag("captured") && charge["balance_transaction"].isNull)
    try lab.wait(10)
    let settled = try lab.find(.charge, charge.id)
    #expect(settled["balance_transaction"].string != nil)
    let event = try lab.lastEvent("charge.updated")
    #expect(event["data"]["previous_attributes"] == ["balance_transaction": nil])
    #expect(event["request"]["id"].isNull)
  }

  @Test func amountsHaveLimits() throws {
    let lab = try PaymentLab()
    func refusal(_ amount: Int64, _ currency: String) throws -> StripeError {
      try lab.error(Self.path, nil, ["amount": .integer(amount), "currency": .string(currency)])
    }
    let zero = try refusal(0, "usd")
    #expect(zero.code == "parameter_invalid_integer" && zero.param == "amount")
    #expect(zero.message.hasPrefix("The amount must be greater than or equal to the minimum charge amount allowed"))
    #expect(try refusal(49, "usd").code == "amount_too_small")
    #expect(try refusal(49, "usd").message == "Amount must be at least $0.50 usd")
    #expect(try refusal(29, "gbp").code == "amount_too_small")
    #expect(try refusal(100_000_000, "usd").code == "amount_too_large")
    #expect(try refusal(1_001, "kwd").code == "parameter_invalid_integer")
    #expect(try refusal(150_050, "isk").code == "parameter_invalid_integer")
    #expect(try refusal(1_000, "dollars").message == "Invalid currency: dollars.")
  }

  @Test func aHoldIsCapturedInPart() throws {
    let lab = try PaymentLab()
    let intent = try lab.made(
      Self.path, nil,
      [
        "amount": 1_000, "currency": "usd", "confirm": true, "payment_method": "pm_card_visa",
        "capture_method": "manual",
      ])
    #expect(intent.text("status") == "requires_capture")
    #expect(intent.int("amount_capturable") == 1_000)
    let held = try lab.find(.charge, intent.reference("latest_charge"))
    #expect(held.flag("paid") && !held.flag("captured") && held.int("amount_captured") == 0)
    #expect(
      try lab.events() == ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"])
    let captured = try lab.made(Self.path + "/{intent}/capture", intent.id, ["amount_to_capture": 700])
    #expect(captured.text("status") == "succeeded")
    #expect(captured.int("amount_received") == 700)
    #expect(captured.int("amount_capturable") == 0)
    let charge = try lab.find(.charge, held.id)
    #expect(charge.int("amount_captured") == 700 && charge.int("amount_refunded") == 300 && !charge.flag("refunded"))
    let transaction = try lab.find(.balanceTransaction, charge.reference("balance_transaction"))
    #expect(transaction.int("amount") == 700)
    #expect(transaction.int("fee") == CurrencyRules.fee(700, "usd"))
    let previous = try lab.lastEvent("charge.captured")["data"]["previous_attributes"]
    #expect(previous["amount_captured"] == 0 && previous["captured"] == false)
    #expect(previous["balance_transaction"].isNull && previous.object?.has("balance_transaction") == true)
  }

  @Test func aFullCaptureTellsTheRecordedPreviousAttributes() throws {
    let lab = try PaymentLab()
    let (intent, _) = try lab.pay(1_000, capture: "manual")
    _ = try lab.made(Self.path + "/{intent}/capture", intent.id)
    var previous = try #require(try lab.lastEvent("charge.captured")["data"]["previous_attributes"].object)
    // The hold's deadline goes too; the recording is older than that member.
    previous.remove("payment_method_details")
    #expect(previous == ["amount_captured": 0, "balance_transaction": nil, "captured": false])
    let again = try lab.error(Self.path + "/{intent}/capture", intent.id)
    #expect(again.code == "payment_intent_unexpected_state")
  }

  @Test func aCanceledHoldIsReleased() throws {
    let lab = try PaymentLab()
    let (intent, _) = try lab.pay(1_000, capture: "manual")
    let canceled = try lab.made(Self.path + "/{intent}/cancel", intent.id)
    #expect(canceled.text("status") == "canceled")
    #expect(canceled["cancellation_reason"].isNull)
    #expect(canceled.int("canceled_at") == lab.time)
    let charge = try lab.find(.charge, intent.reference("latest_charge"))
    #expect(charge.flag("refunded") && charge.int("amount_refunded") == 1_000)
    #expect(try lab.all(.balanceTransaction).isEmpty)
    try lab.wait(8 * 86_400)
    #expect(try !lab.events().contains("charge.expired"))
  }

  @Test func aForgottenHoldExpires() throws {
    let lab = try PaymentLab()
    let (intent, _) = try lab.pay(1_000, capture: "manual")
    try lab.wait(7 * 86_400)
    let canceled = try lab.find(.paymentIntent, intent.id)
    #expect(canceled.text("status") == "canceled")
    #expect(canceled.text("cancellation_reason") == "automatic")
    #expect(try lab.events().suffix(2) == ["charge.expired", "payment_intent.canceled"])
    #expect(try lab.find(.charge, intent.reference("latest_charge")).flag("refunded"))
  }

  /// Recorded: errors.json.
  @Test func aPaidIntentCannotBeCanceled() throws {
    let lab = try PaymentLab()
    let (intent, _) = try lab.pay()
    let error = try lab.error(Self.path + "/{intent}/cancel", intent.id)
    #expect(error.status == 400 && error.code == "payment_intent_unexpected_state")
    #expect(
      error.message
        == """
        You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with one of \
        the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, \
        requires_action, processing.
        """)
    #expect(error.details["payment_intent"]["id"] == .string(intent.id))
    let confirm = try lab.error(Self.path + "/{intent}/confirm", intent.id)
    #expect(confirm.code == "payment_intent_unexpected_state")
    let update = try lab.error(Self.path + "/{intent}", intent.id, ["amount": 5])
    #expect(update.code == "payment_intent_unexpected_state")
    let noted = try lab.made(Self.path + "/{intent}", intent.id, ["metadata": ["order": "7"], "description": "x"])
    #expect(noted["metadata"] == ["order": "7"] && noted.text("description") == "x")
  }

  @Test func aMethodIsKeptForLaterWhenAsked() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let intent = try lab.made(
      Self.path, nil,
      [
        "amount": 1_000, "currency": "usd", "confirm": true, "payment_method": "pm_card_visa",
        "customer": .string(customer.id), "setup_future_usage": "off_session",
      ])
    let method = try lab.find(.paymentMethod, intent.reference("payment_method"))
    #expect(method.reference("customer") == customer.id)
    #expect(try lab.events().contains("payment_method.attached"))
  }

  @Test func somebodyElsesMethodIsRefused() throws {
    let lab = try PaymentLab()
    let owner = try lab.customer()
    let other = try lab.customer()
    let method = try lab.made(
      "/v1/payment_methods/{payment_method}/attach", "pm_card_visa", ["customer": .string(owner.id)])
    for customer: JSON in [nil, .string(other.id)] {
      var params: JSONObject = ["amount": 1_000, "currency": "usd", "payment_method": .string(method.id)]
      if !customer.isNull { params["customer"] = customer }
      #expect(try lab.error(Self.path, nil, params).param == "payment_method")
    }
    #expect(try lab.all(.paymentIntent).isEmpty)
  }

  @Test func metadataIsCopiedToTheCharge() throws {
    let lab = try PaymentLab()
    let intent = try lab.made(
      Self.path, nil,
      [
        "amount": 1_000, "currency": "usd", "confirm": true, "payment_method": "pm_card_visa",
        "metadata": ["order": "6735"], "description": "Order", "receipt_email": "jenny@example.com",
        "statement_descriptor_suffix": "shoes",
        "shipping": ["name": "Jenny", "address": ["city": "Paris"]],
      ])
    let charge = try lab.find(.charge, intent.reference("latest_charge"))
    #expect(charge["metadata"] == ["order": "6735"])
    #expect(charge.text("description") == "Order")
    #expect(charge.text("receipt_email") == "jenny@example.com")
    #expect(charge["shipping"] == intent["shipping"])
    #expect(charge["shipping"]["address"]["city"] == "Paris")
    #expect(charge.text("calculated_statement_descriptor") == "OKAPI SANDBOX* SHOES")
    try lab.wait(5)
    let settled = try lab.find(.charge, charge.id)
    #expect(try lab.find(.balanceTransaction, settled.reference("balance_transaction")).text("description") == "Order")
  }

  @Test func aDebitIsKnownLater() throws {
    let lab = try PaymentLab()
    func debit(_ number: String) throws -> Record {
      try lab.made(
        Self.path, nil,
        [
          "amount": 1_000, "currency": "usd", "confirm": true, "payment_method_types": ["us_bank_account"],
          "payment_method_data": [
            "type": "us_bank_account",
            "us_bank_account": [
              "account_number": .string(number), "routing_number": "110000000", "account_holder_type": "individual",
            ],
          ],
        ])
    }
    let good = try debit("000123456789")
    let bad = try debit("000222222227")
    let slow = try debit("000000000009")
    #expect(good.text("status") == "processing")
    #expect(try lab.find(.charge, good.reference("latest_charge")).text("status") == "pending")
    #expect(good.reference("latest_charge")?.hasPrefix("py_") == true)
    #expect(try lab.events().prefix(3) == ["payment_intent.created", "charge.pending", "payment_intent.processing"])
    try lab.wait(60)
    #expect(try lab.find(.paymentIntent, good.id).text("status") == "succeeded")
    let failed = try lab.find(.paymentIntent, bad.id)
    #expect(failed.text("status") == "requires_payment_method")
    #expect(failed["last_payment_error"]["code"] == "insufficient_funds")
    #expect(try lab.find(.paymentIntent, slow.id).text("status") == "processing")
    #expect(try lab.all(.balanceTransaction).map { $0.text("type") } == ["payment"])
  }
}
