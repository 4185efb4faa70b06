extension ResourceDefinition {
  static let balanceTransaction = ResourceDefinition(
    name: .balanceTransaction, table: "balance_transactions", path: "/v1/balance_transactions", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
