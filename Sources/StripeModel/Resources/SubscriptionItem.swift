extension ResourceDefinition {
  /// One price within a subscription. Source: Stripe API reference, "The Subscription Item object".
  ///
  /// Stripe always embeds the whole price, and beside it a `plan` that repeats it under the same id.
  static let subscriptionItem = ResourceDefinition(
    name: .subscriptionItem, table: "subscription_items", path: "/v1/subscription_items",
    listing: .inside, idPrefixes: ["si_"],
    help: "One price within a subscription, with its quantity and paid period.",
    columns: [
      .unixTime("created", help: "When the item was added"),
      .reference("subscription", to: .subscription, help: "The subscription it belongs to"),
      .reference("price", to: .price, from: ["price", "plan"], help: "What is paid per unit"),
      .integer("quantity", help: "Units; null when usage is metered"),
      .unixTime("current_period_start", help: "Start of the paid period; since 2025-03-31"),
      .unixTime("current_period_end", help: "End of the paid period; since 2025-03-31"),
      .unixTime("billed_until", help: "Until when it has been billed"),
      .unixTime("current_trial.start_date", help: "When the item's own trial began"),
      .unixTime("current_trial.end_date", help: "When the item's own trial ends"),
      .expandable("current_trial.trial_offer", help: "Offer behind the item's own trial").unindexed,
      .integer("billing_thresholds.usage_gte", help: "Usage that brings an invoice before the period ends"),
      .references("discounts", help: "Ids of the discounts on the item"),
      .json("tax_rates", help: "Tax rates of the item, in place of the subscription's"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    expand: ["discounts"],
    embedded: ["tax_rates"],
    isDeletable: true)
}
