extension ResourceDefinition {
  static let subscriptionItem = ResourceDefinition(
    name: .subscriptionItem, table: "subscription_items", path: "/v1/subscription_items", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
