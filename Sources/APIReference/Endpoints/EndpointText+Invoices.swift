extension EndpointText {
  /// The calls about invoices and their lines.
  static let invoices = """
    create: POST /v1/invoices -> invoice
      -account_tax_ids: [string]?
      -application_fee_amount: integer
      auto_advance: boolean
      automatic_tax: automatic_tax
      automatically_finalizes_at: integer
      collection_method: enum charge_automatically|send_invoice
      currency: string
      custom_fields: [custom_field]?
      customer: string
      -customer_account: string
      days_until_due: integer
      default_payment_method: string
      -default_source: string
      -default_tax_rates: [string]
      description: string
      discounts: [discount]?
      due_date: integer
      effective_at: integer
      footer: string
      -from_invoice: hash
      -issuer: hash
      metadata: {string}?
      number: string
      -on_behalf_of: string
      payment_settings: invoice_payment_settings
      pending_invoice_items_behavior: enum exclude|include
      rendering: rendering
      -shipping_cost: hash
      shipping_details: hash
        address!: address
        name!: string
        phone: string?
      statement_descriptor: string
      subscription: string
      -transfer_data: hash

    list: GET /v1/invoices -> list invoice
      collection_method: enum charge_automatically|send_invoice
      created: range
      customer: string
      -customer_account: string
      due_date: range
      status: enum draft|open|paid|uncollectible|void
      subscription: string

    search: GET /v1/invoices/search -> search invoice

    update: POST /v1/invoices/{invoice} -> invoice
      -account_tax_ids: [string]?
      -application_fee_amount: integer
      auto_advance: boolean
      automatic_tax: automatic_tax
      automatically_finalizes_at: integer
      collection_method: enum charge_automatically|send_invoice
      custom_fields: [custom_field]?
      days_until_due: integer
      default_payment_method: string?
      -default_source: string?
      -default_tax_rates: [string]?
      description: string?
      discounts: [discount]?
      due_date: integer
      effective_at: integer?
      footer: string?
      -issuer: hash
      metadata: {string}?
      number: string?
      -on_behalf_of: string?
      payment_settings: invoice_payment_settings
      rendering: rendering
      -shipping_cost: hash?
      shipping_details: hash?
        address!: address
        name!: string
        phone: string?
      statement_descriptor: string?
      -transfer_data: hash?

    retrieve: GET /v1/invoices/{invoice} -> invoice

    delete: DELETE /v1/invoices/{invoice} -> deleted invoice

    add_lines: POST /v1/invoices/{invoice}/add_lines -> invoice
      invoice_metadata: {string}?
      lines!: [hash]
        amount: integer
        description: string
        discountable: boolean
        discounts: [discount]?
        invoice_item: string
        metadata: {string}?
        period: period
        price_data: hash
          currency!: string
          product: string
          product_data: hash
            description: string
            images: [string]
            metadata: {string}
            name!: string
            tax_code: string
            -tax_details: hash
            unit_label: string
          tax_behavior: enum exclusive|inclusive|unspecified
          unit_amount: integer
          unit_amount_decimal: decimal
        pricing: pricing
        quantity: integer
        -quantity_decimal: decimal
        -tax_amounts: [hash]?
        -tax_rates: [string]?

    finalize: POST /v1/invoices/{invoice}/finalize -> invoice
      auto_advance: boolean

    list: GET /v1/invoices/{invoice}/lines -> list line_item

    mark_uncollectible: POST /v1/invoices/{invoice}/mark_uncollectible -> invoice

    pay: POST /v1/invoices/{invoice}/pay -> invoice
      forgive: boolean
      -mandate: string?
      off_session: boolean
      paid_out_of_band: boolean
      payment_method: string
      -source: string

    send: POST /v1/invoices/{invoice}/send -> invoice

    void: POST /v1/invoices/{invoice}/void -> invoice

    -attach_payment: POST /v1/invoices/{invoice}/attach_payment -> invoice
    -update: POST /v1/invoices/{invoice}/lines/{line_item_id} -> line_item
    -remove_lines: POST /v1/invoices/{invoice}/remove_lines -> invoice
    -update_lines: POST /v1/invoices/{invoice}/update_lines -> invoice
    """
}
