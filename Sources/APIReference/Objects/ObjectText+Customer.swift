extension ObjectText {
  /// The fields of a customer.
  ///
  /// Source: docs.stripe.com/api/customers/object.
  static let customer = """
    id: string
    object: =customer
    address: address?
    # Minor units; negative = credit held for the customer, positive = owed and added to next invoice.
    balance: integer
    business_name?: string? @≤25-09 clover
    cash_balance+: embed cash_balance?
    created: integer
    # Set by the first recurring/invoice use, null before.
    currency: string?
    customer_account: string? @≤26-02 clover
    # A card or source of the legacy API; payment methods stand in
    # `invoice_settings.default_payment_method`.
    default_source: ref account|bank_account|card|source?
    # True after an automatic charge failure or passed due date; reset by paying any invoice.
    delinquent: boolean?
    description: string?
    discount: embed discount?
    email: string?
    individual_name?: string? @≤25-09 clover
    invoice_credit_balance+: {integer}
    # Upper-case alphanumeric, first part of invoice numbers.
    invoice_prefix: string?
    invoice_settings: object
      custom_fields: [object]?
        name: string
        value: string
      default_payment_method: ref payment_method?
      footer: string?
      rendering_options: object?
        amount_tax_display: string?
        template: string?
    livemode: boolean
    metadata: {string}
    name: string?
    next_invoice_sequence: integer
    phone: string?
    # RFC-4646 tags.
    preferred_locales: [string]?
    shipping: object?
      address?: address
      carrier?: string?
      name?: string
      phone?: string?
      tracking_number?: string?
    sources+: list<account|bank_account|card|source>
    subscriptions+: list<subscription>
    tax+: object
      automatic_tax: enum failed|not_collecting|supported|unrecognized_location|…
      ip_address: string?
      location: object?
        country: string
        source: enum billing_address|ip_address|payment_method|shipping_destination|…
        state: string?
      provider: enum anrok|avalara|sphere|stripe|… @≤26-02 clover
    tax_exempt: enum exempt|none|reverse|…?
    tax_ids+: list<tax_id>
    # Can only be set at create.
    test_clock: ref test_helpers.test_clock?
    """
}
