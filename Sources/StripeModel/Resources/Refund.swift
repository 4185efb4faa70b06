extension ResourceDefinition {
  static let refund = ResourceDefinition(
    name: .refund, table: "refunds", path: "/v1/refunds", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
