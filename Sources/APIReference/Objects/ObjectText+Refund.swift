extension ObjectText {
  /// The fields of a refund.
  ///
  /// Source: docs.stripe.com/api/refunds/object.
  static let refund = """
    id: string
    object: =refund
    amount: integer
    balance_transaction: ref balance_transaction?
    charge: ref charge?
    created: integer
    currency: string
    customer: ref customer? @26-09 endive
    customer_account: string? @26-09 endive
    description?: string
    # Holds one member named like `type`.
    destination_details: object…
      card?: object
        reference?: string
        reference_status?: string
        reference_type?: string
        type: enum pending|refund|reversal|…
      type: string
    failure_balance_transaction?: ref balance_transaction
    failure_reason?: enum charge_for_pending_refund_disputed|declined|expired_or_canceled_card|insufficient_funds
      |lost_or_stolen_card|merchant_request|unknown|…
    instructions_email?: string
    metadata: {string}?
    next_action?: object…?
      type: string
    payment_intent: ref payment_intent?
    payment_method: ref payment_method? @26-09 endive
    pending_reason?: enum charge_pending|insufficient_funds|processing|…? @25-04 basil
    presentment_details?: object? @25-03 basil
      presentment_amount: integer
      presentment_currency: string
    reason: enum duplicate|expired_uncaptured_charge|fraudulent|requested_by_customer|…?
    receipt_number: string?
    source_transfer_reversal: ref transfer_reversal?
    status: enum canceled|failed|pending|requires_action|succeeded|…?
    transfer_reversal: ref transfer_reversal?
    """
}
