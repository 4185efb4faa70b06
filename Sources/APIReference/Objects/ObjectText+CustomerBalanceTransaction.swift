extension ObjectText {
  /// The fields of a customer balance transaction.
  ///
  /// Source: docs.stripe.com/api/customer_balance_transactions/object.
  static let customerBalanceTransaction = """
    id: string
    object: =customer_balance_transaction
    # Negative is a credit for the customer.
    amount: integer
    checkout_session: ref checkout.session?
    created: integer
    credit_note: ref credit_note?
    currency: string
    customer: ref customer
    customer_account: string? @≤26-02 clover
    description: string?
    # The customer's balance after this transaction.
    ending_balance: integer
    invoice: ref invoice?
    livemode: boolean
    metadata: {string}?
    type: enum adjustment|applied_to_invoice|checkout_session_subscription_payment
      |checkout_session_subscription_payment_canceled|credit_note|initial|invoice_overpaid|invoice_too_large
      |invoice_too_small|migration|unapplied_from_invoice|unspent_receiver_credit|…
    """
}
