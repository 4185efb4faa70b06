extension ResourceDefinition {
  /// One line of a credit note. Source: Stripe API reference, "The Credit Note Line Item object".
  ///
  /// It does not name its credit note: the column is filled from the parent.
  static let creditNoteLineItem = ResourceDefinition(
    name: .creditNoteLineItem, table: "credit_note_line_items", path: nil, idPrefixes: ["cnli_"],
    help: "One line of a credit note; found inside its credit note only.",
    columns: [
      .boolean("livemode", help: "True for real money, false in test mode"),
      .reference("credit_note", to: .creditNote, help: "The credit note it is printed on"),
      .enumeration(
        "type", ["custom_line_item", "invoice_line_item"], help: "Whether it credits a line of the invoice"),
      .reference("invoice_line_item", to: .invoiceLineItem, help: "Line of the invoice it credits"),
      .minorUnits("amount", currency: nil, help: "Amount before discounts and exclusive tax").required,
      .minorUnits("discount_amount", currency: nil, help: "Discounts taken off the amount"),
      .integer("quantity", help: "Units credited"),
      .minorUnits("unit_amount", currency: nil, help: "Amount per unit"),
      .decimal("unit_amount_decimal", help: "Amount per unit in minor units, with up to 12 decimals"),
      .minorUnits("amount_excluding_tax", currency: nil, help: "Amount without tax; only before 2025-03-31"),
      .decimal("unit_amount_excluding_tax", help: "Amount per unit in minor units without tax; only before 2025-03-31"),
      .text("description", help: "Text printed on the credit note").personal,
      .json("discount_amounts", help: "What each discount takes off, in minor units"),
      .json("pretax_credit_amounts", help: "Credits taken off before tax, in minor units"),
      .json("taxes", from: ["taxes", "tax_amounts"], help: "Taxes on the line, in minor units"),
      .json("tax_rates", help: "Tax rates of the line"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    collapsed: [
      "discount_amounts.discount", "pretax_credit_amounts.credit_balance_transaction",
      "pretax_credit_amounts.discount", "tax_amounts.tax_rate",
    ],
    embedded: ["tax_rates"])
}
