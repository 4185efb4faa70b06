extension EndpointText {
  /// The calls about the preview of an invoice.
  static let invoicePreview = """
    create_preview: POST /v1/invoices/create_preview -> invoice
      automatic_tax: automatic_tax
      currency: string
      customer: string
      -customer_account: string
      -customer_details: hash
      discounts: [discount]?
      invoice_items: [hash]
        amount: integer
        currency: string
        description: string
        discountable: boolean
        discounts: [discount]?
        invoiceitem: string
        metadata: {string}?
        period: period
        price: string
        price_data: one_time_price_data
        quantity: integer
        -quantity_decimal: decimal
        tax_behavior: enum exclusive|inclusive|unspecified
        tax_code: string?
        -tax_rates: [string]?
        unit_amount: integer
        unit_amount_decimal: decimal
      -issuer: hash
      -on_behalf_of: string?
      preview_mode: enum next|recurring
      -schedule: string
      -schedule_details: hash
      subscription: string
      subscription_details: hash
        billing_cycle_anchor: hash
          timestamp: integer
          type!: enum now|timestamp|unchanged
        billing_mode: hash
          -flexible: hash
          type!: enum classic|flexible
        -billing_schedules: [hash]?
        cancel_at: integer or enum max_billed_until|max_period_end|min_period_end?
        cancel_at_period_end: boolean
        cancel_now: boolean
        -default_tax_rates: [string]?
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
        -pause: hash
        proration_behavior: enum always_invoice|create_prorations|none
        proration_date: integer
        resume_at: enum now
        start_date: integer
        trial_end: integer or enum now
    """
}
