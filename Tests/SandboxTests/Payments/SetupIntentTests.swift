import Testing

@testable import Sandbox

@Suite struct SetupIntentTests {
  private static let path = "/v1/setup_intents"

  @Test func successAttachesTheMethod() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let intent = try lab.made(Self.path, nil, ["customer": .string(customer.id), "payment_method_types": ["card"]])
    #expect(intent.text("status") == "requires_payment_method")
    #expect(intent.text("usage") == "off_session")
    let done = try lab.made(Self.path + "/{intent}/confirm", intent.id, ["payment_method": "pm_card_visa"])
    #expect(done.text("status") == "succeeded")
    #expect(try lab.find(.paymentMethod, done.reference("payment_method")).reference("customer") == customer.id)
    #expect(
      try lab.events() == ["setup_intent.created", "setup_intent.succeeded", "payment_method.attached"])
  }

  @Test func aDeclineShowsTheIntent() throws {
    let lab = try PaymentLab()
    let error = try lab.error(Self.path, nil, ["payment_method": "pm_card_chargeDeclined", "confirm": true])
    let body = error.body["error"]
    #expect(error.status == 402 && error.code == "card_declined")
    #expect(body["setup_intent"]["status"] == "requires_payment_method")
    #expect(body["setup_intent"]["last_setup_error"]["decline_code"] == "generic_decline")
    #expect(try lab.events() == ["setup_intent.created", "setup_intent.setup_failed"])
    #expect(try lab.all(.setupIntent).count == 1)
  }

  /// Recorded: errors.json; the doubled word is Stripe's.
  @Test func itIsCanceledOnce() throws {
    let lab = try PaymentLab()
    let intent = try lab.made(Self.path)
    let canceled = try lab.made(Self.path + "/{intent}/cancel", intent.id, ["cancellation_reason": "abandoned"])
    #expect(canceled.text("status") == "canceled" && canceled.text("cancellation_reason") == "abandoned")
    let error = try lab.error(Self.path + "/{intent}/cancel", intent.id)
    #expect(error.code == "setup_intent_unexpected_state")
    #expect(error.message == "You cannot cancel this SetupIntent because it it already canceled.")
  }
}
