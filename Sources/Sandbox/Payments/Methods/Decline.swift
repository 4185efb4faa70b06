/// Why an attempt to pay failed, in the words of the answer, of the charge and of the intent.
///
/// Source: the recorded declines of CONTRACT.md, section 8.
struct Decline: Sendable, Equatable {
  /// The error's code: `card_declined`, `expired_card` …
  var code: String
  /// The bank's word; nil where it sent none.
  var declineCode: String?
  /// The sentence for people.
  var message: String
  /// The parameter it is about.
  var param: String?
  /// What Stripe advises: `try_again_later`, `do_not_try_again`, `confirm_card_data`.
  var adviceCode: String?
  var networkAdviceCode: String?
  var networkDeclineCode: String?
  /// Whether Radar stopped it before the bank was asked.
  var isBlocked = false

  static let generic = Decline(
    code: "card_declined", declineCode: "generic_decline", message: "Your card was declined.",
    adviceCode: "try_again_later", networkDeclineCode: "01")
  static let insufficientFunds = Decline(
    code: "card_declined", declineCode: "insufficient_funds", message: "Your card has insufficient funds.",
    adviceCode: "try_again_later", networkAdviceCode: "02", networkDeclineCode: "51")
  static let lostCard = Decline(
    code: "card_declined", declineCode: "lost_card", message: "Your card was declined.",
    adviceCode: "do_not_try_again", networkAdviceCode: "01", networkDeclineCode: "41")
  static let stolenCard = Decline(
    code: "card_declined", declineCode: "stolen_card", message: "Your card was declined.",
    adviceCode: "do_not_try_again", networkAdviceCode: "01", networkDeclineCode: "43")
  static let velocityExceeded = Decline(
    code: "card_declined", declineCode: "card_velocity_exceeded",
    message: "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    adviceCode: "try_again_later", networkAdviceCode: "02", networkDeclineCode: "61")
  static let expiredCard = Decline(
    code: "expired_card", declineCode: "expired_card", message: "Your card has expired.", param: "exp_month",
    adviceCode: "confirm_card_data", networkAdviceCode: "03", networkDeclineCode: "54")
  static let incorrectCVC = Decline(
    code: "incorrect_cvc", declineCode: "incorrect_cvc", message: "Your card's security code is incorrect.",
    param: "cvc", adviceCode: "confirm_card_data", networkAdviceCode: "03", networkDeclineCode: "N7")
  static let processingError = Decline(
    code: "processing_error", declineCode: "processing_error",
    message: "An error occurred while processing your card. Try again in a little bit.",
    adviceCode: "try_again_later", networkDeclineCode: "06")
  static let fraudulent = Decline(
    code: "card_declined", declineCode: "fraudulent", message: "Your card was declined.", isBlocked: true)
  static let authenticationRequired = Decline(
    code: "authentication_required", declineCode: "authentication_required",
    message: "Your card was declined. This transaction requires authentication.")
  static let authenticationNotHandled = Decline(
    code: "authentication_required", declineCode: "authentication_not_handled",
    message: """
      This payment required an authentication action to complete, but `error_on_requires_action` was set. When you're \
      ready, you can upgrade your integration to handle actions at \
      https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions.
      """)

  /// The 402 answer; `details` are the objects it shows besides.
  func error(_ details: JSONObject = [:]) -> StripeError {
    var error = StripeError(status: 402, type: "card_error", code: code, message, param: param, details: details)
    let words: [(String, String?)] = [
      ("advice_code", adviceCode), ("decline_code", declineCode), ("network_advice_code", networkAdviceCode),
      ("network_decline_code", networkDeclineCode),
    ]
    for (name, value) in words { if let value { error.details[name] = .string(value) } }
    return error
  }

  /// The `outcome` of the failed charge.
  func outcome(riskScore: Int64) -> JSON {
    [
      "advice_code": .text(adviceCode), "network_advice_code": .text(networkAdviceCode),
      "network_decline_code": .text(networkDeclineCode),
      "network_status": isBlocked ? "not_sent_to_network" : "declined_by_network",
      "reason": isBlocked ? "highest_risk_level" : .text(declineCode ?? code),
      "risk_level": isBlocked ? "highest" : "normal", "risk_score": .integer(riskScore),
      "seller_message": .string(sellerMessage), "type": isBlocked ? "blocked" : "issuer_declined",
    ]
  }

  private var sellerMessage: String {
    if isBlocked { return "Stripe blocked this payment as too risky." }
    if declineCode == "generic_decline" {
      return "The bank did not return any further details with this decline."
    }
    return "The bank returned the decline code `\(declineCode ?? code)`."
  }
}
