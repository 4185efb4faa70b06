extension ObjectText {
  /// The fields of a subscription.
  ///
  /// Source: docs.stripe.com/api/subscriptions/object.
  static let subscription = """
    id: string
    object: =subscription
    application: ref application?
    application_fee_percent: number?
    automatic_tax: object
      disabled_reason: enum requires_location_inputs?
      enabled: boolean
      liability: object?
        account?: ref account
        type: enum account|self|…
    billing_cycle_anchor: integer
    billing_cycle_anchor_config: object?
      day_of_month: integer
      hour: integer?
      minute: integer?
      month: integer?
      second: integer?
    # Flexible for a subscription made at 2025-09-30.clover or later, otherwise classic.
    billing_mode: object @≤25-09 clover
      flexible: object?
        proration_discounts?: enum included|itemized|…?
      type: enum classic|flexible|…
      updated_at?: integer?
    billing_schedules: [object] @≤26-06 dahlia
      applies_to: [object]?
        price: ref price?
        type: enum price
      bill_until: object
        computed_timestamp: integer
        duration: object?
          interval: enum day|month|week|year|…
          interval_count: integer?
        timestamp: integer?
        type: enum duration|timestamp|…
      key: string
    billing_thresholds: object?
      amount_gte: integer?
      reset_billing_cycle_anchor: boolean?
    cancel_at: integer?
    # Flexible billing may set `cancel_at` instead and leave this false.
    cancel_at_period_end: boolean
    # When it was asked for, not when it ended.
    canceled_at: integer?
    cancellation_details: object?
      comment: string?
      feedback: enum customer_service|low_quality|missing_features|other|switched_service|too_complex
        |too_expensive|unused|…?
      feedback_option: ref billing.feedback_option? @26-09 endive
      reason: enum canceled_by_retention_policy|cancellation_requested|payment_disputed|payment_failed|…?
    collection_method: enum charge_automatically|send_invoice|…
    created: integer
    currency: string
    customer: ref customer
    customer_account: string? @≤26-02 clover
    days_until_due: integer?
    default_payment_method: ref payment_method?
    # A card or source of the legacy API; payment methods stand in
    # `invoice_settings.default_payment_method`.
    default_source: ref account|bank_account|card|source?
    default_tax_rates: [embed tax_rate]?
    description: string?
    discounts: [ref discount]
    # When it really ended.
    ended_at: integer?
    invoice_settings: object
      account_tax_ids: [ref tax_id]?
      custom_fields: [object]? @≤26-06 dahlia
        name: string
        value: string
      description: string? @≤26-06 dahlia
      footer: string? @≤26-06 dahlia
      issuer: object
        account?: ref account
        type: enum account|self|…
    # The first ten; each has a billing period of its own.
    items: list<subscription_item>
    latest_invoice: ref invoice?
    livemode: boolean
    managed_payments: object? @≤26-06 dahlia
      enabled: boolean
    metadata: {string}
    next_pending_invoice_item_invoice: integer?
    on_behalf_of: ref account?
    pause_collection: object?
      behavior: enum keep_as_draft|mark_uncollectible|void|…
      resumes_at: integer?
    payment_settings: object?
      payment_method_options: object…?
        card?: object…?
      payment_method_types: [payment_method_type]?
      save_default_payment_method: enum off|on_subscription|…?
    pending_invoice_item_interval: object?
      interval: enum day|month|week|year|…
      interval_count: integer
    pending_setup_intent: ref setup_intent?
    pending_update: object?
      billing_cycle_anchor: integer?
      cancel_at_period_end: boolean? @26-09 endive
      discount: embed discount? @≤26-06 dahlia
      discounts: [ref discount]? @≤26-06 dahlia
      expires_at: integer
      metadata: {string}? @≤26-06 dahlia
      subscription_items: [embed subscription_item]?
      trial_end: integer?
      trial_from_plan: boolean?
    # The only item's price, null when there are several. Undocumented, but sent.
    plan: embed plan?
    # The only item's quantity, null when there are several. Undocumented, but sent.
    quantity: integer?
    presentment_details?: object? @≤26-06 dahlia
      presentment_currency: string
    schedule: ref subscription_schedule?
    start_date: integer
    status: enum active|canceled|incomplete|incomplete_expired|past_due|paused|trialing|unpaid|…
    status_details: object? @26-09 endive
      paused: object
        subscription: object
          type: enum final_payment_failure|first_payment_failure|pause_requested|system
            |trial_end_without_payment_method|…
        transitioned_at: integer
        type: enum subscription|…
    test_clock: ref test_helpers.test_clock?
    transfer_data: object?
      amount_percent: number?
      destination: ref account
    trial_end: integer?
    trial_settings: object?
      end_behavior: object
        billing_cycle_anchor: enum now|unchanged|…? @26-09 endive
        missing_payment_method: enum cancel|create_invoice|pause|…
    trial_start: integer?
    """
}
