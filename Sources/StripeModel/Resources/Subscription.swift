extension ResourceDefinition {
  static let subscription = ResourceDefinition(
    name: .subscription, table: "subscriptions", path: "/v1/subscriptions", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
