extension ResourceDefinition {
  /// Somebody who buys. Source: Stripe API reference, "The Customer object".
  ///
  /// The lists `subscriptions`, `sources` and `tax_ids` only come on request, and the first leaves out canceled
  /// subscriptions: they can prove nothing, so they are ignored.
  static let customer = ResourceDefinition(
    name: .customer, table: "customers", path: "/v1/customers",
    listing: .byCreated.hidingClockObjects, idPrefixes: ["cus_"],
    help: "Somebody who buys: a person or a company.",
    columns: [
      .unixTime("created", help: "When the customer was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .text("name", help: "Full name or company name").personal,
      .text("email", help: "E-mail address").personal,
      .text("phone", help: "Phone number").personal,
      .text("business_name", help: "Name of the business").personal,
      .text("individual_name", help: "Name of the person").personal,
      .text("description", help: "The merchant's note").personal,
      .text("address.line1", help: "Street and number").personal,
      .text("address.line2", help: "Second address line").personal,
      .text("address.city", help: "City").personal,
      .text("address.state", help: "State, province or region").personal,
      .text("address.postal_code", help: "Postal code").personal,
      .text("address.country", help: "Country, two letters").personal,
      .currency(help: "Currency of the customer's invoices; null before the first one"),
      .minorUnits("balance", help: "Negative is credit, positive is owed with the next invoice"),
      .boolean("delinquent", help: "Whether the last automatic charge failed or an invoice is past due"),
      .reference(
        "invoice_settings.default_payment_method", to: .paymentMethod, help: "Payment method taken for invoices"),
      .expandable("default_source", help: "Card or bank account of the older API taken by default").unindexed,
      .reference("discount", to: .discount, from: ["discount.id"], help: "Discount that applies to all invoices")
        .unindexed,
      .reference(
        "discount.coupon", to: .coupon, from: ["discount.source.coupon", "discount.coupon"],
        help: "Coupon behind the discount"
      ).unindexed,
      .unixTime("discount.start", help: "When the discount began"),
      .unixTime("discount.end", help: "When the discount ends; null when it does not"),
      .text("invoice_prefix", help: "First part of the customer's invoice numbers"),
      .integer("next_invoice_sequence", help: "Number of the next invoice"),
      .text("invoice_settings.footer", help: "Text at the foot of invoices").personal,
      .json("invoice_settings.custom_fields", help: "Additional names and values printed on invoices").personal,
      .json("invoice_settings.rendering_options", help: "How invoices are laid out"),
      .enumeration("tax_exempt", ["exempt", "none", "reverse"], help: "Whether tax is charged"),
      .enumeration(
        "tax.automatic_tax", ["failed", "not_collecting", "supported", "unrecognized_location"],
        help: "Whether automatic tax can be worked out for the address"
      ).expandOnly,
      .json("tax", help: "Place and internet address the tax is worked out for").personal.expandOnly,
      .json("cash_balance", help: "Money held for bank transfers, minor units by currency").expandOnly,
      .json("invoice_credit_balance", help: "Balance by currency in minor units").expandOnly,
      .json("preferred_locales", help: "Languages in order of preference").personal,
      .json("shipping", help: "Delivery address, name and phone").personal,
      .reference("test_clock", to: .testClock, help: "Simulated clock the customer lives on; test mode only").unindexed,
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    expand: ["tax", "cash_balance", "invoice_credit_balance"],
    events: ["customer.created", "customer.updated", "customer.deleted", "customer.discount.*"],
    ignored: ["subscriptions", "sources", "tax_ids"],
    collapsed: ["discount.customer", "discount.promotion_code"],
    embedded: ["discount"],
    isDeletable: true)
}
