extension ObjectText {
  /// The fields of an invoice.
  ///
  /// Source: docs.stripe.com/api/invoices/object.
  static let invoice = """
    id: string
    object: =invoice
    account_country: string?
    account_name: string?
    account_tax_ids: [ref tax_id]?
    amount_due: integer
    amount_overpaid: integer @25-03 basil
    # With what was paid out of band, since basil.
    amount_paid: integer
    amount_paid_off_stripe?: integer? @≤26-06 dahlia
    amount_remaining: integer
    amount_shipping: integer
    application: ref application?
    # After the first attempt only automatic retries count.
    attempt_count: integer
    attempted: boolean
    auto_advance: boolean
    automatic_tax: object
      disabled_reason: enum finalization_requires_location_inputs|finalization_system_error|…?
      enabled: boolean
      liability: object?
        account?: ref account
        type: enum account|self|…
      provider: string? @25-04 basil
      status: enum complete|failed|requires_location_inputs|…?
    automatically_finalizes_at: integer?
    billing_reason: enum automatic_pending_invoice_item_invoice|manual|quote_accept|subscription
      |subscription_create|subscription_cycle|subscription_threshold|subscription_update|upcoming|…?
    collection_method: enum charge_automatically|send_invoice|…
    confirmation_secret+: object? @25-03 basil
      client_secret: string
      type: string
    created: integer
    currency: string
    custom_fields: [object]?
      name: string
      value: string
    customer: ref customer?
    customer_account: string? @≤26-02 clover
    customer_address: address?
    customer_email: string?
    customer_name: string?
    customer_phone: string?
    customer_shipping: object?
      address?: address
      carrier?: string?
      name?: string
      phone?: string?
      tracking_number?: string?
    customer_tax_exempt: enum exempt|none|reverse|…?
    customer_tax_ids: [object]?
      type: string
      value: string?
    default_payment_method: ref payment_method?
    # A card or source of the legacy API; payment methods stand in
    # `invoice_settings.default_payment_method`.
    default_source: ref account|bank_account|card|source?
    default_tax_rates: [embed tax_rate]
    description: string?
    discounts: [ref discount]
    due_date: integer?
    effective_at: integer?
    ending_balance: integer?
    footer: string?
    from_invoice: object?
      action: string
      invoice: ref invoice
    hosted_invoice_url: string?
    invoice_pdf: string?
    issuer: object
      account?: ref account
      type: enum account|self|…
    last_finalization_error: api_error?
    latest_revision: ref invoice?
    # The first ten; its `url` has the rest.
    lines: list<line_item>
    livemode: boolean
    metadata: {string}?
    next_payment_attempt: integer?
    # Null in a draft.
    number: string?
    on_behalf_of: ref account?
    # In place of `subscription`, `subscription_details` and `quote`.
    parent: object? @25-03 basil
      quote_details: object?
        quote: string
      subscription_details: object?
        # The subscription's metadata as it was when the invoice was finalised.
        metadata: {string}?
        subscription: ref subscription
        subscription_proration_date?: integer?
      type: enum quote_details|subscription_details|…
    payment_settings: object
      default_mandate: string?
      payment_method_options: object…?
        card?: object…?
      payment_method_types: [payment_method_type]?
    payments+: list<invoice_payment>? @25-03 basil
    # Equals `period_start` on the first invoice of a subscription.
    period_end: integer
    # The window of pending invoice items; what was served when stands in the lines.
    period_start: integer
    post_payment_credit_notes_amount: integer
    pre_payment_credit_notes_amount: integer
    receipt_number: string?
    rendering: object?
      amount_tax_display: string?
      pdf: object?
        page_size: enum a4|auto|letter|…?
      template: string?
      template_version: integer?
    shipping_cost: object?
      amount_subtotal: integer
      amount_tax: integer
      amount_total: integer
      shipping_rate: ref shipping_rate?
      taxes?: [object]
        amount: integer
        rate: embed tax_rate
        taxability_reason: enum customer_exempt|not_collecting|not_subject_to_tax|not_supported
          |portion_product_exempt|portion_reduced_rated|portion_standard_rated|product_exempt
          |product_exempt_holiday|proportionally_rated|reduced_rated|reverse_charge|standard_rated
          |taxable_basis_reduced|zero_rated|…?
        taxable_amount: integer?
    shipping_details: object?
      address?: address
      carrier?: string?
      name?: string
      phone?: string?
      tracking_number?: string?
    starting_balance: integer
    statement_descriptor: string?
    status: enum draft|open|paid|uncollectible|void|…?
    status_details: object? @26-09 endive
      uncollectible: object?
        reason: enum max_payment_attempts|payment_not_received|subscription_canceled|subscription_paused
          |user_forgiven|…?
    status_transitions: object
      finalized_at: integer?
      marked_uncollectible_at: integer?
      paid_at: integer?
      voided_at: integer?
    # Before the invoice's own discounts and exclusive tax.
    subtotal: integer
    subtotal_excluding_tax: integer?
    test_clock: ref test_helpers.test_clock?
    threshold_reason?: object
      amount_gte: integer?
      item_reasons: [object]
        line_item_ids: [string]
        usage_gte: integer
    # May be negative: then it goes to the customer's balance and `amount_due` is 0.
    total: integer
    total_discount_amounts: [object]?
      amount: integer
      discount: ref discount
    total_excluding_tax: integer?
    total_pretax_credit_amounts: [object]?
      amount: integer
      credit_balance_transaction?: ref billing.credit_balance_transaction?
      discount: ref discount?
      type: enum credit_balance_transaction|discount|…
    total_taxes: [object]? @25-03 basil
      amount: integer
      tax_behavior: enum exclusive|inclusive|…
      tax_rate_details: object?
        tax_rate: string
      taxability_reason: enum customer_exempt|not_available|not_collecting|not_subject_to_tax|not_supported
        |portion_product_exempt|portion_reduced_rated|portion_standard_rated|product_exempt
        |product_exempt_holiday|proportionally_rated|reduced_rated|reverse_charge|standard_rated
        |taxable_basis_reduced|zero_rated|…
      taxable_amount: integer?
      type: enum tax_rate_details
    webhooks_delivered_at: integer?
    """
}
