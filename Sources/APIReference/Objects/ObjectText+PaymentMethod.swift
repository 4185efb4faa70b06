extension ObjectText {
  /// The fields of a payment method.
  ///
  /// Source: docs.stripe.com/api/payment_methods/object.
  static let paymentMethod = """
    id: string
    object: =payment_method
    allow_redisplay: enum always|limited|unspecified|…
    billing_details: object
      address: address?
      email: string?
      name: string?
      phone: string?
      tax_id: string? @25-04 basil
    card?: object
      brand: string
      checks: object?
        address_line1_check: string?
        address_postal_code_check: string?
        cvc_check: string?
      country: string?
      description?: string?
      display_brand: string?
      exp_month: integer
      exp_year: integer
      fingerprint: string?
      funding: string
      generated_from: object…?
      iin?: string?
      issuer?: string?
      last4: string
      networks: object?
        available: [string]
        preferred: string?
      regulated_status: enum regulated|unregulated|…?
      three_d_secure_usage: object?
        supported: boolean
      wallet: object…?
    created: integer
    # Null until attached, and for ever once detached.
    customer: ref customer?
    customer_account: string? @≤26-02 clover
    link?: object
      email: string?
      persistent_token: string?
    livemode: boolean
    metadata: {string}?
    radar_options?: object
      session?: string
    sepa_debit?: object
      bank_code: string?
      branch_code: string?
      country: string?
      fingerprint: string?
      generated_from: object?
        charge: ref charge?
        setup_attempt: ref setup_attempt?
      last4: string?
    shared_payment_granted_token?: string?
    # The object holds one member named like this.
    type: payment_method_type
    us_bank_account?: object
      account_holder_type: enum company|individual|…?
      account_type: enum checking|savings|…?
      bank_name: string?
      financial_connections_account: string?
      fingerprint: string?
      last4: string?
      networks: object?
        preferred: string?
        supported: [enum ach|us_domestic_wire|…]
      routing_number: string?
      status_details: object?
        blocked?: object…
    """
}
