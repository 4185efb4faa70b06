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
    # Made when the invoice is finalised; follows what remains to be paid.
    is_default: boolean
    livemode: boolean
    # Holds one member named like `type`.
    payment: object
      charge?: ref charge
      payment_intent?: ref payment_intent
      payment_record?: ref payment_record
      type: enum charge|payment_intent|payment_record|…
    status: enum canceled|open|paid|…
    status_transitions: object
      canceled_at: integer?
      paid_at: integer?
    """
}
