extension ResourceDefinition {
  /// A bank's hint at fraud. Source: Stripe API reference, "The Early Fraud Warning object".
  static let earlyFraudWarning = ResourceDefinition(
    name: .earlyFraudWarning, table: "early_fraud_warnings", path: "/v1/radar/early_fraud_warnings",
    idPrefixes: ["issfr_"],
    help: "A card issuer's hint that a charge may be fraudulent, before there is a dispute.",
    columns: [
      .unixTime("created", help: "When the warning came").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .boolean("actionable", help: "Whether a refund may still prevent a dispute"),
      .enumeration(
        "fraud_type",
        [
          "card_never_received", "fraudulent_card_application", "made_with_counterfeit_card", "made_with_lost_card",
          "made_with_stolen_card", "misc", "unauthorized_use_of_card",
        ],
        help: "What the issuer believes"),
      .reference("charge", to: .charge, help: "Charge that is in doubt"),
      .reference("payment_intent", to: .paymentIntent, help: "Payment that is in doubt"),
    ],
    events: ["radar.early_fraud_warning.*"])
}
