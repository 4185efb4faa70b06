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

  /// UTF-8 JSON, one column or constraint a line, so that a change reads well; equal snapshots give equal bytes.
  ///
  /// - Throws: `bug` when it cannot be encoded.
  package func encoded() throws(PlatformError) -> Data {
    let tables = try tables.map { table throws(PlatformError) in
      let parts = [
        "\"name\": \(try Self.line(table.name))", "\"primaryKey\": \(try Self.line(table.primaryKey))",
        "\"columns\": \(try Self.lines(table.columns))", "\"checks\": \(try Self.lines(table.checks))",
        "\"foreignKeys\": \(try Self.lines(table.foreignKeys))", "\"indexes\": \(try Self.lines(table.indexes))",
      ]
      let view = try table.liveView.map { view throws(PlatformError) in ["\"liveView\": \(try Self.lines(view))"] }
      return "  {\n    " + (parts + (view ?? [])).joined(separator: ",\n    ") + "\n  }"
    }
    let functions = try functions.map { function throws(PlatformError) in "  " + (try Self.line(function)) }
    return Data(
      """
      {
      "format": \(format),
      "functions": [
      \(functions.joined(separator: ",\n"))
      ],
      "tables": [
      \(tables.joined(separator: ",\n"))
      ]
      }

      """.utf8)
  }

  private static func lines(_ values: [some Encodable]) throws(PlatformError) -> String {
    guard !values.isEmpty else { return "[]" }
    var lines: [String] = []
    for value in values { lines.append("      " + (try line(value))) }
    return "[\n" + lines.joined(separator: ",\n") + "\n    ]"
  }

  private static func line(_ value: some Encodable) throws(PlatformError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw PlatformError(.bug, "The snapshot cannot be encoded", cause: "\(error)")
    }
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
      throw PlatformError(
        .data, "The snapshot of the last migration has a format this program does not know",
        cause: "format \(snapshot.format); known is 1", nextStep: "Update the checkout")
    }
    return snapshot
  }
}
