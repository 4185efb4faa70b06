extension EndpointText {
  /// The calls about invoice payments.
  static let invoicePayments = """
    list: GET /v1/invoice_payments -> list invoice_payment
      created: range
      invoice: string
      payment: hash
        payment_intent: string
        -payment_record: string
        type!: enum payment_intent|payment_record
      status: enum canceled|open|paid

    retrieve: GET /v1/invoice_payments/{invoice_payment} -> invoice_payment
    """
}
