extension EndpointText {
  /// The calls about charges.
  static let charges = """
    list: GET /v1/charges -> list charge
      created: range
      customer: string
      payment_intent: string
      transfer_group: string

    search: GET /v1/charges/search -> search charge

    update: POST /v1/charges/{charge} -> charge
      customer: string
      description: string?
      fraud_details: hash
        user_report!: enum fraudulent|safe?
      metadata: {string}?
      receipt_email: string?
      shipping: tracked_shipping
      transfer_group: string

    retrieve: GET /v1/charges/{charge} -> charge

    capture: POST /v1/charges/{charge}/capture -> charge
      amount: integer
      -application_fee: integer
      -application_fee_amount: integer
      receipt_email: string
      statement_descriptor: string
      statement_descriptor_suffix: string
      -transfer_data: hash
      transfer_group: string

    list: GET /v1/charges/{charge}/refunds -> list refund

    -create: POST /v1/charges -> charge
    -create: POST /v1/charges/{charge}/refunds -> refund
    """
}
