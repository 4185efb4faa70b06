extension ObjectText {
  /// The fields of a plan.
  ///
  /// Source: docs.stripe.com/api/plans/object.
  static let plan = """
    id: string
    object: =plan
    active: boolean
    amount: integer?
    amount_decimal: decimal?
    billing_scheme: enum per_unit|tiered|…
    created: integer
    currency: string
    interval: enum day|month|week|year|…
    interval_count: integer
    livemode: boolean
    metadata: {string}?
    meter: string?
    nickname: string?
    product: ref product?
    tiers+: [object]
      flat_amount: integer?
      flat_amount_decimal: decimal?
      unit_amount: integer?
      unit_amount_decimal: decimal?
      up_to: integer?
    tiers_mode: enum graduated|volume|…?
    transform_usage: object?
      divide_by: integer
      round: enum down|up|…
    trial_period_days: integer?
    usage_type: enum licensed|metered|…
    """
}
