extension ObjectText {
  /// The fields of an invoice line item.
  ///
  /// Source: docs.stripe.com/api/invoice-line-item/object.
  static let lineItem = """
    id: string
    object: =line_item
    amount: integer
    currency: string
    description: string?
    discount_amounts: [object]?
      amount: integer
      discount: ref discount
    discountable: boolean
    discounts: [ref discount]
    invoice: string?
    livemode: boolean
    metadata: {string}
    # In place of `type`, `invoice_item`, `subscription_item`, `proration` and `proration_details`.
    parent: object? @25-03 basil
      invoice_item_details: object?
        invoice_item: string
        proration: boolean
        proration_details: object?
          credited_items: object?
            invoice: string
            invoice_line_items: [string]
        subscription: string?
      subscription_item_details: object?
        invoice_item: string?
        proration: boolean
        proration_details: object?
          credited_items: object?
            invoice: string
            invoice_line_items: [string]
        subscription: string?
        subscription_item: string
      type: enum invoice_item_details|subscription_item_details|…
    period: object
      end: integer
      start: integer
    pretax_credit_amounts: [object]?
      amount: integer
      credit_balance_transaction?: ref billing.credit_balance_transaction?
      discount: ref discount?
      type: enum credit_balance_transaction|discount|…
    # In place of `price` and `plan`.
    pricing: object? @25-03 basil
      price_details?: object?
        price: ref price
        product: string
      type: enum price_details
      unit_amount_decimal: decimal?
    # In favour of `quantity_decimal`.
    quantity: integer?
    quantity_decimal: decimal? @≤26-06 dahlia
    # In the documents, but not in answers seen since basil: `parent` has it.
    subscription?: ref subscription?
    subtotal: integer @≤26-02 clover
    # In place of `tax_amounts` and `tax_rates`.
    taxes: [object]? @25-03 basil
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
    """
}
