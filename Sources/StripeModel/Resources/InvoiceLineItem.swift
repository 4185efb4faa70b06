extension ResourceDefinition {
  static let invoiceLineItem = ResourceDefinition(
    name: .invoiceLineItem, table: "invoice_line_items", path: "/v1/invoice_line_items", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
