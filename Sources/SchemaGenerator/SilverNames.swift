import StripeModel

/// What a declared column is called in silver: names say the kind, so that nobody has to look it up.
enum SilverNames {
  /// The key of a table: `charge_id` of `charges`.
  static func key(of definition: ResourceDefinition) -> String { singular(definition.table) + "_id" }

  /// The name of a declared column: `amount_minor`, `created_at`, `is_captured`, `customer_id`, `discount_ids`.
  static func column(_ column: Column, in definition: ResourceDefinition) -> String {
    switch column.kind {
    case .minorUnits: column.name + "_minor"
    case .unixTime: column.name == definition.listing.createdMember ? "created_at" : moment(column.name)
    case .boolean: ["is_", "has_"].contains(where: column.name.hasPrefix) ? column.name : "is_" + column.name
    case .references: column.name.hasSuffix("_ids") ? column.name : singular(column.name) + "_ids"
    case .text, .enumeration, .currency, .integer, .decimal, .reference, .expandable, .json: column.name
    }
  }

  /// The DuckDB type of a kind.
  static func type(of kind: ColumnKind) -> String {
    switch kind {
    case .text, .enumeration, .currency, .reference, .expandable: "varchar"
    case .boolean: "boolean"
    case .integer, .minorUnits: "bigint"
    case .decimal: "decimal(38, 18)"
    case .unixTime: "timestamptz"
    case .references: "varchar[]"
    case .json: "json"
    }
  }

  /// `charge` of `charges`: all tables are regular plurals.
  static func singular(_ plural: String) -> String { plural.hasSuffix("s") ? String(plural.dropLast()) : plural }

  private static func moment(_ name: String) -> String {
    if name.hasSuffix("_at") { return name }
    let ending = ["_date", "_on"].first { name.hasSuffix($0) } ?? ""
    return name.dropLast(ending.count) + "_at"
  }
}
