extension ResourceDefinition {
  /// A coupon at work. Source: Stripe API reference, "The Discount object".
  ///
  /// It has no endpoint: it stands whole inside its customer, and in other places where it is asked for. What was
  /// never read from such a place is a placeholder. Until 2025-08 `coupon` stood in the place of `source`.
  static let discount = ResourceDefinition(
    name: .discount, table: "discounts", path: nil, idPrefixes: ["di_"],
    help: "A coupon at work: for a customer, a subscription, an invoice or one line.",
    columns: [
      .unixTime("start_date", from: ["start"], help: "When the discount began; Stripe calls it start"),
      .unixTime("end_date", from: ["end"], help: "When it ends, null when it does not; Stripe calls it end"),
      .reference("coupon", to: .coupon, from: ["source.coupon", "coupon"], help: "Coupon that is at work"),
      .enumeration("source.type", ["coupon"], help: "What kind of object the discount comes from"),
      .reference("promotion_code", to: .promotionCode, help: "Code it was redeemed with"),
      .reference("customer", to: .customer, help: "Who pays less"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("subscription", to: .subscription, help: "Subscription it is limited to"),
      .reference("subscription_item", to: .subscriptionItem, help: "Item of the subscription it is limited to")
        .unindexed,
      .reference("invoice", to: .invoice, help: "Invoice it is limited to"),
      .reference("invoice_item", to: .invoiceItem, help: "Invoice item it is limited to").unindexed,
      .reference("checkout_session", to: .checkoutSession, help: "Checkout session it was redeemed in").unindexed,
    ],
    events: ["customer.discount.*"],
    isDeletable: true)
}
