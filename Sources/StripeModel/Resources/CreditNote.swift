extension ResourceDefinition {
  /// A correction of an invoice. Source: Stripe API reference, "The Credit Note object".
  ///
  /// `refunds` and `total_taxes` took the place of `refund` and `tax_amounts` on 2025-03-31.
  static let creditNote = ResourceDefinition(
    name: .creditNote, table: "credit_notes", path: "/v1/credit_notes", idPrefixes: ["cn_"],
    help: "A correction that lowers a finalized invoice; its lines say what for.",
    columns: [
      .unixTime("created", help: "When the credit note was issued").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .text("number", help: "Number printed on it"),
      .enumeration("status", ["issued", "void"], help: "Whether it counts").required,
      .enumeration(
        "type", ["mixed", "post_payment", "pre_payment"], help: "Whether it lowers what was paid or what is due"),
      .enumeration(
        "reason", ["duplicate", "fraudulent", "order_change", "product_unsatisfactory"], help: "Why it was issued"),
      .reference("invoice", to: .invoice, help: "Invoice it corrects"),
      .reference("customer", to: .customer, help: "Who gets the credit"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .minorUnits("amount", help: "Amount of the credit note with tax").required,
      .minorUnits("subtotal", help: "Sum of the lines before the invoice's discounts and exclusive tax").required,
      .minorUnits("subtotal_excluding_tax", help: "Subtotal without any tax"),
      .minorUnits("total", help: "Amount after discounts and tax").required,
      .minorUnits("total_excluding_tax", help: "Total without tax"),
      .minorUnits("amount_shipping", help: "Delivery cost that is credited"),
      .minorUnits("discount_amount", help: "Discounts taken off the credit"),
      .minorUnits("pre_payment_amount", help: "Part that lowers what is due"),
      .minorUnits("post_payment_amount", help: "Part that gives back what was paid"),
      .minorUnits("out_of_band_amount", help: "Part given back by other ways than Stripe"),
      .reference("refund", to: .refund, help: "Its only refund; only before 2025-03-31, see refunds").unindexed,
      .json("refunds", help: "The refunds that pay it out, with their amounts in minor units"),
      .expandable("customer_balance_transaction", help: "Booking of the part put on the customer's balance")
        .unindexed,
      .unixTime("effective_at", help: "Date printed on it"),
      .unixTime("voided_at", help: "When it was voided"),
      .text("memo", help: "Text shown to the customer").personal,
      .text("pdf", help: "Address of the printable credit note").volatile.secret,
      .json("discount_amounts", help: "What each discount takes off, in minor units"),
      .json("pretax_credit_amounts", help: "Credits taken off before tax, in minor units"),
      .json("total_taxes", from: ["total_taxes", "tax_amounts"], help: "Taxes on it, in minor units"),
      .minorUnits("shipping_cost.amount_subtotal", help: "Credited delivery cost without tax"),
      .minorUnits("shipping_cost.amount_tax", help: "Tax on the credited delivery cost"),
      .minorUnits("shipping_cost.amount_total", help: "Credited delivery cost with tax"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    children: [
      ChildList(
        "lines", of: .creditNoteLineItem, at: ParentEndpoint("/v1/credit_notes/{id}/lines"),
        parentColumn: "credit_note_id", sum: .init(of: "amount", equals: "subtotal", unless: "discount_amounts"))
    ],
    events: ["credit_note.*"],
    collapsed: [
      "discount_amounts.discount", "pretax_credit_amounts.credit_balance_transaction",
      "pretax_credit_amounts.discount", "refunds.refund", "shipping_cost.shipping_rate", "tax_amounts.tax_rate",
    ])
}
