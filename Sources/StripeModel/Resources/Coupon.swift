extension ResourceDefinition {
  /// A reduction that can be granted. Source: Stripe API reference, "The Coupon object".
  ///
  /// Nothing is announced when one is redeemed or expires, so `times_redeemed` and `valid` are found by looking.
  static let coupon = ResourceDefinition(
    name: .coupon, table: "coupons", path: "/v1/coupons", idPrefixes: [],
    help: "A reduction that can be granted: so much percent, or so much money, for so long.",
    columns: [
      .unixTime("created", help: "When the coupon was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .text("name", help: "Name shown to customers"),
      .decimal("percent_off", help: "Percent taken off; null when an amount is"),
      .minorUnits("amount_off", help: "Amount taken off; null when a percentage is"),
      .currency(help: "Currency of the amount taken off; null with a percentage"),
      .json("currency_options", help: "Amounts taken off in other currencies, by currency code").expandOnly,
      .enumeration("duration", ["forever", "once", "repeating"], help: "For how long it counts").required,
      .integer("duration_in_months", help: "Months it counts when repeating"),
      .integer("max_redemptions", help: "How often it may be redeemed; null without a limit"),
      .unixTime("redeem_by", help: "Last moment it may be redeemed"),
      .integer("times_redeemed", help: "How often it was redeemed"),
      .boolean("valid", help: "Whether it can still be redeemed"),
      .json("applies_to.products", help: "Ids of the products it is limited to; null when it counts for all")
        .expandOnly,
      .json("metadata", help: "The merchant's own keys and values"),
    ],
    expand: ["applies_to", "currency_options"],
    events: ["coupon.*", "customer.discount.*"],
    unannounced: [.anyChange],
    isDeletable: true)
}
