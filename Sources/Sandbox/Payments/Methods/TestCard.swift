/// One of Stripe's test cards: what it looks like and what becomes of payments with it.
struct TestCard: Sendable {
  /// The digits.
  let number: String
  /// What follows `tok_` and `pm_card_` in the names of ready-made tokens and payment methods.
  let names: [String]
  var brand = "visa"
  var funding = "credit"
  var country = "US"
  /// Why charges fail; nil for a card that pays.
  var decline: Decline?
  /// Whether the declining card is refused already when a customer shall keep it.
  var isRefusedOnAttach = true
  var authentication = Authentication.never
  var risk = Risk.normal
  var cvcCheck = "pass"
  var line1Check = "pass"
  var postalCodeCheck = "pass"
  /// The disputes that follow a payment.
  var disputes: [TestDispute] = []
  var refund = RefundBehavior.succeeds
  /// Whether the money is available at once.
  var bypassesPending = false

  /// When the customer must authenticate.
  enum Authentication: Sendable {
    case never
    /// Always; off-session payments are declined.
    case always
    /// Unless the card was set up for off-session payments and this is one.
    case unlessSetUp
    /// On session only: the card counts as set up already.
    case onSessionOnly
    /// Always, and the bank's server does not answer.
    case lookupFails
  }

  /// What Radar thinks of a payment.
  enum Risk: Sendable { case normal, elevated, highest }

  /// How refunds to the card go.
  enum RefundBehavior: Sendable { case succeeds, pendsFirst, failsLater }

  /// Whether a customer may keep it.
  var refusalOnAttach: Decline? { isRefusedOnAttach && decline?.isBlocked == false ? decline : nil }
  /// The last four digits.
  var last4: String { String(number.suffix(4)) }
}

/// What a cardholder complains of.
struct TestDispute: Sendable {
  var reason: String
  var networkReasonCode: String
  /// Whether the bank only asks: no money moves.
  var isInquiry = false
}
