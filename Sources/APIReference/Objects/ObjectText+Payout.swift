extension ObjectText {
  /// The fields of a payout.
  ///
  /// Source: docs.stripe.com/api/payouts/object.
  static let payout = """
    id: string
    object: =payout
    amount: integer
    application_fee: ref application_fee?
    application_fee_amount: integer?
    arrival_date: integer
    automatic: boolean
    balance_transaction: ref balance_transaction?
    created: integer
    currency: string
    description: string?
    destination: ref bank_account|card?
    failure_balance_transaction: ref balance_transaction?
    failure_code: string?
    failure_message: string?
    livemode: boolean
    metadata: {string}?
    method: string
    original_payout: ref payout?
    payout_method: string? @≤25-09 clover
    reconciliation_status: enum completed|in_progress|not_applicable|…
    reversed_by: ref payout?
    source_type: string
    statement_descriptor: string?
    status: enum canceled|failed|in_transit|paid|pending|…
    trace_id: object?
      status: string
      value: string?
    type: enum bank_account|card|…
    """
}
