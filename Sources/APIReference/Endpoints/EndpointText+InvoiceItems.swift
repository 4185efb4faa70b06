extension EndpointText {
  /// The calls about invoice items.
  static let invoiceItems = """
    create: POST /v1/invoiceitems -> invoiceitem
      amount: integer
      currency: string
      customer: string
      -customer_account: string
      description: string
      discountable: boolean
      discounts: [discount]?
      invoice: string
      metadata: {string}?
      period: period
      price: string @until 25-03 basil
      price_data: one_time_price_data
      pricing: pricing
      quantity: integer
      -quantity_decimal: decimal
      subscription: string
      tax_behavior: enum exclusive|inclusive|unspecified
      tax_code: string?
      -tax_rates: [string]
      unit_amount: integer @until 25-03 basil
      unit_amount_decimal: decimal

    list: GET /v1/invoiceitems -> list invoiceitem
      created: range
      customer: string
      -customer_account: string
      invoice: string
      pending: boolean

    update: POST /v1/invoiceitems/{invoiceitem} -> invoiceitem
      amount: integer
      description: string
      discountable: boolean
      discounts: [discount]?
      -invoicing_rules: string?
      metadata: {string}?
      period: period
      price: string @until 25-03 basil
      price_data: one_time_price_data
      pricing: pricing
      quantity: integer
      -quantity_decimal: decimal
      tax_behavior: enum exclusive|inclusive|unspecified
      tax_code: string?
      -tax_rates: [string]?
      unit_amount: integer @until 25-03 basil
      unit_amount_decimal: decimal

    retrieve: GET /v1/invoiceitems/{invoiceitem} -> invoiceitem

    delete: DELETE /v1/invoiceitems/{invoiceitem} -> deleted invoiceitem
    """
}
