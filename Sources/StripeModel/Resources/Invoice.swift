extension ResourceDefinition {
  static let invoice = ResourceDefinition(
    name: .invoice, table: "invoices", path: "/v1/invoices", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
