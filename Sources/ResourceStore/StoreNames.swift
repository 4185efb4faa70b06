package import StripeModel

/// The schema names of one source and how its tables are written in SQL.
package struct StoreNames: Sendable, Equatable {
  /// The schema of the tables; also the source's name.
  package let schema: String
  /// The schema of the live views beside it.
  package var live: String { schema + "_live" }

  /// Names the store of a source; `schema` follows `isValid`.
  package init(schema: String) { self.schema = schema }

  /// Whether a text may name a source: lower-case letters, digits and `_`, a letter first, at most 50 characters.
  package static func isValid(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, name.utf8.count <= 50, ("a"..."z").contains(first) else {
      return false
    }
    return name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
      && name != "public" && !name.hasPrefix("pg_") && name != "information_schema"
  }

  /// `"schema"."table"` of a resource.
  package func table(_ resource: ResourceName) -> String { table(resource.definition.table) }

  /// `"schema"."name"`.
  package func table(_ name: String) -> String { "\"\(schema)\".\"\(name)\"" }
}
