extension ResourceDefinition {
  /// A tax that can be added to invoices. Source: Stripe API reference, "The Tax Rate object".
  static let taxRate = ResourceDefinition(
    name: .taxRate, table: "tax_rates", path: "/v1/tax_rates", idPrefixes: ["txr_"],
    help: "A tax that can be added to invoices, with its percentage and place.",
    columns: [
      .unixTime("created", help: "When the tax rate was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .text("display_name", help: "Name shown to customers").required,
      .boolean("active", help: "Whether it can be used for new invoices"),
      .boolean("inclusive", help: "Whether the amount contains the tax").required,
      .decimal("percentage", help: "Percent of the amount").required,
      .decimal("effective_percentage", help: "Percent really taken where Stripe works out the tax"),
      .enumeration("rate_type", ["flat_amount", "percentage"], help: "Percentage or fixed amount"),
      .minorUnits("flat_amount.amount", currency: "flat_amount_currency", help: "Fixed amount of the tax"),
      .currency("flat_amount.currency", help: "Currency of the fixed amount"),
      .enumeration(
        "tax_type",
        [
          "admissions_tax", "amusement_tax", "attendance_tax", "communications_tax", "digital_excise_tax",
          "entertainment_tax", "get_fund", "gross_receipts_tax", "gst", "hospitality_tax", "hst", "igst", "jct",
          "lease_tax", "luxury_tax", "mass_transit_parking_tax", "nhil", "parking_tax", "pst", "qst", "resort_tax",
          "retail_delivery_fee", "rst", "sales_tax", "service_tax", "tourism_tax", "utility_users_tax", "vat",
        ],
        help: "Kind of tax"),
      .text("country", help: "Country of the tax, two letters"),
      .text("state", help: "State or province of the tax"),
      .text("jurisdiction", help: "Place whose tax it is, as shown to customers"),
      .enumeration(
        "jurisdiction_level", ["city", "country", "county", "district", "multiple", "state"],
        help: "Kind of place whose tax it is"),
      .text("description", help: "The merchant's note"),
      .json("metadata", help: "The merchant's own keys and values"),
    ],
    events: ["tax_rate.*"])
}
