extension ResourceDefinition {
  /// Something to be billed. Source: Stripe API reference, "The Invoice Item object".
  ///
  /// `parent` and `pricing` took the place of `subscription`, `price`, `plan` and `unit_amount` on 2025-03-31. Stripe
  /// calls the moment of its creation `date`, and has no event for a change: while the item waits it has to be looked
  /// at, later the events of its invoice tell.
  static let invoiceItem = ResourceDefinition(
    name: .invoiceItem, table: "invoice_items", path: "/v1/invoiceitems", listing: .byCreated.said(in: "date"),
    idPrefixes: ["ii_"],
    help: "Something to be billed with a customer's next invoice, or with a draft.",
    columns: [
      .unixTime("date", help: "When the item was created").required.indexed,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .reference("customer", to: .customer, help: "Who is billed"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("invoice", to: .invoice, help: "Invoice it is on; null while it waits for one"),
      .enumeration("parent.type", ["subscription_details"], help: "Whether a subscription brought it"),
      .reference(
        "subscription", to: .subscription, from: ["parent.subscription_details.subscription", "subscription"],
        help: "Subscription it belongs to"),
      .reference(
        "subscription_item", to: .subscriptionItem,
        from: ["parent.subscription_details.subscription_item", "subscription_item"],
        help: "Item of the subscription it belongs to"
      ).unindexed,
      .minorUnits("amount", help: "Amount before discounts and exclusive tax; negative for credits").required,
      .minorUnits("net_amount", help: "Amount after the discounts of a proration"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .reference(
        "price", to: .price, from: ["pricing.price_details.price", "price"], help: "Price it is worked out from"),
      .reference(
        "product", to: .product, from: ["pricing.price_details.product", "price.product"], help: "Product that is sold"
      ).unindexed,
      .decimal(
        "unit_amount_decimal", from: ["pricing.unit_amount_decimal", "unit_amount_decimal"],
        help: "Amount per unit in minor units, with up to 12 decimals"),
      .minorUnits("unit_amount", help: "Amount per unit; only before 2025-03-31"),
      .integer("quantity", help: "Units billed"),
      .decimal("quantity_decimal", help: "Units billed, with decimals"),
      .text("description", help: "Text printed on the invoice").personal,
      .unixTime("period.start", help: "Start of the time paid for"),
      .unixTime("period.end", help: "End of the time paid for, itself not part of it"),
      .boolean("proration", help: "Whether it corrects a period that was changed midway"),
      .json("proration_details", help: "Earlier lines a proration gives back, and its discounts"),
      .boolean("discountable", help: "Whether discounts of the invoice count for it"),
      .references("discounts", help: "Ids of the discounts on the item"),
      .json("tax_rates", help: "Tax rates of the item, in place of the invoice's"),
      .json("frozen_fields", help: "Fields that can no longer be changed"),
      .json("invoicing_rules", help: "Rules for when it is billed"),
      .reference("test_clock", to: .testClock, help: "Simulated clock it lives on; test mode only").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    expand: ["discounts"],
    events: ["invoiceitem.*", "invoice.*"],
    unannounced: [.change(of: "invoice_id", from: nil, at: nil), .deletion(behind: "invoice_id")],
    collapsed: ["plan", "proration_details.discount_amounts.discount"],
    embedded: ["tax_rates"],
    isDeletable: true)
}
