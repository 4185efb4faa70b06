extension ResourceDefinition {
  static let paymentMethod = ResourceDefinition(
    name: .paymentMethod, table: "payment_methods", path: "/v1/payment_methods", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
