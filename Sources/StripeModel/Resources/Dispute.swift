extension ResourceDefinition {
  static let dispute = ResourceDefinition(
    name: .dispute, table: "disputes", path: "/v1/disputes", idPrefixes: [], help: "",
    columns: [.unixTime("created")])
}
