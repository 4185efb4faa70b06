import Foundation
import PlatformCore

/// Tries the loaded library once in a process: that it answers, and knows JSON and Parquet.
enum DuckDBSelfTest {
  /// - Throws: `.configuration`, saying which part failed.
  static func once() throws { try outcome.get() }

  private static let outcome = Result { try run() }

  private static func run() throws {
    let connection = try DuckDBDatabase.openBlocking(DuckDBDatabase.Settings(threads: 1)).connectBlocking(
      author: .okapi)
    let file = FileManager.default.temporaryDirectory.appending(path: "okapi-\(UUID().uuidString).parquet").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let quoted = DuckDBQuoting.literal(file)
    let largest = String(Int64.max)
    try expect("JSON", connection, #"SELECT '{"a": [1, "x"]}'::JSON ->> '$.a[1]'"#, "x")
    try expect("Parquet", connection, "COPY (SELECT \(largest) AS id) TO \(quoted) (FORMAT parquet)", "1")
    try expect("Parquet", connection, "SELECT id FROM read_parquet(\(quoted))", largest)
  }

  static func expect(_ part: String, _ connection: ConnectionHandle, _ sql: String, _ wanted: String) throws {
    var answer: String?
    do {
      try connection.stream(sql, []) { answer = $0.text(0, 0) }
    } catch let error as PlatformError {
      throw failure(part, error.cause ?? error.message)
    }
    guard answer == wanted else { throw failure(part, "it answered \(answer ?? "nothing"), not \(wanted)") }
  }

  private static func failure(_ part: String, _ cause: String) -> PlatformError {
    PlatformError(
      .configuration, "the DuckDB that was found does not work: \(part) failed", cause: cause,
      context: ["file": DuckDBLibrary.origin ?? ""], nextStep: "remove .duckdb in the checkout, then: make setup")
  }
}

/// Texts and names inside SQL.
package enum DuckDBQuoting {
  /// `it's` as `'it''s'`.
  package static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// `my "name"` as `"my ""name"""`.
  package static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
