extension ResourceDefinition {
  /// A platform's share given back. Source: Stripe API reference, "The Application Fee Refund object".
  static let applicationFeeRefund = ResourceDefinition(
    name: .applicationFeeRefund, table: "application_fee_refunds", path: nil, idPrefixes: ["fr_"],
    help: "A platform's share given back, all or part of it; found inside its fee only.",
    columns: [
      .unixTime("created", help: "When the fee was given back").required,
      .reference("application_fee", to: .applicationFee, from: ["fee"], help: "Fee that is given back"),
      .minorUnits("amount", help: "Amount given back").required,
      .currency(help: "Currency of the amount, lower-case ISO 4217 code").required,
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ])
}
