extension ResourceDefinition {
  /// A platform's share of a payment. Source: Stripe API reference, "The Application Fee object".
  ///
  /// The charges it names may belong to the connected account, so they have no foreign key.
  static let applicationFee = ResourceDefinition(
    name: .applicationFee, table: "application_fees", path: "/v1/application_fees", idPrefixes: ["fee_"],
    help: "A platform's share of a payment of a connected account.",
    columns: [
      .unixTime("created", help: "When the fee was taken").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .minorUnits("amount", help: "Amount of the fee").required,
      .minorUnits("amount_refunded", help: "Amount given back so far"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .boolean("refunded", help: "Whether all of it was given back"),
      .expandable("account", help: "Account that paid the fee"),
      .expandable("application", help: "Connect application that earned it").unindexed,
      .expandable("charge", help: "Charge it was taken from"),
      .expandable("originating_transaction", help: "Charge in the platform's own account it was taken from").unindexed,
      .enumeration("fee_source.type", ["charge", "payout"], help: "What it was taken from"),
      .expandable("fee_source.charge", help: "Charge it was taken from, as newer versions say").unindexed,
      .expandable("fee_source.payout", help: "Payout it was taken from").unindexed,
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money"),
    ],
    children: [
      ChildList(
        "refunds", of: .applicationFeeRefund, at: ParentEndpoint("/v1/application_fees/{id}/refunds"),
        parentColumn: "application_fee_id", sum: .init(of: "amount", equals: "amount_refunded"))
    ],
    events: ["application_fee.*"])
}
