extension ResourceDefinition {
  static let charge = ResourceDefinition(
    name: .charge, table: "charges", path: "/v1/charges", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
