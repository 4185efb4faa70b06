extension ResourceDefinition {
  static let customer = ResourceDefinition(
    name: .customer, table: "customers", path: "/v1/customers", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
