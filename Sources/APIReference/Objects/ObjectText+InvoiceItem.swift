extension ObjectText {
  /// The fields of an invoice item.
  ///
  /// Source: docs.stripe.com/api/invoiceitems/object.
  static let invoiceItem = """
    id: string
    object: =invoiceitem
    amount: integer
    currency: string
    customer: ref customer
    customer_account: string? @≤26-02 clover
    date: integer
    description: string?
    discountable: boolean
    discounts: [ref discount]?
    frozen_fields: [enum discounts|pricing|quantity|…]? @26-09 endive
    invoice: ref invoice?
    invoicing_rules: [object]? @26-09 endive
      type: enum defer_until_credited_items_resolved|…
    livemode: boolean
    metadata: {string}?
    net_amount: integer? @≤25-09 clover
    # In place of `subscription` and `subscription_item`.
    parent: object? @25-03 basil
      subscription_details: object?
        subscription: string
        subscription_item?: string?
      type: enum subscription_details
    period: object
      end: integer
      start: integer
    # In place of `price`, `plan` and `unit_amount`.
    pricing: object? @25-03 basil
      price_details?: object?
        price: ref price
        product: string
      type: enum price_details
      unit_amount_decimal: decimal?
    proration: boolean
    proration_details?: object? @≤25-09 clover
      credited_items: object? @≤26-06 dahlia
        invoice_item: string?
        invoice_line_item_details: object?
          invoice: string
          invoice_line_items: [string]
        type: enum invoice_item|invoice_line_items|…
      discount_amounts: [object]
        amount: integer
        discount: ref discount
    # In favour of `quantity_decimal`.
    quantity: integer
    quantity_decimal: decimal @≤26-06 dahlia
    tax_rates: [embed tax_rate]?
    test_clock: ref test_helpers.test_clock?
    """
}
