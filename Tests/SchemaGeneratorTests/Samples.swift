import StripeModel

@testable import SchemaGenerator

/// Small declarations that no change of the real ones touches.
enum Samples {
  /// A table with a column of every kind.
  static let gadgets = definition(
    "gadgets",
    [
      .text("label", help: "What it says").required,
      .enumeration("state", ["on", "off"]),
      .boolean("active"),
      .integer("quantity"),
      .minorUnits("amount"),
      .currency(),
      .minorUnits("fee", currency: nil),
      .decimal("rate"),
      .unixTime("created").required,
      .reference("customer", to: .customer),
      .expandable("source").unindexed,
      .references("taxes"),
      .json("order").personal,
      .json("tiers").expandOnly,
    ])

  static func definition(
    _ table: String, _ columns: [Column], name: ResourceName = .charge, children: [ChildList] = []
  ) -> ResourceDefinition {
    ResourceDefinition(
      name: name, table: table, path: "/v1/\(table)", idPrefixes: ["g_"], help: "A thing", columns: columns,
      children: children, expand: ["tiers"], events: ["gadget.*"])
  }

  static func snapshot(_ definitions: ResourceDefinition...) -> SchemaSnapshot {
    SchemaSnapshot(functions: [], tables: definitions.map(TableLayout.init(definition:)))
  }
}
