extension ObjectText {
  /// The fields of a customer.
  ///
  /// Source: docs.stripe.com/api/customers/object.
  static let customer = """
    id: string
    object: =customer
    address: address?
    # Minor units; negative is the customer's credit, positive is owed and added to the next invoice.
    balance: integer
    business_name?: string? @≤25-09 clover
    cash_balance+: embed cash_balance?
    created: integer
    # Null until the first subscription or invoice.
    currency: string?
    customer_account: string? @≤26-02 clover
    # A card or source of the legacy API; payment methods stand in
    # `invoice_settings.default_payment_method`.
    default_source: ref account|bank_account|card|source?
    # True after an automatic charge failed or an invoice is overdue, until any invoice is paid.
    delinquent: boolean?
    description: string?
    discount: embed discount?
    email: string?
    individual_name?: string? @≤25-09 clover
    invoice_credit_balance+: {integer}
    # The first part of invoice numbers: capitals and digits.
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
    # Language tags, the most wanted first.
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
    # Can be set only when the customer is created.
    test_clock: ref test_helpers.test_clock?
    """
}
