extension EndpointText {
  /// The calls about subscription items.
  static let subscriptionItems = """
    create: POST /v1/subscription_items -> subscription_item
      -billing_thresholds: hash?
      -current_trial: hash
      discounts: [discount]?
      metadata: {string}
      payment_behavior: enum allow_incomplete|pending_if_incomplete|error_if_incomplete|default_incomplete
      plan: string
      price: string
      price_data: recurring_price_data
      proration_behavior: enum always_invoice|create_prorations|none
      proration_date: integer
      quantity: integer
      subscription!: string
      -tax_rates: [string]?

    list: GET /v1/subscription_items -> list subscription_item
      subscription!: string

    update: POST /v1/subscription_items/{item} -> subscription_item
      -billing_thresholds: hash?
      -current_trial: hash
      discounts: [discount]?
      metadata: {string}?
      off_session: boolean
      payment_behavior: enum allow_incomplete|pending_if_incomplete|error_if_incomplete|default_incomplete
      plan: string
      price: string
      price_data: recurring_price_data
      proration_behavior: enum always_invoice|create_prorations|none
      proration_date: integer
      quantity: integer
      -tax_rates: [string]?

    retrieve: GET /v1/subscription_items/{item} -> subscription_item

    delete: DELETE /v1/subscription_items/{item} -> deleted subscription_item
      -clear_usage: boolean
      payment_behavior: enum allow_incomplete|pending_if_incomplete|error_if_incomplete|default_incomplete
      proration_behavior: enum always_invoice|create_prorations|none
      proration_date: integer
    """
}
