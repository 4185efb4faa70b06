extension ResourceDefinition {
  /// The way of one payment method to being kept. Source: Stripe API reference, "The SetupIntent object".
  ///
  /// What `next_action` says beyond its type are links and tokens for the customer's browser, as on a payment intent.
  static let setupIntent = ResourceDefinition(
    name: .setupIntent, table: "setup_intents", path: "/v1/setup_intents", idPrefixes: ["seti_"],
    help: "One payment method on its way to being kept for later payments.",
    columns: [
      .unixTime("created", help: "When the setup was begun").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "status",
        [
          "canceled", "processing", "requires_action", "requires_confirmation", "requires_payment_method",
          "succeeded",
        ],
        help: "Where the setup stands"
      ).required,
      .enumeration("usage", ["off_session", "on_session"], help: "What the payment method is kept for"),
      .reference("customer", to: .customer, help: "Whose payment method it is"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("payment_method", to: .paymentMethod, help: "What is set up"),
      .boolean("attach_to_self", help: "Whether the payment method is the merchant's own"),
      .expandable("latest_attempt", help: "The most recent attempt").unindexed,
      .expandable("mandate", help: "The customer's consent to later payments").unindexed,
      .expandable("single_use_mandate", help: "The customer's consent to one payment").unindexed,
      .enumeration(
        "cancellation_reason", ["abandoned", "duplicate", "requested_by_customer"], help: "Why it was canceled"),
      .text("last_setup_error.type", help: "Kind of the last failure"),
      .text("last_setup_error.code", help: "Code of the last failure"),
      .text("last_setup_error.decline_code", help: "Why the issuer declined"),
      .text("last_setup_error.message", help: "The last failure as a sentence").personal,
      .text("last_setup_error.advice_code", help: "What the network advises after the decline"),
      .text("next_action.type", help: "What the customer has to do next"),
      .json("payment_method_types", help: "Payment method types that may be set up"),
      .json("allowed_payment_method_types", help: "Payment method types asked for"),
      .json("excluded_payment_method_types", help: "Payment method types ruled out"),
      .json("payment_method_options", help: "Settings by payment method type"),
      .json("automatic_payment_methods", help: "Whether Stripe chooses the payment method types"),
      .expandable(
        "payment_method_configuration", from: ["payment_method_configuration_details.id"],
        help: "Configuration the payment method types came from"
      ).unindexed,
      .json("flow_directions", help: "Whether money comes in, goes out, or both"),
      .text("description", help: "The merchant's note").personal,
      .boolean("managed_payments.enabled", help: "Whether Stripe sells on the merchant's behalf"),
      .expandable("application", help: "Connect application that made it").unindexed,
      .expandable("on_behalf_of", help: "Account the payment method is set up for").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["setup_intent.*"],
    unannounced: [
      .changeWhile(
        "status", isOneOf: ["requires_action", "requires_confirmation", "requires_payment_method"], days: 30)
    ],
    ignored: [
      "client_secret", "next_action.use_stripe_sdk", "next_action.redirect_to_url",
      "next_action.cashapp_handle_redirect_or_display_qr_code", "next_action.pix_display_qr_code",
      "next_action.upi_handle_redirect_or_display_qr_code", "next_action.verify_with_microdeposits",
    ],
    collapsed: [
      "last_setup_error.payment_intent", "last_setup_error.payment_method", "last_setup_error.setup_intent",
      "last_setup_error.source",
    ])
}
