/// What a declared column holds; PostgreSQL type, JSON reading, comparison and silver name follow from it.
package enum ColumnKind: Sendable, Equatable, Hashable {
  /// Free text.
  case text
  /// Text out of a list that Stripe may extend at any time; unknown values load.
  case enumeration([String])
  /// JSON `true` or `false`.
  case boolean
  /// A whole number that is not money.
  case integer
  /// Money in the smallest unit of a currency: a 64-bit integer. `currency` names the column beside it, if the
  /// table has one.
  case minorUnits(currency: String?)
  /// An exact decimal: a JSON string (`unit_amount_decimal`) or a JSON number (`exchange_rate`).
  case decimal
  /// Unix seconds in JSON, `timestamptz` in the store.
  case unixTime
  /// A lower-case ISO 4217 code.
  case currency
  /// An expandable field whose target is declared: a foreign key.
  case reference(to: ResourceName)
  /// An expandable field whose target is polymorphic or not declared: its id, without a foreign key.
  case expandable
  /// An array of expandable objects: a JSON array of their ids.
  case references
  /// Any nested value, kept as `jsonb`.
  case json

  /// Whether an object found here is written as its id.
  package var isReference: Bool {
    switch self {
    case .reference, .expandable, .references: true
    default: false
    }
  }
}

/// Who may see a column.
package enum Sensitivity: String, Sendable, Codable {
  /// Anyone with access to the tables.
  case plain
  /// Says something of a person: name, address, e-mail, card digits, free text.
  case personal
  /// Opens something: never leaves the database in a dump with `--redact`.
  case secret
}
