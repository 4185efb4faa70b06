extension ResourceDefinition {
  static let price = ResourceDefinition(
    name: .price, table: "prices", path: "/v1/prices", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
