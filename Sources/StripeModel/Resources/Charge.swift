extension ResourceDefinition {
  /// One attempt to move money. Source: Stripe API reference, "The Charge object".
  ///
  /// The commonest table of an account, so its columns are chosen with care. Those of `payment_method_details.card`
  /// carry the short names they have on a payment method.
  static let charge = ResourceDefinition(
    name: .charge, table: "charges", path: "/v1/charges", idPrefixes: ["ch_", "py_"],
    help: "One attempt to move money, whether it succeeded or not.",
    columns: [
      .unixTime("created", help: "When the attempt was made").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration("status", ["failed", "pending", "succeeded"], help: "How the attempt ended").required,
      .minorUnits("amount", help: "Amount asked for").required,
      .minorUnits("amount_captured", help: "Amount really taken"),
      .minorUnits("amount_refunded", help: "Amount given back so far").required,
      .currency(help: "Currency of the amounts, lower-case ISO 4217 code").required,
      .boolean("paid", help: "Whether it succeeded, or was authorized for later capture"),
      .boolean("captured", help: "Whether the money was taken and not only authorized"),
      .boolean("refunded", help: "Whether all of it was given back"),
      .boolean("disputed", help: "Whether the payer disputed it"),
      .reference("customer", to: .customer, help: "Who paid"),
      .reference("payment_intent", to: .paymentIntent, help: "Payment it is an attempt of"),
      .reference("payment_method", to: .paymentMethod, help: "What was paid with").unindexed,
      .reference("invoice", to: .invoice, help: "Invoice it paid; only before 2025-03-31, see invoice_payments")
        .unindexed,
      .reference("balance_transaction", to: .balanceTransaction, help: "Booking of the money and its fee"),
      .reference("failure_balance_transaction", to: .balanceTransaction, help: "Booking that took the money back")
        .unindexed,
      .reference("dispute", to: .dispute, help: "Dispute against it").unindexed,
      .text("failure_code", help: "Why it failed"),
      .text("failure_message", help: "Why it failed, as a sentence"),
      .text("outcome.type", help: "authorized, manual_review, issuer_declined, blocked or invalid"),
      .text("outcome.network_status", help: "Answer of the card network"),
      .text("outcome.reason", help: "Why it was declined, blocked or held for review"),
      .text("outcome.risk_level", help: "Risk in words: normal, elevated, highest"),
      .integer("outcome.risk_score", help: "Risk from 0 to 100"),
      .text("outcome.seller_message", help: "Outcome as a sentence for the merchant"),
      .text("outcome.network_decline_code", help: "Decline code of the card network"),
      .text("outcome.advice_code", help: "What to do after a decline"),
      .text("description", help: "The merchant's note").personal,
      .text("receipt_email", help: "Where the receipt went").personal,
      .text("receipt_number", help: "Number of the receipt; the invoice carries the same"),
      .text("receipt_url", help: "Page that shows the receipt").volatile.secret,
      .text("calculated_statement_descriptor", help: "Text on the payer's statement"),
      .text("billing_details.name", help: "Name of the payer").personal,
      .text("billing_details.email", help: "E-mail address of the payer").personal,
      .text("billing_details.phone", help: "Phone number of the payer").personal,
      .text("billing_details.address.postal_code", help: "Postal code of the payer").personal,
      .text("billing_details.address.country", help: "Country of the payer, two letters").personal,
      .json("billing_details.address", help: "Whole address of the payer").personal,
      .text(
        "payment_method_type", from: ["payment_method_details.type"], help: "Kind of payment method, such as card"),
      .text("card_brand", from: ["payment_method_details.card.brand"], help: "Card brand, such as visa"),
      .text("card_last4", from: ["payment_method_details.card.last4"], help: "Last four digits of the card number")
        .personal,
      .integer("card_exp_month", from: ["payment_method_details.card.exp_month"], help: "Month of expiry, 1 to 12"),
      .integer("card_exp_year", from: ["payment_method_details.card.exp_year"], help: "Year of expiry, four digits"),
      .text("card_country", from: ["payment_method_details.card.country"], help: "Country of the card's issuer"),
      .text("card_funding", from: ["payment_method_details.card.funding"], help: "credit, debit, prepaid or unknown"),
      .text(
        "card_fingerprint", from: ["payment_method_details.card.fingerprint"],
        help: "Same value for the same card number, within the account"
      ).personal,
      .text("card_network", from: ["payment_method_details.card.network"], help: "Network that carried the payment"),
      .text("card_wallet_type", from: ["payment_method_details.card.wallet.type"], help: "Wallet the card came from"),
      .text(
        "card_three_d_secure_result", from: ["payment_method_details.card.three_d_secure.result"],
        help: "How the payer's authentication ended; null without 3D Secure"),
      .text(
        "card_cvc_check", from: ["payment_method_details.card.checks.cvc_check"],
        help: "Result of the security code check: pass, fail, unavailable, unchecked"),
      .text(
        "card_address_line1_check", from: ["payment_method_details.card.checks.address_line1_check"],
        help: "Result of the street check"),
      .text(
        "card_address_postal_code_check", from: ["payment_method_details.card.checks.address_postal_code_check"],
        help: "Result of the postal code check"),
      .json("fraud_details", help: "What Stripe and the merchant reported about fraud"),
      .minorUnits(
        "presentment_details.presentment_amount", currency: "presentment_details_presentment_currency",
        help: "Amount in the currency shown to the customer"),
      .currency(
        "presentment_details.presentment_currency", help: "Currency shown to the customer, where it differs"),
      .json("shipping", help: "Delivery address, name and phone").personal,
      .expandable("application", help: "Connect application that made it").unindexed,
      .reference("application_fee", to: .applicationFee, help: "Fee taken for the application").unindexed,
      .minorUnits("application_fee_amount", help: "Amount of the fee for the application"),
      .expandable("on_behalf_of", help: "Account the payment was made for").unindexed,
      .reference("transfer", to: .transfer, help: "Transfer that passed the money on").unindexed,
      .text("transfer_group", help: "Name that ties transfers to it"),
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    children: [
      ChildList("refunds", of: .refund, at: ParentEndpoint("/v1/charges/{id}/refunds"), parentColumn: "charge_id")
    ],
    expand: ["refunds"],
    events: [
      "charge.captured", "charge.expired", "charge.failed", "charge.pending", "charge.refunded", "charge.succeeded",
      "charge.updated", "charge.dispute.*", "charge.refund.updated", "refund.*",
    ],
    collapsed: [
      "source", "source_transfer", "review", "outcome.rule", "payment_method_details.card.mandate",
      "payment_method_details.us_bank_account.mandate", "transfer_data.destination", "destination", "order",
    ],
    unread: ["authorization_code", "level3", "radar_options", "statement_descriptor", "statement_descriptor_suffix"])
}
