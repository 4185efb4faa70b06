extension ResourceDefinition {
  /// A code that redeems a coupon. Source: Stripe API reference, "The Promotion Code object".
  ///
  /// `promotion` took the place of `coupon` on 2025-09-30. As with coupons, redeeming and expiring are not announced.
  static let promotionCode = ResourceDefinition(
    name: .promotionCode, table: "promotion_codes", path: "/v1/promotion_codes", idPrefixes: ["promo_"],
    help: "A code that customers type in to redeem a coupon.",
    columns: [
      .unixTime("created", help: "When the code was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .text("code", help: "What customers type in").required.indexed,
      .boolean("active", help: "Whether it can be redeemed now"),
      .reference("coupon", to: .coupon, from: ["promotion.coupon", "coupon"], help: "Coupon it redeems"),
      .enumeration("promotion.type", ["coupon"], help: "What kind of object it redeems"),
      .reference("customer", to: .customer, help: "The only customer who may redeem it"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .unixTime("expires_at", help: "When it can no longer be redeemed"),
      .integer("max_redemptions", help: "How often it may be redeemed; null without a limit"),
      .integer("times_redeemed", help: "How often it was redeemed"),
      .boolean("restrictions.first_time_transaction", help: "Whether only a first purchase counts"),
      .minorUnits(
        "restrictions.minimum_amount", currency: "restrictions_minimum_amount_currency",
        help: "Least amount of the purchase"),
      .currency("restrictions.minimum_amount_currency", help: "Currency of the least amount"),
      .json("restrictions.currency_options", help: "Least amounts in other currencies, by currency code").expandOnly,
      .json("metadata", help: "The merchant's own keys and values"),
    ],
    expand: ["restrictions.currency_options"],
    events: ["promotion_code.*", "customer.discount.*"],
    unannounced: [.anyChange])
}
