extension ResourceDefinition {
  /// Money given back. Source: Stripe API reference, "The Refund object".
  static let refund = ResourceDefinition(
    name: .refund, table: "refunds", path: "/v1/refunds", idPrefixes: ["re_", "pyr_"],
    help: "Money given back for a charge, all or part of it.",
    columns: [
      .unixTime("created", help: "When the refund was made").required,
      .enumeration(
        "status", ["canceled", "failed", "pending", "requires_action", "succeeded"], help: "Where the refund stands"),
      .minorUnits("amount", help: "Amount given back").required,
      .currency(help: "Currency of the amount, lower-case ISO 4217 code").required,
      .reference("charge", to: .charge, help: "Charge it gives back"),
      .reference("payment_intent", to: .paymentIntent, help: "Payment it gives back"),
      .reference("customer", to: .customer, help: "Who gets the money; since 2026-09-30"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("payment_method", to: .paymentMethod, help: "Where the money goes; since 2026-09-30").unindexed,
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money"),
      .reference("failure_balance_transaction", to: .balanceTransaction, help: "Booking of the money that came back")
        .unindexed,
      .enumeration(
        "reason", ["duplicate", "expired_uncaptured_charge", "fraudulent", "requested_by_customer"],
        help: "Why it was given back"),
      .text("failure_reason", help: "Why it failed"),
      .enumeration(
        "pending_reason", ["charge_pending", "insufficient_funds", "processing"], help: "What it waits for"),
      .text("description", help: "Text shown to the customer").personal,
      .text("receipt_number", help: "Number of the receipt"),
      .text("instructions_email", help: "Where instructions for the refund went").personal,
      .text("destination_details.type", help: "Kind of payment method the money goes to"),
      .enumeration(
        "destination_details.card.type", ["pending", "refund", "reversal"],
        help: "Whether a card's payment is reversed or refunded"),
      .text("destination_details.card.reference", help: "Number by which the payer's bank finds the refund").personal,
      .text("destination_details.card.reference_status", help: "Whether that number is known: available, pending"),
      .text("next_action.type", help: "What the customer has to do next"),
      .minorUnits(
        "presentment_details.presentment_amount", currency: "presentment_details_presentment_currency",
        help: "Amount in the currency shown to the customer"),
      .currency(
        "presentment_details.presentment_currency", help: "Currency shown to the customer, where it differs"),
      .reference("transfer_reversal", to: .transferReversal, help: "Reversal of the transfer that passed the money on")
        .unindexed,
      .expandable("source_transfer_reversal", help: "Reversal of the transfer the money came by").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["refund.*", "charge.refund.updated"])
}
