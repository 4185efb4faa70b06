extension ResourceDefinition {
  static let paymentIntent = ResourceDefinition(
    name: .paymentIntent, table: "payment_intents", path: "/v1/payment_intents", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
