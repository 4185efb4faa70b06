extension ResourceDefinition {
  /// A payment, or the demand for one, on an invoice. Source: Stripe API reference, "The Invoice Payment object".
  static let invoicePayment = ResourceDefinition(
    name: .invoicePayment, table: "invoice_payments", path: "/v1/invoice_payments", idPrefixes: ["inpay_"],
    help: "Links an invoice with what pays it; since 2025-03-31 the only link there is.",
    columns: [
      .unixTime("created", help: "When the link was made").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .reference("invoice", to: .invoice, help: "The invoice that is paid"),
      .enumeration("status", ["canceled", "open", "paid"], help: "Where the payment stands").required,
      .minorUnits("amount_requested", help: "Amount to be paid").required,
      .minorUnits("amount_paid", help: "Amount that was paid; null until then"),
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .boolean("is_default", help: "Whether Stripe made it when the invoice was finalized"),
      .enumeration(
        "payment.type", ["charge", "payment_intent", "payment_record"], help: "What kind of object pays the invoice"),
      .reference("payment.payment_intent", to: .paymentIntent, help: "Payment intent that pays the invoice"),
      .reference("payment.charge", to: .charge, help: "Charge that pays the invoice").unindexed,
      .expandable("payment.payment_record", help: "Payment made outside Stripe that pays the invoice").unindexed,
      .unixTime("status_transitions.paid_at", help: "When it was paid"),
      .unixTime("status_transitions.canceled_at", help: "When it was canceled"),
    ],
    events: ["invoice_payment.*"])
}
