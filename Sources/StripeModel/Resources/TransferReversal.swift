extension ResourceDefinition {
  /// A transfer taken back. Source: Stripe API reference, "The Transfer Reversal object".
  static let transferReversal = ResourceDefinition(
    name: .transferReversal, table: "transfer_reversals", path: nil, idPrefixes: ["trr_"],
    help: "A transfer taken back, all or part of it; found inside its transfer only.",
    columns: [
      .unixTime("created", help: "When the money was taken back").required,
      .reference("transfer", to: .transfer, help: "Transfer that is taken back"),
      .minorUnits("amount", help: "Amount taken back").required,
      .currency(help: "Currency of the amount, lower-case ISO 4217 code").required,
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money"),
      .reference("source_refund", to: .refund, help: "Refund it was taken back for").unindexed,
      .expandable("destination_payment_refund", help: "Refund it makes in the other account").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ])
}
