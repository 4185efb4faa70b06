extension EndpointText {
  /// The calls about subscriptions.
  static let subscriptions = """
    create: POST /v1/subscriptions -> subscription
      add_invoice_items: [add_invoice_item]
      -application_fee_percent: number?
      automatic_tax: automatic_tax
      backdate_start_date: integer
      billing_cycle_anchor: integer
      -billing_cycle_anchor_config: hash
      billing_mode: hash
        -flexible: hash
        type!: enum classic|flexible
      -billing_schedules: [hash]
      -billing_thresholds: hash?
      cancel_at: integer or enum max_billed_until|max_period_end|min_period_end
      cancel_at_period_end: boolean
      collection_method: enum charge_automatically|send_invoice
      coupon: string? @until 25-03 basil
      currency: string
      customer: string
      -customer_account: string
      days_until_due: integer
      default_payment_method: string
      -default_source: string
      -default_tax_rates: [string]?
      description: string
      discounts: [discount]?
      invoice_settings: hash
        -account_tax_ids: [string]?
        custom_fields: [custom_field]?
        description: string
        footer: string
        -issuer: hash
      items: [hash]
        -billing_thresholds: hash?
        -current_trial: hash
        discounts: [discount]?
        metadata: {string}
        plan: string
        price: string
        price_data: recurring_price_data
        quantity: integer
        -tax_rates: [string]?
      metadata: {string}?
      off_session: boolean
      -on_behalf_of: string?
      payment_behavior: enum allow_incomplete|pending_if_incomplete|error_if_incomplete|default_incomplete
      payment_settings: payment_settings
      -pending_invoice_item_interval: hash?
      -promotion_code: string @until 25-03 basil
      proration_behavior: enum always_invoice|create_prorations|none
      -transfer_data: hash
      trial_end: integer or enum now
      trial_from_plan: boolean
      trial_period_days: integer
      trial_settings: trial_settings

    list: GET /v1/subscriptions -> list subscription
      automatic_tax: hash
        enabled!: boolean
      collection_method: enum charge_automatically|send_invoice
      created: range
      current_period_end: range
      current_period_start: range
      customer: string
      -customer_account: string
      plan: string
      price: string
      status: enum active|all|canceled|ended|incomplete|incomplete_expired|past_due|paused|trialing|unpaid
      test_clock: string

    search: GET /v1/subscriptions/search -> search subscription

    update: POST /v1/subscriptions/{subscription_exposed_id} -> subscription
      add_invoice_items: [add_invoice_item]
      -application_fee_percent: number?
      automatic_tax: automatic_tax
      # A plain word before endive.
      billing_cycle_anchor: hash or enum now|unchanged
        type!: enum now|unchanged
      -billing_schedules: [hash]?
      -billing_thresholds: hash?
      cancel_at: integer or enum max_billed_until|max_period_end|min_period_end?
      cancel_at_period_end: boolean
      cancellation_details: cancellation_details
      collection_method: enum charge_automatically|send_invoice
      coupon: string? @until 25-03 basil
      days_until_due: integer
      default_payment_method: string?
      -default_source: string?
      -default_tax_rates: [string]?
      description: string?
      discounts: [discount]?
      invoice_settings: hash
        -account_tax_ids: [string]?
        custom_fields: [custom_field]?
        description: string?
        footer: string?
        -issuer: hash
      items: [hash]
        -billing_thresholds: hash?
        -clear_usage: boolean
        -current_trial: hash
        deleted: boolean
        discounts: [discount]?
        id: string
        metadata: {string}?
        plan: string
        price: string
        price_data: recurring_price_data
        quantity: integer
        -tax_rates: [string]?
      metadata: {string}?
      off_session: boolean
      -on_behalf_of: string?
      pause_collection: hash?
        behavior!: enum keep_as_draft|mark_uncollectible|void
        resumes_at: integer
      payment_behavior: enum allow_incomplete|pending_if_incomplete|error_if_incomplete|default_incomplete
      payment_settings: payment_settings
      -pending_invoice_item_interval: hash?
      -promotion_code: string @until 25-03 basil
      proration_behavior: enum always_invoice|create_prorations|none
      proration_date: integer
      -transfer_data: hash?
      trial_end: integer or enum now
      trial_from_plan: boolean
      trial_settings: trial_settings

    retrieve: GET /v1/subscriptions/{subscription_exposed_id} -> subscription

    cancel: DELETE /v1/subscriptions/{subscription_exposed_id} -> subscription
      cancellation_details: cancellation_details
      invoice_now: boolean
      prorate: boolean

    delete_discount: DELETE /v1/subscriptions/{subscription_exposed_id}/discount -> deleted discount

    pause: POST /v1/subscriptions/{subscription}/pause -> subscription
      -bill_for: hash
      invoicing_behavior: enum invoice|pending_invoice_item
      type: enum subscription

    resume: POST /v1/subscriptions/{subscription}/resume -> subscription
      # A plain word before endive.
      billing_cycle_anchor: hash or enum now|unchanged
        type!: enum now|unchanged
      payment_behavior: enum resume_on_payment_attempt|resume_on_payment_success
      proration_behavior: enum always_invoice|create_prorations|none
      proration_date: integer

    migrate: POST /v1/subscriptions/{subscription}/migrate -> subscription
      billing_mode!: hash
        -flexible: hash
        type!: enum flexible
    """
}
