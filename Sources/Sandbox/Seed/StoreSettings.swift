package import PlatformCore
import SQLiteClient

extension RecordReader {
  /// A setting that the store keeps beside its objects; nil for one that was never kept.
  package func setting(_ name: String) throws(PlatformError) -> String? {
    let row = try database.statement("select value from settings where name = ?1")
    row.bind(1, name)
    defer { row.reset() }
    return try row.step() ? row.text(0) : nil
  }
}

extension World {
  /// Keeps a setting beside the objects.
  package func keep(setting name: String, _ value: String) throws {
    let row = try state.database.statement("insert or replace into settings (name, value) values (?1, ?2)")
    row.bind(1, name)
    row.bind(2, value)
    try row.step()
  }
}
