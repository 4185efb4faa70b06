extension ResourceDefinition {
  static let product = ResourceDefinition(
    name: .product, table: "products", path: "/v1/products", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
