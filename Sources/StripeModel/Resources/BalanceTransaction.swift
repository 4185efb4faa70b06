extension ResourceDefinition {
  /// One movement of the account's balance. Source: Stripe API reference, "The Balance Transaction object".
  static let balanceTransaction = ResourceDefinition(
    name: .balanceTransaction, table: "balance_transactions", path: "/v1/balance_transactions", idPrefixes: ["txn_"],
    help: "One movement of money into or out of the account's balance; never changes but for its status.",
    columns: [
      .unixTime("created", help: "When the movement was booked").required,
      .unixTime("available_on", help: "When the money can be paid out"),
      .enumeration("status", ["available", "pending"], help: "Whether the money can be paid out yet").required,
      .enumeration(
        "type",
        [
          "adjustment", "advance", "advance_funding", "anticipation_repayment", "application_fee",
          "application_fee_refund", "charge", "climate_order_purchase", "climate_order_refund",
          "connect_collection_transfer", "contribution", "fee_credit_funding", "inbound_transfer",
          "inbound_transfer_reversal", "issuing_authorization_hold", "issuing_authorization_release", "issuing_dispute",
          "issuing_dispute_provisional_credit", "issuing_dispute_provisional_credit_reversal", "issuing_transaction",
          "obligation_outbound", "obligation_reversal_inbound", "payment", "payment_failure_refund",
          "payment_network_reserve_hold", "payment_network_reserve_release", "payment_refund", "payment_reversal",
          "payment_unreconciled", "payout", "payout_cancel", "payout_failure", "payout_minimum_balance_hold",
          "payout_minimum_balance_release", "refund", "refund_failure", "reserve_hold", "reserve_release",
          "reserve_transaction", "reserved_funds", "stripe_balance_payment_debit",
          "stripe_balance_payment_debit_reversal", "stripe_fee", "stripe_fx_fee", "tax_fee", "tax_fund", "topup",
          "topup_reversal", "transfer", "transfer_cancel", "transfer_failure", "transfer_refund",
        ],
        help: "Technical kind of the movement"
      ).required,
      .enumeration(
        "reporting_category",
        [
          "charge", "dispute", "dispute_reversal", "fee", "payout", "payout_reversal", "refund", "refund_failure",
          "topup", "transfer", "transfer_reversal",
        ],
        help: "Kind of the movement for accounting; use this rather than type"),
      .enumeration(
        "balance_type", ["issuing", "payments", "refund_and_dispute_prefunding", "risk_reserved"],
        help: "Which of the account's balances moved"),
      .minorUnits("amount", help: "Gross amount in the settlement currency; negative when money leaves").required,
      .minorUnits("fee", help: "Fees taken; positive when charged").required,
      .minorUnits("net", help: "Amount less fee: the change of the balance").required,
      .currency(help: "Settlement currency, lower-case ISO 4217 code").required,
      .decimal("exchange_rate", help: "Settlement amount per unit of the payment's currency; null when not converted"),
      .expandable("source", help: "The charge, refund, dispute, payout or other object that moved the money"),
      .text("description", help: "Text copied from the source").personal,
      .json("fee_details", help: "The fees one by one, in minor units"),
    ],
    unannounced: [.creation, .change(of: "status", from: "pending", at: "available_on")])
}
