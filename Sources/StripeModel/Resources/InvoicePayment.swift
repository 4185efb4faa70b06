extension ResourceDefinition {
  static let invoicePayment = ResourceDefinition(
    name: .invoicePayment, table: "invoice_payments", path: "/v1/invoice_payments", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
