extension ObjectText {
  /// The fields of a balance transaction.
  ///
  /// Source: docs.stripe.com/api/balance_transactions/object.
  static let balanceTransaction = """
    id: string
    object: =balance_transaction
    # Gross, signed, in the currency of settlement.
    amount: integer
    # When the net amount joins the available balance.
    available_on: integer
    balance_type: enum issuing|payments|refund_and_dispute_prefunding|risk_reserved|… @≤25-09 clover
    created: integer
    currency: string
    description: string?
    # Null where nothing was converted.
    exchange_rate: number?
    # Positive when charged.
    fee: integer
    fee_details: [object]
      amount: integer
      application: string?
      currency: string
      description: string?
      type: string
    # `amount` − `fee`.
    net: integer
    # What accounting goes by, rather than `type`: charge, refund, dispute, dispute_reversal, payout, fee …
    reporting_category: string
    # What the money moved for.
    source: ref application_fee|charge|connect_collection_transfer|customer_cash_balance_transaction|dispute
      |fee_refund|issuing.authorization|issuing.dispute|issuing.transaction|payout|refund|reserve_transaction
      |tax_deducted_at_source|topup|transfer|transfer_reversal?
    status: enum available|pending|…
    type: enum adjustment|advance|advance_funding|anticipation_repayment|application_fee
      |application_fee_refund|charge|climate_order_purchase|climate_order_refund|connect_collection_transfer
      |contribution|fee_credit_funding|inbound_transfer|inbound_transfer_reversal|issuing_authorization_hold
      |issuing_authorization_release|issuing_dispute|issuing_dispute_provisional_credit
      |issuing_dispute_provisional_credit_reversal|issuing_transaction|obligation_outbound
      |obligation_reversal_inbound|payment|payment_failure_refund|payment_network_reserve_hold
      |payment_network_reserve_release|payment_refund|payment_reversal|payment_unreconciled|payout
      |payout_cancel|payout_failure|payout_minimum_balance_hold|payout_minimum_balance_release|refund
      |refund_failure|reserve_hold|reserve_release|reserve_transaction|reserved_funds
      |stripe_balance_payment_debit|stripe_balance_payment_debit_reversal|stripe_fee|stripe_fx_fee|tax_fee
      |tax_fund|topup|topup_reversal|transfer|transfer_cancel|transfer_failure|transfer_refund|…
    """
}
