/// The test cards and their names.
///
/// Source: docs.stripe.com/testing; CONTRACT.md, section 13.
enum TestCards {
  /// The card of those digits.
  static func card(number: String) -> TestCard? { byNumber[number] }

  /// The card behind `tok_visa` or `pm_card_visa`; nil for any other id.
  static func card(token: String) -> TestCard? {
    for prefix in ["tok_", "pm_card_"] where token.hasPrefix(prefix) {
      return byName[String(token.dropFirst(prefix.count))]
    }
    return nil
  }

  static let all: [TestCard] =
    paying + declining + checked + authenticated + [
      TestCard(
        number: "4000000000000077", names: ["bypassPending", "bypassPendingInternational"], bypassesPending: true),
      TestCard(
        number: "4000000000000259", names: ["createDispute"],
        disputes: [TestDispute(reason: "fraudulent", networkReasonCode: "83")]),
      TestCard(
        number: "4000000000002685", names: ["createDisputeProductNotReceived"],
        disputes: [TestDispute(reason: "product_not_received", networkReasonCode: "13.1")]),
      TestCard(
        number: "4000000000001976", names: ["createDisputeInquiry"],
        disputes: [TestDispute(reason: "fraudulent", networkReasonCode: "10", isInquiry: true)]),
      TestCard(number: "4000000000005423", names: ["createIssuerFraudRecord"]),
      TestCard(
        number: "4000004040000079", names: ["createMultipleDisputes"],
        disputes: [
          TestDispute(reason: "fraudulent", networkReasonCode: "83"),
          TestDispute(reason: "product_not_received", networkReasonCode: "13.1"),
        ]),
      TestCard(number: "4000000000007726", names: ["pendingRefund"], refund: .pendsFirst),
      TestCard(number: "4000000000005126", names: ["refundFail"], refund: .failsLater),
    ]

  private static let paying = [
    TestCard(number: "4242424242424242", names: ["visa", "us"]),
    TestCard(number: "4000056655665556", names: ["visa_debit"], funding: "debit"),
    TestCard(number: "5555555555554444", names: ["mastercard"], brand: "mastercard"),
    TestCard(number: "2223003122003222", names: [], brand: "mastercard"),
    TestCard(number: "5200828282828210", names: ["mastercard_debit"], brand: "mastercard", funding: "debit"),
    TestCard(number: "5105105105105100", names: ["mastercard_prepaid"], brand: "mastercard", funding: "prepaid"),
    TestCard(number: "378282246310005", names: ["amex"], brand: "amex"),
    TestCard(number: "371449635398431", names: [], brand: "amex"),
    TestCard(number: "6011111111111117", names: ["discover"], brand: "discover"),
    TestCard(number: "3056930009020004", names: ["diners"], brand: "diners"),
    TestCard(number: "3566002020360505", names: ["jcb"], brand: "jcb", country: "JP"),
    TestCard(number: "6200000000000005", names: ["unionpay"], brand: "unionpay", country: "CN"),
  ]

  private static let declining = [
    TestCard(
      number: "4000000000000002", names: ["visa_chargeDeclined", "chargeDeclined"], decline: .generic),
    TestCard(
      number: "4000000000009995", names: ["visa_chargeDeclinedInsufficientFunds"], decline: .insufficientFunds),
    TestCard(
      number: "4000056655665572", names: ["visa_debit_chargeDeclinedInsufficientFunds"], funding: "debit",
      decline: .insufficientFunds),
    TestCard(number: "4000000000009987", names: ["visa_chargeDeclinedLostCard"], decline: .lostCard),
    TestCard(number: "4000000000009979", names: ["visa_chargeDeclinedStolenCard"], decline: .stolenCard),
    TestCard(
      number: "4000000000000069", names: ["chargeDeclinedExpiredCard", "visa_chargeDeclinedExpiredCard"],
      decline: .expiredCard),
    TestCard(
      number: "4000000000000127", names: ["chargeDeclinedIncorrectCvc", "visa_chargeDeclinedIncorrectCvc"],
      decline: .incorrectCVC, cvcCheck: "fail"),
    TestCard(
      number: "4000000000000119", names: ["chargeDeclinedProcessingError", "visa_chargeDeclinedProcessingError"],
      decline: .processingError),
    TestCard(
      number: "4000000000006975", names: ["visa_chargeDeclinedVelocityLimitExceeded"], decline: .velocityExceeded),
    TestCard(
      number: "4000000000000341", names: ["chargeCustomerFail", "visa_chargeCustomerFail"], decline: .generic,
      isRefusedOnAttach: false),
    // These two exist as tokens only; the digits are ours.
    TestCard(
      number: "4000000000010341", names: ["visa_chargeCustomerFailLostCard"], decline: .lostCard,
      isRefusedOnAttach: false),
    TestCard(
      number: "4000000000020341", names: ["visa_chargeCustomerFailStolenCard"], decline: .stolenCard,
      isRefusedOnAttach: false),
    TestCard(number: "4100000000000019", names: ["radarBlock"], decline: .fraudulent),
    TestCard(number: "4000000000004954", names: ["riskLevelHighest"], decline: .fraudulent, risk: .highest),
  ]

  private static let checked = [
    TestCard(number: "4000000000009235", names: ["riskLevelElevated"], risk: .elevated),
    TestCard(number: "4000000000000101", names: ["cvcCheckFail"], cvcCheck: "fail"),
    TestCard(number: "4000000000000036", names: ["avsZipFail"], postalCodeCheck: "fail"),
    TestCard(number: "4000000000000028", names: ["avsLine1Fail"], line1Check: "fail"),
    TestCard(number: "4000000000000010", names: ["avsFail"], line1Check: "fail", postalCodeCheck: "fail"),
    TestCard(
      number: "4000000000000044", names: ["avsUnchecked"], line1Check: "unavailable", postalCodeCheck: "unavailable"),
    TestCard(
      number: "4000058400307872", names: ["cvcCheckFailElevatedRisk"], risk: .elevated, cvcCheck: "fail"),
    TestCard(
      number: "4000058400306072", names: ["avsZipFailElevatedRisk"], risk: .elevated, postalCodeCheck: "fail"),
  ]

  private static let authenticated = [
    TestCard(
      number: "4000002500003155", names: ["authenticationRequiredOnSetup"], authentication: .unlessSetUp),
    TestCard(number: "4000002760003184", names: ["authenticationRequired"], authentication: .always),
    TestCard(
      number: "4000003800000446", names: ["authenticationRequiredSetupForOffSession"], authentication: .onSessionOnly),
    TestCard(
      number: "4000008260003178", names: ["authenticationRequiredChargeDeclinedInsufficientFunds"],
      decline: .insufficientFunds, isRefusedOnAttach: false, authentication: .always),
    TestCard(
      number: "4000000000003220", names: ["threeDSecure2Required", "threeDSecureRequired"], authentication: .always),
    TestCard(
      number: "4000008400001629", names: ["threeDSecureRequiredChargeDeclined"], decline: .generic,
      isRefusedOnAttach: false, authentication: .always),
    TestCard(
      number: "4000008400001280", names: ["threeDSecureRequiredProcessingError"], authentication: .lookupFails),
    TestCard(number: "4000000000003055", names: ["threeDSecureOptional"]),
  ]

  private static let byNumber = Dictionary(uniqueKeysWithValues: all.map { ($0.number, $0) })
  private static let byName = Dictionary(uniqueKeysWithValues: all.flatMap { card in card.names.map { ($0, card) } })
}
