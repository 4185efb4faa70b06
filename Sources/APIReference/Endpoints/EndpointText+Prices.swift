extension EndpointText {
  /// The calls about prices.
  static let prices = """
    create: POST /v1/prices -> price
      active: boolean
      billing_scheme: enum per_unit|tiered
      currency!: string
      -currency_options: hash
      -custom_unit_amount: hash
      lookup_key: string
      metadata: {string}
      nickname: string
      product: string
      product_data: hash
        active: boolean
        id: string
        metadata: {string}
        name!: string
        statement_descriptor: string
        tax_code: string
        -tax_details: hash
        unit_label: string
      recurring: hash
        interval!: enum day|month|week|year
        interval_count: integer
        -meter: string
        trial_period_days: integer
        usage_type: enum licensed|metered
      tax_behavior: enum exclusive|inclusive|unspecified
      tiers: [tier]
      tiers_mode: enum graduated|volume
      transfer_lookup_key: boolean
      -transform_quantity: hash
      unit_amount: integer
      unit_amount_decimal: decimal

    list: GET /v1/prices -> list price
      active: boolean
      created: range
      currency: string
      lookup_keys: [string]
      product: string
      recurring: hash
        interval: enum day|month|week|year
        -meter: string
        usage_type: enum licensed|metered
      type: enum one_time|recurring

    search: GET /v1/prices/search -> search price

    update: POST /v1/prices/{price} -> price
      active: boolean
      -currency_options: hash?
      lookup_key: string
      metadata: {string}?
      nickname: string
      tax_behavior: enum exclusive|inclusive|unspecified
      transfer_lookup_key: boolean

    retrieve: GET /v1/prices/{price} -> price
    """
}
