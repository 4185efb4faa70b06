extension ObjectText {
  /// The fields of a charge.
  ///
  /// Source: docs.stripe.com/api/charges/object.
  static let charge = """
    id: string
    object: =charge
    amount: integer
    amount_captured: integer
    amount_refunded: integer
    application: ref application?
    application_fee: ref application_fee?
    application_fee_amount: integer?
    authorization_code?: string?
    # Null at first where a payment is captured with `automatic_async`; `charge.updated` tells when it is there.
    balance_transaction: ref balance_transaction?
    billing_details: object
      address: address?
      email: string?
      name: string?
      phone: string?
      tax_id: string? @25-04 basil
    calculated_statement_descriptor: string?
    captured: boolean
    created: integer
    currency: string
    customer: ref customer?
    description: string?
    # Undocumented, but sent: an old name for `transfer_data.destination`.
    destination?: ref account?
    # Undocumented, but sent.
    dispute?: ref dispute?
    disputed: boolean
    failure_balance_transaction: ref balance_transaction?
    failure_code: string?
    failure_message: string?
    fraud_details: object?
      stripe_report?: string
      user_report?: string
    level3?: object?
      customer_reference: string?
      line_items: [object]
        discount_amount: integer?
        product_code: string
        product_description: string
        quantity: integer?
        tax_amount: integer?
        unit_cost: integer?
      merchant_reference: string
      shipping_address_zip: string?
      shipping_amount: integer?
      shipping_from_zip: string?
    livemode: boolean
    metadata: {string}
    on_behalf_of: ref account?
    # Undocumented, but sent: always null.
    order?: string?
    outcome: object?
      advice_code: enum confirm_card_data|do_not_try_again|try_again_later|…?
      network_advice_code: string?
      network_decline_code: string?
      network_status: string?
      reason: string?
      risk_level?: string
      risk_score?: integer
      # The id of the Radar rule that decided, or the rule when expanded.
      rule?: ref radar.rule
      seller_message: string?
      type: enum authorized|blocked|invalid|issuer_declined|manual_review|…
    # True also for an authorised charge that is not captured.
    paid: boolean
    payment_intent: ref payment_intent?
    payment_method: string?
    payment_method_details: object?
      card?: object
        amount_authorized: integer?
        authorization_code: string?
        brand: string?
        capture_before?: integer
        checks: object?
          address_line1_check: string?
          address_postal_code_check: string?
          cvc_check: string?
        country: string?
        description?: string?
        electronic_commerce_indicator: string? @26-09 endive
        exp_month: integer
        exp_year: integer
        extended_authorization: object
          status: enum disabled|enabled|…
        fingerprint: string?
        funding: string?
        iin?: string?
        incremental_authorization: object
          status: enum available|unavailable|…
        installments: object…?
        issuer?: string?
        last4: string?
        mandate: ref mandate?
        moto?: boolean?
        multicapture: object
          status: enum available|unavailable|…
        network: string?
        network_token: object?
          used: boolean
        network_transaction_id: string?
        overcapture: object
          maximum_amount_capturable: integer
          status: enum available|unavailable|…
        regulated_status: enum regulated|unregulated|…?
        setup_credential_usage: enum installment|recurring|unscheduled|…? @26-10 endive
        stored_credential_usage: enum installment|recurring|unscheduled|…? @26-10 endive
        three_d_secure: object?
          authentication_flow: enum challenge|frictionless|…?
          electronic_commerce_indicator: enum 01|02|05|06|07|…?
          exemption_indicator: enum low_risk|none|…?
          exemption_indicator_applied?: boolean
          result: enum attempt_acknowledged|authenticated|data_share_only|exempted|failed|not_supported
            |processing_error|…?
          result_reason: enum abandoned|bypassed|canceled|card_not_enrolled|network_not_supported
            |protocol_error|rejected|…?
          transaction_id: string?
          version: enum 1.0.2|2.1.0|2.2.0|2.3.0|2.3.1|…?
        transaction_link_id: string? @≤26-06 dahlia
        wallet: object…?
      link?: object
        country: string?
        funding_source_group: string? @26-09 endive
      sepa_debit?: object
        bank_code: string?
        branch_code: string?
        country: string?
        expected_debit_date: string? @≤26-02 clover
        fingerprint: string?
        last4: string?
        mandate: string?
      type: string
      us_bank_account?: object
        account_holder_type: enum company|individual|…?
        account_type: enum checking|savings|…?
        bank_name: string?
        expected_debit_date: string? @≤26-02 clover
        fingerprint: string?
        last4: string?
        mandate?: ref mandate
        payment_reference: string?
        routing_number: string?
    presentment_details?: object? @25-03 basil
      presentment_amount: integer
      presentment_currency: string
    radar_options: object
      session?: string
    receipt_email: string?
    receipt_number: string?
    receipt_url: string?
    # True only when all of it is refunded.
    refunded: boolean
    refunds+: list<refund>?
    review: ref review?
    shipping: object?
      address?: address
      carrier?: string?
      name?: string
      phone?: string?
      tracking_number?: string?
    source: embed account|bank_account|card|source?
    source_transfer: ref transfer?
    statement_descriptor: string?
    statement_descriptor_suffix: string?
    status: enum failed|pending|succeeded|…
    transfer?: ref transfer
    transfer_data: object?
      amount: integer?
      destination: ref account
    transfer_group: string?
    """
}
