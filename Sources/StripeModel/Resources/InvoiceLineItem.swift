extension ResourceDefinition {
  /// One line of an invoice. Source: Stripe API reference, "The Invoice Line Item object".
  ///
  /// `parent`, `pricing` and `taxes` took the place of `type`, `price`, `plan`, `proration` and `tax_amounts` on
  /// 2025-03-31.
  static let invoiceLineItem = ResourceDefinition(
    name: .invoiceLineItem, table: "invoice_line_items", path: nil, idPrefixes: ["il_", "sli_"],
    help: "One line of an invoice; found inside its invoice only.",
    columns: [
      .boolean("livemode", help: "True for real money, false in test mode"),
      .reference("invoice", to: .invoice, help: "The invoice it is printed on"),
      .minorUnits("amount", help: "Amount before discounts and exclusive tax; negative for credits").required,
      .minorUnits("subtotal", help: "Amount before discounts and taxes, as newer versions state it"),
      .minorUnits("amount_excluding_tax", help: "Amount without tax; only before 2025-03-31"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .text("description", help: "Text printed on the invoice").personal,
      .integer("quantity", help: "Units billed"),
      .decimal("quantity_decimal", help: "Units billed, with decimals"),
      .unixTime("period.start", help: "Start of the time paid for"),
      .unixTime("period.end", help: "End of the time paid for, itself not part of it"),
      .boolean(
        "proration",
        from: [
          "parent.subscription_item_details.proration", "parent.invoice_item_details.proration", "proration",
        ],
        help: "Whether it corrects a period that was changed midway"),
      .json(
        "credited_items",
        from: [
          "parent.subscription_item_details.proration_details.credited_items",
          "parent.invoice_item_details.proration_details.credited_items", "proration_details.credited_items",
        ],
        help: "Earlier lines a proration gives back"),
      .enumeration(
        "parent.type", ["invoice_item_details", "subscription_item_details", "invoiceitem", "subscription"],
        from: ["parent.type", "type"], help: "Where it comes from; before 2025-03-31 subscription or invoiceitem"),
      .reference(
        "subscription", to: .subscription,
        from: [
          "parent.subscription_item_details.subscription", "parent.invoice_item_details.subscription", "subscription",
        ],
        help: "Subscription it bills"),
      .reference(
        "subscription_item", to: .subscriptionItem,
        from: ["parent.subscription_item_details.subscription_item", "subscription_item"],
        help: "Item of the subscription it bills"
      ).unindexed,
      .reference(
        "invoice_item", to: .invoiceItem,
        from: [
          "parent.invoice_item_details.invoice_item", "parent.subscription_item_details.invoice_item", "invoice_item",
        ],
        help: "Invoice item it was made from"
      ).unindexed,
      .reference(
        "price", to: .price, from: ["pricing.price_details.price", "price", "plan"],
        help: "Price it was worked out from"),
      .reference(
        "product", to: .product, from: ["pricing.price_details.product", "price.product", "plan.product"],
        help: "Product that was sold"),
      .decimal(
        "unit_amount_decimal",
        from: ["pricing.unit_amount_decimal", "price.unit_amount_decimal", "plan.amount_decimal"],
        help: "Amount per unit in minor units, with up to 12 decimals"),
      .decimal("unit_amount_excluding_tax", help: "Amount per unit in minor units without tax; only before 2025-03-31"),
      .boolean("discountable", help: "Whether discounts of the invoice count for it"),
      .references("discounts", help: "Ids of the discounts on the line itself"),
      .json("discount_amounts", help: "What each discount takes off, in minor units"),
      .json("pretax_credit_amounts", help: "Credits taken off before tax, in minor units"),
      .json("taxes", from: ["taxes", "tax_amounts"], help: "Taxes on the line, in minor units"),
      .json("tax_rates", help: "Tax rates of the line; only before 2025-03-31"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    expand: ["discounts"],
    collapsed: [
      "discount_amounts.discount", "pretax_credit_amounts.discount", "pretax_credit_amounts.credit_balance_transaction",
      "tax_amounts.tax_rate",
    ],
    embedded: ["tax_rates"])
}
