extension ObjectText {
  /// The fields of a subscription item.
  ///
  /// Source: docs.stripe.com/api/subscription_items/object.
  static let subscriptionItem = """
    id: string
    object: =subscription_item
    billed_until?: integer? @≤26-06 dahlia
    billing_thresholds: object?
      usage_gte: integer?
    created: integer
    current_period_end: integer @25-03 basil
    current_period_start: integer @25-03 basil
    current_trial: object? @26-09 endive
      end_date: integer
      start_date: integer
      trial_offer: string
    discounts: [ref discount]
    metadata: {string}
    # The price in the words of the old plans.
    plan: embed plan
    price: embed price
    # Absent for metered prices.
    quantity?: integer
    subscription: string
    tax_rates: [embed tax_rate]?
    """
}
