extension ResourceDefinition {
  /// Goods and services on offer. Source: Stripe API reference, "The Product object".
  static let product = ResourceDefinition(
    name: .product, table: "products", path: "/v1/products", idPrefixes: ["prod_"],
    help: "What the company sells; prices say for how much.",
    columns: [
      .unixTime("created", help: "When the product was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .unixTime("updated", help: "When the product last changed"),
      .text("name", help: "Name shown to customers").required,
      .boolean("active", help: "Whether it can be bought now; archived products are false"),
      .text("description", help: "Longer text shown to customers"),
      .enumeration("type", ["good", "service"], help: "Physical good or service"),
      .reference("default_price", to: .price, help: "Price taken when none is named").unindexed,
      .expandable(
        "tax_code", from: ["tax_details.tax_code", "tax_code"], help: "Stripe's tax category of the product"
      ).unindexed,
      .text("tax_details.performance_location", help: "Place where the service is rendered, for tax"),
      .text("unit_label", help: "What one unit is called on invoices, such as seat"),
      .text("statement_descriptor", help: "Text for the customer's card statement"),
      .boolean("shippable", help: "Whether it is sent to the customer"),
      .json("package_dimensions", help: "Height, length and width in inches, weight in ounces"),
      .text("url", help: "Public page of the product"),
      .json("images", help: "Addresses of up to eight pictures"),
      .json(
        "marketing_features", from: ["marketing_features", "features"], help: "Selling points shown to buyers"),
      .json("metadata", help: "The merchant's own keys and values"),
    ],
    events: ["product.*"],
    isDeletable: true,
    unread: ["attributes"])
}
