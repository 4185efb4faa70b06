extension ResourceDefinition {
  /// A payer's complaint at the bank. Source: Stripe API reference, "The Dispute object".
  static let dispute = ResourceDefinition(
    name: .dispute, table: "disputes", path: "/v1/disputes", idPrefixes: ["du_", "dp_"],
    help: "A payer's complaint to the bank, which takes the money back until it is decided.",
    columns: [
      .unixTime("created", help: "When the dispute was opened").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "status",
        [
          "appeal_needs_response", "appeal_under_review", "lost", "needs_response", "prevented", "under_review",
          "warning_closed", "warning_needs_response", "warning_under_review", "won",
        ],
        help: "Where the dispute stands"
      ).required,
      .enumeration(
        "reason",
        [
          "bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated",
          "debit_not_authorized", "duplicate", "fraudulent", "general", "incorrect_account_details",
          "insufficient_funds", "noncompliant", "product_not_received", "product_unacceptable",
          "subscription_canceled", "unrecognized",
        ],
        help: "What the payer says"),
      .minorUnits("amount", help: "Amount disputed").required,
      .currency(help: "Currency of the amount, lower-case ISO 4217 code").required,
      .reference("charge", to: .charge, help: "Charge that is disputed"),
      .reference("payment_intent", to: .paymentIntent, help: "Payment that is disputed"),
      .reference("balance_transaction", to: .balanceTransaction, help: "First booking; older versions only").unindexed,
      .references("balance_transactions", help: "Ids of the bookings that took or returned the money"),
      .boolean("is_charge_refundable", help: "Whether the charge can still be refunded"),
      .text("network_reason_code", help: "Reason in the card network's own code; older versions only"),
      .enumeration(
        "payment_method_details.type", ["amazon_pay", "card", "klarna", "paypal"], help: "Kind of payment method"),
      .text("card_brand", from: ["payment_method_details.card.brand"], help: "Card brand, such as visa"),
      .text(
        "card_case_type", from: ["payment_method_details.card.case_type"],
        help: "block, chargeback, compliance, inquiry or resolution"),
      .text(
        "card_network_reason_code", from: ["payment_method_details.card.network_reason_code"],
        help: "Reason in the card network's own code"),
      .unixTime("evidence_details.due_by", help: "When evidence must have been sent"),
      .boolean("evidence_details.has_evidence", help: "Whether evidence has been entered"),
      .boolean("evidence_details.past_due", help: "Whether the last evidence came too late"),
      .integer("evidence_details.submission_count", help: "How often evidence was sent"),
      .enumeration(
        "evidence_details.submission_method", ["manual", "not_submitted", "smart_disputes"],
        help: "How evidence was sent"),
      .json("evidence_details.enhanced_eligibility", help: "Whether further programs accept its evidence"),
      .enumeration(
        "intended_submission_method", ["manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"],
        help: "How evidence is going to be sent"),
      .json("enhanced_eligibility_types", help: "Programs it may be decided by"),
      .json("evidence", help: "What the merchant answers: texts and ids of files").personal,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["charge.dispute.*"],
    collapsed: [
      "evidence.cancellation_policy", "evidence.customer_communication", "evidence.customer_signature",
      "evidence.duplicate_charge_documentation", "evidence.receipt", "evidence.refund_policy",
      "evidence.service_documentation", "evidence.shipping_documentation", "evidence.uncategorized_file",
    ])
}
