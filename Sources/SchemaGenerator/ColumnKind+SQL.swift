package import StripeModel

extension ColumnKind {
  /// The PostgreSQL type of a column of this kind, without its collation.
  package var sqlType: String {
    switch self {
    case .text, .enumeration, .currency, .reference, .expandable: "text"
    case .boolean: "boolean"
    case .integer, .minorUnits: "bigint"
    case .decimal: "numeric"
    case .unixTime: "timestamptz"
    case .references, .json: "jsonb"
    }
  }

  /// The collation; ids are compared byte by byte, so that ranges of ids mean the same on both sides of a proof.
  package var sqlCollation: String? {
    switch self {
    case .reference, .expandable: "C"
    default: nil
    }
  }
}
