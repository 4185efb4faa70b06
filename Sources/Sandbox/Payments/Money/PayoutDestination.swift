/// The bank account that payouts go to: the account's own, or one of the test tokens that fail.
///
/// Source: docs.stripe.com/connect/testing, bank account tokens; the sandbox takes them as `destination`.
struct PayoutDestination: Sendable {
  let id: String
  /// Stripe's reason; nil for an account that takes the money.
  var failureCode: String?
  var failureMessage: String?

  static let own = PayoutDestination(id: "ba_1OkapiSandboxBankAcct00")

  /// The destination of that id.
  ///
  /// - Throws: `resource_missing`.
  static func find(_ id: String?) throws -> PayoutDestination {
    guard let id else { return own }
    guard let found = all.first(where: { $0.id == id }) else {
      throw StripeError.noSuch("external account", id, param: "destination")
    }
    return found
  }

  static let all = [
    own, PayoutDestination(id: "btok_us_verified"),
    PayoutDestination(
      id: "btok_us_verified_noAccount", failureCode: "no_account",
      failureMessage: """
        The bank account details on file are probably incorrect. No bank account could be located with those details.
        """),
    PayoutDestination(
      id: "btok_us_verified_accountClosed", failureCode: "account_closed",
      failureMessage: "The bank account has been closed."),
    PayoutDestination(
      id: "btok_us_verified_insufficientFunds", failureCode: "insufficient_funds",
      failureMessage: "Your Stripe account has insufficient funds to cover the payout."),
    PayoutDestination(
      id: "btok_us_verified_debitNotAuthorized", failureCode: "debit_not_authorized",
      failureMessage: "Debit transactions are not approved on your bank account."),
  ]
}
