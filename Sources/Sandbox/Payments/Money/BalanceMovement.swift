/// One movement of money, before it is a balance transaction.
struct BalanceMovement {
  /// Stripe's type: `charge`, `refund`, `adjustment`, `payout` …
  var type: String
  /// The word for accounting; most often the type's own.
  var category: String
  /// The gross, signed.
  var amount: Int64
  var currency: String
  /// What Stripe keeps.
  var fee: Int64 = 0
  var feeDescription = "Stripe processing fees"
  var description: String?
  /// The id of the charge, refund, dispute or payout.
  var source: String
  /// `card` or `bank_account`: which part of the balance it moves.
  var sourceType = "card"
  /// Whether the money is there at once.
  var isAvailableAtOnce = false
}
