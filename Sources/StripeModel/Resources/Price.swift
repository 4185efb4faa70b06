extension ResourceDefinition {
  /// What one unit of a product costs. Source: Stripe API reference, "The Price object".
  static let price = ResourceDefinition(
    name: .price, table: "prices", path: "/v1/prices", idPrefixes: ["price_", "plan_"],
    help: "How much a product costs, in which currency and how often.",
    columns: [
      .unixTime("created", help: "When the price was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .reference("product", to: .product, help: "The product this is a price of").required,
      .boolean("active", help: "Whether it can be used for new purchases"),
      .enumeration("type", ["one_time", "recurring"], help: "Paid once or again every period"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .minorUnits("unit_amount", help: "Amount per unit; null when tiered, freely chosen or below one minor unit"),
      .decimal("unit_amount_decimal", help: "Amount per unit in minor units with up to 12 decimals"),
      .enumeration("billing_scheme", ["per_unit", "tiered"], help: "Same amount for every unit, or by tiers"),
      .enumeration(
        "recurring.interval", ["day", "month", "week", "year"], help: "Unit of the billing period; null when one-time"),
      .integer("recurring.interval_count", help: "Intervals between two bills: 3 months make a quarter"),
      .enumeration("recurring.usage_type", ["licensed", "metered"], help: "Fixed quantity or reported usage"),
      .expandable("recurring.meter", help: "Meter that counts the usage").unindexed,
      .integer("recurring.trial_period_days", help: "Days of free trial by default"),
      .enumeration(
        "recurring.aggregate_usage", ["last_during_period", "last_ever", "max", "sum"],
        help: "How usage was summed up; only before 2025-03-31"),
      .text("nickname", help: "Internal name, hidden from customers"),
      .text("lookup_key", help: "Name by which programs find the price; unique in the account"),
      .enumeration(
        "tax_behavior", ["exclusive", "inclusive", "unspecified"], help: "Whether the amount contains tax"),
      .enumeration("tiers_mode", ["graduated", "volume"], help: "Tier by tier, or all units at the tier reached"),
      .json("tiers", help: "The tiers with their amounts in minor units").expandOnly,
      .json("currency_options", help: "Amounts in other currencies, by currency code").expandOnly,
      .minorUnits("custom_unit_amount.minimum", help: "Least amount the customer may choose"),
      .minorUnits("custom_unit_amount.maximum", help: "Highest amount the customer may choose"),
      .minorUnits("custom_unit_amount.preset", help: "Amount proposed to the customer"),
      .integer("transform_quantity.divide_by", help: "Quantity is divided by this before it is priced"),
      .enumeration("transform_quantity.round", ["down", "up"], help: "How the divided quantity is rounded"),
      .json("metadata", help: "The merchant's own keys and values"),
    ],
    expand: ["tiers", "currency_options"],
    events: ["price.*"],
    isDeletable: true)
}
