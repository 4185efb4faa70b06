/// The names of Stripe's events that an endpoint may ask for.
///
/// Source: the enumeration of the official Python SDK 16.1.0.
package enum EventTypes {
  /// Whether an endpoint may name it: an event's name, or `*` for all.
  package static func canBeAskedFor(_ type: String) -> Bool {
    type == "*" || known.contains(type) || strangers.contains { type.hasPrefix($0) }
  }

  /// Whether Stripe has such an event, as far as its libraries say.
  package static func isKnown(_ type: String) -> Bool { type != "*" && canBeAskedFor(type) }

  /// The names, by their beginning.
  private static let endings: [(String, String)] = [
    ("customer", "created deleted updated"),
    ("customer.discount", "created deleted updated"),
    ("customer.source", "created deleted expiring updated"),
    ("customer.tax_id", "created deleted updated"),
    ("customer_cash_balance_transaction", "created"),
    (
      "customer.subscription",
      "created deleted paused pending_update_applied pending_update_expired resumed trial_will_end updated"
    ),
    ("subscription_schedule", "aborted canceled completed created expiring released updated"),
    (
      "invoice",
      """
      created deleted finalization_failed finalized marked_uncollectible overdue overpaid paid payment_action_required \
      payment_attempt_required payment_failed payment_succeeded sent upcoming updated voided will_be_due
      """
    ),
    ("invoice_payment", "paid"),
    ("invoiceitem", "created deleted"),
    (
      "payment_intent",
      """
      amount_capturable_updated canceled created partially_funded payment_failed processing requires_action succeeded
      """
    ),
    ("setup_intent", "canceled created requires_action setup_failed succeeded"),
    ("payment_method", "attached automatically_updated detached updated"),
    ("charge", "captured expired failed pending refunded succeeded updated"),
    ("charge.refund", "updated"),
    ("refund", "created failed updated"),
    ("charge.dispute", "closed created funds_reinstated funds_withdrawn updated"),
    ("payout", "canceled created failed paid reconciliation_completed updated"),
    ("balance", "available"),
    ("balance_settings", "updated"),
    ("product", "created deleted updated"),
    ("price", "created deleted updated"),
    ("plan", "created deleted updated"),
    ("coupon", "created deleted updated"),
    ("promotion_code", "created updated"),
    ("credit_note", "created updated voided"),
    ("checkout.session", "async_payment_failed async_payment_succeeded completed expired"),
    ("tax_rate", "created updated"),
    ("test_helpers.test_clock", "advancing created deleted internal_failure ready"),
    ("transfer", "created reversed updated"),
    ("application_fee", "created refund.updated refunded"),
    ("quote", "accepted canceled created finalized"),
    ("payment_link", "created updated"),
    ("review", "closed opened"),
    ("topup", "canceled created failed reversed succeeded"),
    ("file", "created"),
    ("mandate", "updated"),
  ]

  private static let known = Set(
    endings.flatMap { start, rest in rest.split(separator: " ").map { "\(start).\($0)" } })

  /// Beginnings of events about what the sandbox does not have; they may be asked for and never come.
  private static let strangers = [
    "account.", "apps.", "billing.", "billing_portal.", "capability.", "cash_balance.", "climate.", "entitlements.",
    "financial_connections.", "identity.", "issuing_", "person.", "radar.", "reporting.", "reserve.", "sigma.",
    "source.", "tax.", "terminal.", "three_d_secure.", "treasury.",
  ]
}
