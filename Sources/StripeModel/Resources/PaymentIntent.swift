extension ResourceDefinition {
  /// The way of one payment from intention to success. Source: Stripe API reference, "The PaymentIntent object".
  ///
  /// `charges` is the list that versions before 2022-11-15 embedded; the charges come with their own endpoint. What
  /// `next_action` says beyond its type are links and tokens for the customer's browser, which change at every read.
  /// No event tells that another payment method, amount or text was set.
  static let paymentIntent = ResourceDefinition(
    name: .paymentIntent, table: "payment_intents", path: "/v1/payment_intents", idPrefixes: ["pi_"],
    help: "One payment on its way; each attempt is a charge.",
    columns: [
      .unixTime("created", help: "When the payment was begun").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "status",
        [
          "canceled", "processing", "requires_action", "requires_capture", "requires_confirmation",
          "requires_payment_method", "succeeded",
        ],
        help: "Where the payment stands"
      ).required,
      .minorUnits("amount", help: "Amount to be collected").required,
      .minorUnits("amount_received", help: "Amount collected"),
      .minorUnits("amount_capturable", help: "Amount authorized and not yet captured"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .reference("customer", to: .customer, help: "Who pays"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("payment_method", to: .paymentMethod, help: "What is paid with").unindexed,
      .reference("latest_charge", to: .charge, help: "The most recent attempt").unindexed,
      .reference("invoice", to: .invoice, help: "Invoice it pays; only before 2025-03-31, see invoice_payments")
        .unindexed,
      .expandable("payment_record", help: "Payment record made for it").unindexed,
      .enumeration(
        "capture_method", ["automatic", "automatic_async", "manual"], help: "Whether money is taken at once"),
      .enumeration("confirmation_method", ["automatic", "manual"], help: "Who may confirm it"),
      .enumeration(
        "setup_future_usage", ["off_session", "on_session"], help: "Whether the payment method is kept for later"),
      .unixTime("canceled_at", help: "When it was canceled"),
      .enumeration(
        "cancellation_reason",
        [
          "abandoned", "automatic", "duplicate", "expired", "failed_invoice", "fraudulent", "requested_by_customer",
          "void_invoice",
        ],
        help: "Why it was canceled"),
      .text("last_payment_error.type", help: "Kind of the last failure"),
      .text("last_payment_error.code", help: "Code of the last failure"),
      .text("last_payment_error.decline_code", help: "Why the issuer declined"),
      .text("last_payment_error.message", help: "The last failure as a sentence").personal,
      .text("last_payment_error.advice_code", help: "What the network advises after the decline"),
      .reference(
        "last_payment_error.charge", to: .charge, help: "The attempt that failed last"
      ).unindexed,
      .text("next_action.type", help: "What the customer has to do next"),
      .json("payment_method_types", help: "Payment method types it may be paid with"),
      .json("allowed_payment_method_types", help: "Payment method types asked for"),
      .json("excluded_payment_method_types", help: "Payment method types ruled out"),
      .json("payment_method_options", help: "Settings by payment method type"),
      .json("automatic_payment_methods", help: "Whether Stripe chooses the payment method types"),
      .expandable(
        "payment_method_configuration", from: ["payment_method_configuration_details.id"],
        help: "Configuration the payment method types came from"
      ).unindexed,
      .text("description", help: "The merchant's note").personal,
      .text("receipt_email", help: "Where the receipt goes").personal,
      .text("statement_descriptor", help: "Text for the customer's statement"),
      .text("statement_descriptor_suffix", help: "Second half of the text for card statements"),
      .minorUnits("amount_details.tip.amount", help: "Tip within the amount"),
      .minorUnits("amount_details.tax.total_tax_amount", help: "Tax within the amount"),
      .minorUnits("amount_details.shipping.amount", help: "Delivery cost within the amount"),
      .minorUnits("amount_details.discount_amount", help: "Discount already taken off the amount"),
      .text("payment_details.order_reference", help: "The merchant's order number"),
      .text("payment_details.customer_reference", help: "The buyer's own reference").personal,
      .minorUnits(
        "presentment_details.presentment_amount", currency: "presentment_details_presentment_currency",
        help: "Amount in the currency shown to the customer"),
      .currency(
        "presentment_details.presentment_currency", help: "Currency shown to the customer, where it differs"),
      .json("processing", help: "Details while the payment is processing"),
      .json("hooks", help: "Other objects tied to the payment, such as a tax calculation"),
      .json("shipping", help: "Delivery address, name and phone").personal,
      .expandable("source", help: "Card or source of the older API").unindexed,
      .expandable("review", help: "Fraud review of the payment").unindexed,
      .boolean("managed_payments.enabled", help: "Whether Stripe sells on the merchant's behalf"),
      .expandable("application", help: "Connect application that made it").unindexed,
      .minorUnits("application_fee_amount", help: "Fee for the application"),
      .expandable("on_behalf_of", help: "Account the payment is made for").unindexed,
      .expandable("transfer_data.destination", help: "Account that receives the money").unindexed,
      .minorUnits("transfer_data.amount", help: "Amount that is passed on"),
      .text("transfer_group", help: "Name that ties transfers to it"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["payment_intent.*"],
    unannounced: [
      .changeWhile(
        "status",
        isOneOf: ["requires_action", "requires_capture", "requires_confirmation", "requires_payment_method"], days: 30)
    ],
    ignored: [
      "client_secret", "charges", "amount_details.line_items", "next_action.use_stripe_sdk",
      "next_action.redirect_to_url", "next_action.alipay_handle_redirect", "next_action.boleto_display_details",
      "next_action.cashapp_handle_redirect_or_display_qr_code", "next_action.display_bank_transfer_instructions",
      "next_action.klarna_display_qr_code", "next_action.konbini_display_details",
      "next_action.multibanco_display_details", "next_action.oxxo_display_details",
      "next_action.paynow_display_qr_code", "next_action.pix_display_qr_code", "next_action.promptpay_display_qr_code",
      "next_action.swish_handle_redirect_or_display_qr_code", "next_action.upi_handle_redirect_or_display_qr_code",
      "next_action.verify_with_microdeposits", "next_action.wechat_pay_display_qr_code",
      "next_action.wechat_pay_redirect_to_android_app", "next_action.wechat_pay_redirect_to_ios_app",
    ],
    collapsed: [
      "last_payment_error.payment_intent", "last_payment_error.payment_method", "last_payment_error.setup_intent",
      "last_payment_error.source",
    ],
    unread: ["shared_payment_granted_token"])
}
