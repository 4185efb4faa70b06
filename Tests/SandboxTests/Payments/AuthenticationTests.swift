import Testing

@testable import Sandbox

@Suite struct AuthenticationTests {
  private static let path = "/v1/payment_intents"

  private func start(_ lab: PaymentLab, _ token: String, _ extra: JSONObject = [:]) throws -> Record {
    var params: JSONObject = [
      "amount": 1_000, "currency": "usd", "confirm": true, "payment_method": .string(token),
    ]
    for member in extra.members { params[member.name] = member.value }
    return try lab.made(Self.path, nil, params)
  }

  @Test func theCustomerAuthenticatesAndPays() throws {
    let lab = try PaymentLab()
    let intent = try start(lab, "pm_card_authenticationRequired", ["return_url": "https://example.com/done"])
    #expect(intent.text("status") == "requires_action")
    #expect(intent["latest_charge"].isNull)
    #expect(intent["next_action"]["type"] == "redirect_to_url")
    #expect(intent["next_action"]["redirect_to_url"]["return_url"] == "https://example.com/done")
    #expect(intent["next_action"]["redirect_to_url"]["url"].string?.hasSuffix("/authenticate/\(intent.id)") == true)
    #expect(try lab.events() == ["payment_intent.created", "payment_intent.requires_action"])
    let paid = try lab.write { try $0.authenticate(intent.id, succeed: true) }
    #expect(paid.text("status") == "succeeded")
    #expect(paid["next_action"].isNull)
    let charge = try lab.find(.charge, paid.reference("latest_charge"))
    #expect(charge["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated")
    #expect(try lab.events().suffix(2) == ["charge.succeeded", "payment_intent.succeeded"])
  }

  @Test func withoutAReturnURLTheSDKIsAsked() throws {
    let lab = try PaymentLab()
    let intent = try start(lab, "pm_card_threeDSecure2Required")
    #expect(intent["next_action"]["type"] == "use_stripe_sdk")
  }

  @Test func aFailedAuthenticationAsksForAnotherMethod() throws {
    let lab = try PaymentLab()
    let intent = try start(lab, "pm_card_authenticationRequired")
    let failed = try lab.write { try $0.authenticate(intent.id, succeed: false) }
    #expect(failed.text("status") == "requires_payment_method")
    #expect(failed["last_payment_error"]["code"] == "payment_intent_authentication_failure")
    #expect(failed["payment_method"].isNull)
    #expect(try lab.events().last == "payment_intent.payment_failed")
    #expect(try lab.all(.charge).isEmpty)
    #expect(throws: StripeError.self) { try lab.write { try $0.authenticate(intent.id, succeed: true) } }
  }

  @Test func theBankMayStillDecline() throws {
    let lab = try PaymentLab()
    let intent = try start(lab, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    let failed = try lab.write { try $0.authenticate(intent.id, succeed: true) }
    #expect(failed.text("status") == "requires_payment_method")
    #expect(failed["last_payment_error"]["decline_code"] == "insufficient_funds")
    #expect(try lab.all(.charge).map { $0.text("status") } == ["failed"])
  }

  /// Recorded: errors.json, off_session with a card that must authenticate.
  @Test func awayFromTheCustomerItDeclines() throws {
    let lab = try PaymentLab()
    let error = try lab.error(
      Self.path, nil,
      [
        "amount": 100, "currency": "usd", "payment_method_types": ["card"], "confirmation_method": "manual",
        "confirm": true, "off_session": true, "payment_method": "pm_card_authenticationRequired",
      ])
    let body = error.body["error"]
    #expect(error.status == 402)
    #expect(body["code"] == "authentication_required" && body["decline_code"] == "authentication_required")
    #expect(body["message"] == "Your card was declined. This transaction requires authentication.")
    #expect(body["charge"].string != nil && body["advice_code"].isNull)
    #expect(body["payment_intent"]["status"] == "requires_payment_method")
    #expect(try lab.events() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"])
  }

  @Test func aSetUpCardPassesAwayFromTheCustomer() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let setup = try lab.made(
      "/v1/setup_intents", nil,
      ["customer": .string(customer.id), "payment_method": "pm_card_authenticationRequiredOnSetup", "confirm": true])
    #expect(setup.text("status") == "requires_action")
    let done = try lab.write { try $0.authenticate(setup.id, succeed: true) }
    #expect(done.text("status") == "succeeded")
    let params: JSONObject = [
      "amount": 1_000, "currency": "usd", "confirm": true, "off_session": true, "customer": .string(customer.id),
      "payment_method": done["payment_method"],
    ]
    #expect(try lab.made(Self.path, nil, params).text("status") == "succeeded")
    #expect(
      try lab.pay(1_000, "pm_card_authenticationRequiredSetupForOffSession", offSession: true).intent.text("status")
        == "succeeded")
    guard case .failed = try lab.pay(1_000, "pm_card_authenticationRequiredOnSetup", offSession: true).outcome else {
      return #expect(Bool(false), "a card that was never set up must not pass")
    }
  }

  @Test func anActionMayBeForbidden() throws {
    let lab = try PaymentLab()
    let error = try lab.error(
      Self.path, nil,
      [
        "amount": 1_000, "currency": "usd", "confirm": true, "error_on_requires_action": true,
        "payment_method": "pm_card_authenticationRequired",
      ])
    #expect(error.code == "authentication_required")
    #expect(error.details["decline_code"] == "authentication_not_handled")
  }

  @Test func manualConfirmationComesBackOnce() throws {
    let lab = try PaymentLab()
    let intent = try start(lab, "pm_card_authenticationRequired", ["confirmation_method": "manual"])
    let back = try lab.write { try $0.authenticate(intent.id, succeed: true) }
    #expect(back.text("status") == "requires_confirmation")
    #expect(try lab.made(Self.path + "/{intent}/confirm", intent.id).text("status") == "succeeded")
  }

  @Test func anAuthenticationIsForItsCardOnly() throws {
    let lab = try PaymentLab()
    let intent = try start(lab, "pm_card_authenticationRequired", ["confirmation_method": "manual"])
    _ = try lab.write { try $0.authenticate(intent.id, succeed: true) }
    let other = try lab.made(
      Self.path + "/{intent}/confirm", intent.id, ["payment_method": "pm_card_threeDSecure2Required"])
    #expect(other.text("status") == "requires_action")
  }
}
