extension ResourceDefinition {
  /// Money sent to the merchant's bank. Source: Stripe API reference, "The Payout object".
  static let payout = ResourceDefinition(
    name: .payout, table: "payouts", path: "/v1/payouts", idPrefixes: ["po_"],
    help: "Money sent from the account's balance to the merchant's bank account or card.",
    columns: [
      .unixTime("created", help: "When the payout was made").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "status", ["canceled", "failed", "in_transit", "paid", "pending"],
        help: "Where the payout stands; failed may follow paid"
      ).required,
      .minorUnits("amount", help: "Amount sent; negative when taken back from the bank").required,
      .currency(help: "Currency of the amount, lower-case ISO 4217 code").required,
      .unixTime("arrival_date", help: "Day on which the bank is expected to have it"),
      .boolean("automatic", help: "Whether the payout schedule made it"),
      .enumeration("method", ["instant", "standard"], help: "How fast it is sent"),
      .enumeration("type", ["bank_account", "card"], help: "Kind of destination"),
      .expandable("destination", help: "Bank account or card that receives it").unindexed,
      .text("payout_method", help: "Payout method of the newer API that receives it"),
      .enumeration("source_type", ["bank_account", "card", "fpx"], help: "Which part of the balance it is taken from"),
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money"),
      .reference("failure_balance_transaction", to: .balanceTransaction, help: "Booking of the money that came back")
        .unindexed,
      .text("failure_code", help: "Why it failed"),
      .text("failure_message", help: "Why it failed, as a sentence"),
      .reference("original_payout", to: .payout, help: "Payout that this one takes back").unindexed,
      .reference("reversed_by", to: .payout, help: "Payout that takes this one back").unindexed,
      .enumeration(
        "reconciliation_status", ["completed", "in_progress", "not_applicable"],
        help: "Whether it is known which bookings it pays out"),
      .text("trace_id.value", help: "Number by which the bank finds it"),
      .text("trace_id.status", help: "Whether that number is known: supported, pending, unsupported"),
      .text("statement_descriptor", help: "Text on the bank statement"),
      .text("description", help: "The merchant's note").personal,
      .reference("application_fee", to: .applicationFee, help: "Fee taken for the application").unindexed,
      .minorUnits("application_fee_amount", help: "Amount of the fee for the application"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["payout.*"])
}
