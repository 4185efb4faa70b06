extension ResourceDefinition {
  /// A customer's visit to the payment page. Source: Stripe API reference, "The Checkout Session object".
  ///
  /// No event tells of a new one or of a change, only of how it ends, a day later at most.
  static let checkoutSession = ResourceDefinition(
    name: .checkoutSession, table: "checkout_sessions", path: "/v1/checkout/sessions", idPrefixes: ["cs_"],
    help: "A customer's visit to Stripe's payment page; its lines say what is bought.",
    columns: [
      .unixTime("created", help: "When the session was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration("status", ["complete", "expired", "open"], help: "Where the session stands"),
      .enumeration("mode", ["payment", "setup", "subscription"], help: "What it is for").required,
      .enumeration(
        "payment_status", ["no_payment_required", "paid", "unpaid"], help: "Whether it is paid"
      ).required,
      .reference("customer", to: .customer, help: "Who buys"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("payment_intent", to: .paymentIntent, help: "Payment made in it"),
      .reference("setup_intent", to: .setupIntent, help: "Setup made in it").unindexed,
      .reference("subscription", to: .subscription, help: "Subscription made in it"),
      .reference("invoice", to: .invoice, help: "Invoice made in it"),
      .expandable("payment_link", help: "Payment link it was opened by").unindexed,
      .reference("recovered_from", to: .checkoutSession, help: "Expired session it takes up again").unindexed,
      .minorUnits("amount_subtotal", help: "Sum of the lines before discounts and tax"),
      .minorUnits("amount_total", help: "Amount after discounts and tax"),
      .minorUnits("total_details.amount_discount", help: "Discounts taken off"),
      .minorUnits("total_details.amount_shipping", help: "Delivery cost"),
      .minorUnits("total_details.amount_tax", help: "Tax"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code"),
      .minorUnits(
        "presentment_details.presentment_amount", currency: "presentment_details_presentment_currency",
        help: "Amount in the currency shown to the customer"),
      .currency(
        "presentment_details.presentment_currency", help: "Currency shown to the customer, where it differs"),
      .json("currency_conversion", help: "Amounts before the conversion of currency; older sessions only"),
      .json("discounts", help: "Coupons and promotion codes that were applied"),
      .text("client_reference_id", help: "The merchant's own id of the purchase").indexed,
      .text("customer_email", help: "E-mail address given by the merchant").personal,
      .text("customer_details.email", help: "E-mail address the customer gave").personal,
      .text("customer_details.name", help: "Name the customer gave").personal,
      .text("customer_details.phone", help: "Phone number the customer gave").personal,
      .json("customer_details", help: "All the customer gave").personal,
      .json("collected_information", help: "Names and delivery address collected").personal,
      .json(
        "shipping_details", from: ["collected_information.shipping_details", "shipping_details"],
        help: "Delivery address and name"
      ).personal,
      .json("custom_fields", help: "Additional fields and what the customer entered").personal,
      .json("consent", help: "What the customer agreed to"),
      .enumeration("customer_creation", ["always", "if_required"], help: "Whether a customer is created"),
      .unixTime("expires_at", help: "When it expires unless completed"),
      .json("after_expiration", help: "Whether an expired session can be taken up again").secret,
      .enumeration(
        "ui_mode", ["custom", "elements", "embedded", "embedded_page", "form", "hosted", "hosted_page"],
        help: "Where the page is shown"),
      .enumeration("submit_type", ["auto", "book", "donate", "pay", "subscribe"], help: "Text of the button"),
      .text("locale", help: "Language of the page"),
      .enumeration("origin_context", ["mobile_app", "web"], help: "Where the customer came from"),
      .text("integration_identifier", help: "Name of the integration that made it"),
      .text("url", help: "Address of the payment page").volatile.secret,
      .text("success_url", help: "Where the customer goes after paying"),
      .text("cancel_url", help: "Where the customer goes on giving up"),
      .text("return_url", help: "Where the customer returns to from an embedded page"),
      .boolean("allow_promotion_codes", help: "Whether customers may enter promotion codes"),
      .enumeration("billing_address_collection", ["auto", "required"], help: "Whether the address is asked for"),
      .boolean("automatic_tax.enabled", help: "Whether Stripe works out the tax"),
      .enumeration(
        "automatic_tax.status", ["complete", "failed", "requires_location_inputs"],
        help: "How far the tax has been worked out"),
      .minorUnits("shipping_cost.amount_total", help: "Delivery cost with tax"),
      .json("shipping_options", help: "Ways of delivery that are offered"),
      .enumeration(
        "payment_method_collection", ["always", "if_required"], help: "Whether a payment method is asked for"),
      .json("payment_method_types", help: "Payment method types that are offered"),
      .json("allowed_payment_method_types", help: "Payment method types asked for"),
      .json("excluded_payment_method_types", help: "Payment method types ruled out"),
      .json("payment_method_options", help: "Settings by payment method type"),
      .expandable(
        "payment_method_configuration", from: ["payment_method_configuration_details.id"],
        help: "Configuration the payment method types came from"
      ).unindexed,
      .json("invoice_creation", help: "Whether and how an invoice is made for a payment").personal,
      .boolean("managed_payments.enabled", help: "Whether Stripe sells on the merchant's behalf"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    children: [
      ChildList(
        "line_items", of: .checkoutLineItem, at: ParentEndpoint("/v1/checkout/sessions/{id}/line_items"),
        parentColumn: "checkout_session_id", sum: .init(of: "amount_subtotal", equals: "amount_subtotal"))
    ],
    expand: ["line_items"],
    events: ["checkout.session.*"],
    unannounced: [.creation, .changeWhile("status", isOneOf: ["open"], days: 2)],
    ignored: ["client_secret"],
    collapsed: [
      "automatic_tax.liability.account", "discounts.coupon", "discounts.promotion_code",
      "invoice_creation.invoice_data.account_tax_ids", "invoice_creation.invoice_data.issuer.account",
      "shipping_cost.shipping_rate", "shipping_options.shipping_rate",
    ],
    unread: [
      "adaptive_pricing", "branding_settings", "consent_collection", "custom_text", "name_collection",
      "optional_items", "permissions", "phone_number_collection", "redirect_on_completion",
      "saved_payment_method_options", "shipping_address_collection", "tax_id_collection", "wallet_options",
    ])
}
