extension ResourceDefinition {
  /// One thing bought in a checkout session. Source: Stripe API reference, "The Line Item object".
  ///
  /// It does not name its session: the column is filled from the parent. The price stands whole inside it.
  static let checkoutLineItem = ResourceDefinition(
    name: .checkoutLineItem, table: "checkout_session_line_items", path: nil, idPrefixes: ["li_"],
    help: "One thing bought in a checkout session; found inside its session only.",
    columns: [
      .reference("checkout_session", to: .checkoutSession, help: "The session it was bought in"),
      .reference("price", to: .price, help: "Price it was worked out from"),
      .reference("product", to: .product, from: ["price.product"], help: "Product that is bought"),
      .integer("quantity", help: "Units bought"),
      .minorUnits("amount_subtotal", help: "Amount before discounts and tax").required,
      .minorUnits("amount_discount", help: "Discounts taken off"),
      .minorUnits("amount_tax", help: "Tax on it"),
      .minorUnits("amount_total", help: "Amount after discounts and tax").required,
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .text("description", help: "Text shown to the customer"),
      .json("adjustable_quantity", help: "Whether the customer may change the quantity"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    ignored: ["discounts", "taxes"])
}
