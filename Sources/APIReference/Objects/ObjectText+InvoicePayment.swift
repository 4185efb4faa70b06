extension ObjectText {
  /// The fields of an invoice payment.
  ///
  /// Source: docs.stripe.com/api/invoice-payment/object.
  static let invoicePayment = """
    id: string
    object: =invoice_payment
    # Null until paid.
    amount_paid: integer?
    amount_requested: integer
    created: integer
    currency: string
    invoice: ref invoice
    # Created at finalisation, tracks amount_remaining.
    is_default: boolean
    livemode: boolean
    # Holds one member named like `type`.
    payment: object
      charge?: ref charge
      payment_intent?: ref payment_intent
      payment_record?: ref payment_record
      type: enum charge|payment_intent|payment_record|…
    # Open, paid, canceled.
    status: string
    status_transitions: object
      canceled_at: integer?
      paid_at: integer?
    """
}
