/// What a Stripe account sets in its dashboard, and the sandbox therefore decides for itself.
package struct AccountSettings: Sendable, Equatable {
  /// The account's id.
  package var id = "acct_1OkapiSandbox0000"
  /// ISO 3166, two letters.
  package var country = "US"
  /// What the balance is settled in when a charge's currency has none of its own.
  package var defaultCurrency = "usd"
  /// The waits between a failed renewal payment and the next tries, in seconds: 3, 5 and 7 days.
  package var retrySchedule: [Int64] = [3, 5, 7].map { $0 * 86_400 }
  /// What becomes of the subscription when the last try failed.
  package var afterLastRetry = AfterLastRetry.cancel
  /// How long after `invoice.created` an automatic invoice is finalised, in seconds.
  package var finalizeAfter: Int64 = 3_600
  /// How long before the end of a period `invoice.upcoming` is sent, in seconds.
  package var upcomingBefore: Int64 = 3 * 86_400
  /// How long a first payment is waited for, in seconds.
  package var incompleteExpiresAfter: Int64 = 23 * 3_600
  /// Whole days until a charge's money is available, counted from the next 00:00 UTC.
  package var availabilityDays: Int64 = 2
  /// The weekday of automatic payouts, 0 for Sunday; nil for payouts by hand only.
  package var payoutWeekday: Int?

  /// The subscription's state when every retry failed.
  package enum AfterLastRetry: String, Sendable { case cancel, unpaid, pastDue = "past_due" }

  /// The settings above.
  package init() {}
}
