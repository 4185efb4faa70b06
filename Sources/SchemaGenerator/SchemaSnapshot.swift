package import Foundation
package import PlatformCore
import StripeModel

/// What the declarations ask of the database; the last migration's snapshot is checked in beside it.
package struct SchemaSnapshot: Sendable, Equatable, Codable {
  /// The shape of the file; raised when older snapshots can no longer be read.
  package let format: Int
  /// The functions, in the order they are made.
  package let functions: [Function]
  /// The tables, in the order they are made.
  package let tables: [TableLayout]

  /// A function in the source's schema.
  package struct Function: Sendable, Equatable, Codable {
    /// Its name, without the schema.
    package let name: String
    /// The whole `create or replace function` statement, with the token `{schema}`.
    package let definition: String
  }

  /// A snapshot of these tables.
  package init(functions: [Function] = [MoneyText.function], tables: [TableLayout]) {
    format = 1
    self.functions = functions
    self.tables = tables
  }

  /// What the program's own declarations ask for.
  package static var current: SchemaSnapshot {
    SchemaSnapshot(
      tables: ResourceName.allCases.map { TableLayout(definition: $0.definition) } + Bookkeeping.tables)
  }

  /// The table of that name.
  package func table(_ name: String) -> TableLayout? { tables.first { $0.name == name } }

  /// UTF-8 JSON with sorted keys and one value a line; equal snapshots give equal bytes.
  ///
  /// - Throws: `bug` when it cannot be encoded.
  package func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads what `encoded()` wrote.
  ///
  /// - Throws: `data` when the bytes are no snapshot of a known format.
  package static func decoded(_ data: Data) throws(PlatformError) -> SchemaSnapshot {
    let snapshot: SchemaSnapshot
    do {
      snapshot = try JSONDecoder().decode(SchemaSnapshot.self, from: data)
    } catch {
      throw PlatformError(.data, "The snapshot of the last migration cannot be read", cause: "\(error)")
    }
    guard snapshot.format == 1 else {
      throw PlatformError(.data, "The snapshot of the last migration has format \(snapshot.format); this program knows 1")
    }
    return snapshot
  }
}
