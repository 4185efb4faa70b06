extension ResourceDefinition {
  /// Money passed to a connected account. Source: Stripe API reference, "The Transfer object".
  ///
  /// The payment it makes belongs to the other account, so it is no row of `charges`.
  static let transfer = ResourceDefinition(
    name: .transfer, table: "transfers", path: "/v1/transfers", idPrefixes: ["tr_"],
    help: "Money passed from the account's balance to a connected account.",
    columns: [
      .unixTime("created", help: "When the money was passed on").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .minorUnits("amount", help: "Amount passed on").required,
      .minorUnits("amount_reversed", help: "Amount taken back so far"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .boolean("reversed", help: "Whether all of it was taken back"),
      .expandable("destination", help: "Account that receives the money"),
      .expandable("destination_payment", help: "Payment it makes in that account").unindexed,
      .reference("source_transaction", to: .charge, help: "Charge whose money is passed on"),
      .enumeration("source_type", ["bank_account", "card", "fpx"], help: "Which part of the balance it is taken from"),
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money"),
      .text("transfer_group", help: "Name that ties it to charges").indexed,
      .text("description", help: "The merchant's note").personal,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    children: [
      ChildList(
        "reversals", of: .transferReversal, at: ParentEndpoint("/v1/transfers/{id}/reversals"),
        parentColumn: "transfer_id", sum: .init(of: "amount", equals: "amount_reversed"))
    ],
    events: ["transfer.*"])
}
