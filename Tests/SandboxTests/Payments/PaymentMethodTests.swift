import Testing

@testable import Sandbox

@Suite struct PaymentMethodTests {
  private static let attach = "/v1/payment_methods/{payment_method}/attach"

  @Test func aTokenBecomesACard() throws {
    let lab = try PaymentLab()
    let method = try lab.made("/v1/payment_methods", nil, ["type": "card", "card": ["token": "tok_visa"]])
    #expect(method.id.hasPrefix("pm_1"))
    #expect(method["card"]["brand"] == "visa")
    #expect(method["card"]["last4"] == "4242")
    #expect(method["card"]["exp_month"] == 1)
    #expect(method["card"]["exp_year"] == 2027)
    #expect(method["card"]["checks"]["cvc_check"] == "pass")
    #expect(method["customer"].isNull)
    #expect(try lab.events().isEmpty)
  }

  @Test func aNumberBecomesACardWithChecksToCome() throws {
    let lab = try PaymentLab()
    let method = try lab.made(
      "/v1/payment_methods", nil,
      [
        "type": "card",
        "card": ["number": "5555 5555 5555 4444", "exp_month": 8, "exp_year": 30, "cvc": "123"],
        "billing_details": ["email": "jenny@example.com", "address": ["postal_code": "94102"]],
      ])
    #expect(method["card"]["brand"] == "mastercard")
    #expect(method["card"]["exp_year"] == 2030)
    #expect(
      method["card"]["checks"] == [
        "address_line1_check": nil, "address_postal_code_check": "unchecked", "cvc_check": "unchecked",
      ])
    #expect(method["billing_details"]["email"] == "jenny@example.com")
    #expect(method["billing_details"]["address"]["city"].isNull)
    let customer = try lab.customer()
    let attached = try lab.made(Self.attach, method.id, ["customer": .string(customer.id)])
    #expect(attached["card"]["checks"]["cvc_check"] == "pass")
    #expect(try lab.events() == ["payment_method.attached"])
  }

  @Test func aWrongNumberIsRefused() throws {
    let lab = try PaymentLab()
    let error = try lab.error(
      "/v1/payment_methods", nil,
      ["type": "card", "card": ["number": "4242424242424241", "exp_month": 12, "exp_year": 2030, "cvc": "123"]])
    #expect(error.status == 402)
    #expect(
      error.body["error"] == [
        "code": "incorrect_number", "doc_url": "https://stripe.com/docs/error-codes/incorrect-number",
        "message": "Your card number is incorrect.", "param": "number", "type": "card_error",
      ])
  }

  @Test func aMagicIDIsAttachedAsAFreshMethod() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let first = try lab.made(Self.attach, "pm_card_visa", ["customer": .string(customer.id)])
    let second = try lab.made(Self.attach, "pm_card_visa", ["customer": .string(customer.id)])
    #expect(first.id != second.id)
    #expect(first["card"]["fingerprint"] == second["card"]["fingerprint"])
    #expect(first.reference("customer") == customer.id)
    let error = try lab.error(Self.attach, first.id, ["customer": .string(customer.id)])
    #expect(error.status == 400)
    #expect(error.code == nil)
    #expect(error.message == "The payment method you provided has already been attached to a customer.")
  }

  /// Recorded: errors.json, attaching a declining card.
  @Test func aDecliningCardIsNotKept() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let error = try lab.error(Self.attach, "pm_card_chargeDeclined", ["customer": .string(customer.id)])
    #expect(error.status == 402)
    #expect(
      error.body["error"] == [
        "advice_code": "try_again_later", "code": "card_declined", "decline_code": "generic_decline",
        "doc_url": "https://stripe.com/docs/error-codes/card-declined", "message": "Your card was declined.",
        "network_decline_code": "01", "param": "", "type": "card_error",
      ])
    #expect(try lab.all(.paymentMethod).isEmpty)
  }

  @Test func theCardThatFailsLaterIsKeptAndThenDeclines() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let method = try lab.made(Self.attach, "pm_card_chargeCustomerFail", ["customer": .string(customer.id)])
    let error = try lab.error(
      "/v1/payment_intents", nil,
      [
        "amount": 1_000, "currency": "usd", "customer": .string(customer.id), "payment_method": .string(method.id),
        "confirm": true,
      ])
    #expect(error.details["decline_code"] == "generic_decline")
  }

  @Test func aDetachedMethodIsUsedUp() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let method = try lab.made(Self.attach, "pm_card_visa", ["customer": .string(customer.id)])
    let detached = try lab.made("/v1/payment_methods/{payment_method}/detach", method.id)
    #expect(detached["customer"].isNull)
    let event = try lab.lastEvent("payment_method.detached")
    #expect(event["data"]["previous_attributes"] == ["customer": .string(customer.id)])
    let error = try lab.error(Self.attach, method.id, ["customer": .string(customer.id)])
    #expect(error.message.hasPrefix("The provided PaymentMethod was previously used with a PaymentIntent without"))
    #expect(error.message.hasSuffix("you must attach it to a Customer first."))
  }

  @Test func anUnattachedMethodPaysOnce() throws {
    let lab = try PaymentLab()
    let method = try lab.made("/v1/payment_methods", nil, ["type": "card", "card": ["token": "tok_visa"]])
    let params: JSONObject = [
      "amount": 1_000, "currency": "usd", "payment_method": .string(method.id), "confirm": true,
    ]
    #expect(try lab.made("/v1/payment_intents", nil, params).text("status") == "succeeded")
    #expect(try lab.error("/v1/payment_intents", nil, params).message.contains("It may not be used again."))
  }

  @Test func anUpdateTellsWhatItWas() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let method = try lab.made(Self.attach, "pm_card_visa", ["customer": .string(customer.id)])
    _ = try lab.made(
      "/v1/payment_methods/{payment_method}", method.id,
      ["card": ["exp_year": 2031], "metadata": ["a": "b"]])
    let event = try lab.lastEvent("payment_method.updated")
    #expect(event["data"]["previous_attributes"] == ["card": ["exp_year": 2027], "metadata": ["a": nil]])
  }

  @Test func anUnknownIDIsNotFound() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    let error = try lab.error(Self.attach, "abcd", ["customer": .string(customer.id)])
    #expect(error.status == 404)
    #expect(error.param == "payment_method")
    #expect(error.message.hasPrefix("No such PaymentMethod: 'abcd'; It's possible this PaymentMethod exists on one of"))
  }

  @Test func everyNumberIsTakenAndEveryNameStandsOnce() throws {
    let lab = try PaymentLab()
    for card in TestCards.all {
      let method = try lab.made(
        "/v1/payment_methods", nil,
        ["type": "card", "card": ["number": .string(card.number), "exp_month": 1, "exp_year": 2030]])
      #expect(method["card"]["last4"] == .string(card.last4))
    }
    #expect(Set(TestCards.all.flatMap(\.names)).count == TestCards.all.flatMap(\.names).count)
  }
}
