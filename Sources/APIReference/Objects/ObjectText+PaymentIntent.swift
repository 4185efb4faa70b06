extension ObjectText {
  /// The fields of a payment intent.
  ///
  /// Source: docs.stripe.com/api/payment_intents/object.
  static let paymentIntent = """
    id: string
    object: =payment_intent
    allowed_payment_method_types: [payment_method_type]? @26-09 endive
    amount: integer
    amount_capturable: integer
    amount_details: object
      discount_amount?: integer? @≤26-02 clover
      error?: object? @≤26-02 clover
        code: enum amount_details_amount_mismatch|amount_details_tax_shipping_discount_greater_than_amount
          |…?
        message: string?
      line_items+: list<payment_intent_amount_details_line_item> @≤26-02 clover
      shipping?: object? @≤26-02 clover
        amount: integer?
        from_postal_code: string?
        to_postal_code: string?
      tax?: object? @≤26-02 clover
        total_tax_amount: integer?
      tip: object
        amount?: integer
    amount_received: integer
    application: ref application?
    application_fee_amount: integer?
    automatic_payment_methods: object?
      allow_redirects?: enum always|never|…
      enabled: boolean
    canceled_at: integer?
    cancellation_reason: enum abandoned|automatic|duplicate|expired|failed_invoice|fraudulent
      |requested_by_customer|void_invoice|…?
    capture_method: enum automatic|automatic_async|manual|…
    # The id, `_secret_` and 25 characters.
    client_secret: string?
    confirmation_method: enum automatic|manual|…
    created: integer
    currency: string
    customer: ref customer?
    customer_account: string? @≤26-02 clover
    description: string?
    excluded_payment_method_types: [payment_method_type]? @≤25-09 clover
    hooks?: object? @≤26-02 clover
      inputs: object?
        tax: object?
          calculation: string
    last_payment_error: api_error?
    # Null until the first attempt.
    latest_charge: ref charge?
    livemode: boolean
    managed_payments: object? @≤26-06 dahlia
      enabled: boolean
    metadata: {string}
    next_action: next_action?
    on_behalf_of: ref account?
    payment_details?: object? @≤26-02 clover
      customer_reference: string?
      order_reference: string?
    payment_method: ref payment_method?
    payment_method_configuration_details: object?
      id: string
      parent: string?
    # One member per payment method type; those of cards are listed.
    payment_method_options: object…?
      card?: object…
        installments: object…?
        mandate_options: object…?
        network: enum amex|cartes_bancaires|diners|discover|eftpos_au|girocard|interac|jcb|link|mastercard
          |unionpay|unknown|visa|…?
        request_three_d_secure: enum any|automatic|challenge|…?
      link?: object…
        persistent_token: string?
      us_bank_account?: object…
    # Requests name them in `allowed_payment_method_types` since endive.
    payment_method_types: [string]
    payment_record: ref payment_record? @26-09 endive
    presentment_details?: object? @25-03 basil
      presentment_amount: integer
      presentment_currency: string
    processing: object…?
      type: string
    receipt_email: string?
    review: ref review?
    setup_future_usage: enum off_session|on_session|…?
    shared_payment_granted_token?: string?
    shipping: object?
      address?: address
      carrier?: string?
      name?: string
      phone?: string?
      tracking_number?: string?
    source: ref account|bank_account|card|source?
    statement_descriptor: string?
    statement_descriptor_suffix: string?
    status: enum canceled|processing|requires_action|requires_capture|requires_confirmation
      |requires_payment_method|succeeded|…
    transfer_data: object?
      amount?: integer
      description?: string? @≤26-06 dahlia
      destination: ref account
      metadata?: {string}? @≤26-06 dahlia
      payment_data?: object? @≤26-06 dahlia
        description: string?
        metadata: {string}?
    transfer_group: string?
    """
}
