extension EndpointText {
  /// The calls about refunds.
  static let refunds = """
    create: POST /v1/refunds -> refund
      amount: integer
      charge: string
      -currency: string
      -customer: string
      -instructions_email: string
      metadata: {string}?
      -origin: enum customer_balance
      payment_intent: string
      reason: enum duplicate|fraudulent|requested_by_customer
      -refund_application_fee: boolean
      -reverse_transfer: boolean

    list: GET /v1/refunds -> list refund
      charge: string
      created: range
      payment_intent: string

    update: POST /v1/refunds/{refund} -> refund
      metadata: {string}?

    retrieve: GET /v1/refunds/{refund} -> refund

    cancel: POST /v1/refunds/{refund}/cancel -> refund
    """
}
