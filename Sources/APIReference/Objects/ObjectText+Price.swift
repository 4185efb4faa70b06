extension ObjectText {
  /// The fields of a price.
  ///
  /// Source: docs.stripe.com/api/prices/object.
  static let price = """
    id: string
    object: =price
    active: boolean
    billing_scheme: enum per_unit|tiered|…
    created: integer
    currency: string
    currency_options+: {object}
      custom_unit_amount: object?
        maximum: integer?
        minimum: integer?
        preset: integer?
      tax_behavior: enum exclusive|inclusive|unspecified|…?
      tiers+: [object]
        flat_amount: integer?
        flat_amount_decimal: decimal?
        unit_amount: integer?
        unit_amount_decimal: decimal?
        up_to: integer?
      unit_amount: integer?
      unit_amount_decimal: decimal?
    custom_unit_amount: object?
      maximum: integer?
      minimum: integer?
      preset: integer?
    livemode: boolean
    # Unique in the account; `transfer_lookup_key` moves it here.
    lookup_key: string?
    metadata: {string}
    nickname: string?
    product: ref product
    # Null for a price that is paid once.
    recurring: object?
      interval: enum day|month|week|year|…
      interval_count: integer
      meter: string?
      trial_period_days: integer?
      usage_type: enum licensed|metered|…
    tax_behavior: enum exclusive|inclusive|unspecified|…?
    tiers+: [object]
      flat_amount: integer?
      flat_amount_decimal: decimal?
      unit_amount: integer?
      unit_amount_decimal: decimal?
      up_to: integer?
    tiers_mode: enum graduated|volume|…?
    transform_quantity: object?
      divide_by: integer
      round: enum down|up|…
    type: enum one_time|recurring|…
    # Null for tiers, for an amount that the customer chooses, and for fractions of the minor unit.
    unit_amount: integer?
    # Up to twelve decimals of the minor unit.
    unit_amount_decimal: decimal?
    """
}
