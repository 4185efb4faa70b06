import Foundation
import PlatformCore
import SQLiteClient

/// SQLite alone: the rows that one create leaves (the object and its event), a transaction each.
struct PlainInserts {
  /// The seconds of so many transactions; durable ones in a file, the others in memory.
  static func seconds(_ count: Int, file: String?, objectBytes: Int, eventBytes: Int) throws -> Double {
    let database = try SQLiteDatabase(path: file ?? ":memory:", mode: file == nil ? .memory : .readWrite)
    if file != nil { try database.execute("pragma journal_mode = wal; pragma synchronous = full") }
    for table in ["objects", "events"] {
      try database.execute(
        "create table \(table) (seq integer primary key, id text not null unique, created integer, body text not null)")
    }
    let bodies = [objectBytes, eventBytes].map { [UInt8](repeating: UInt8(ascii: "x"), count: $0) }
    let clock = ContinuousClock()
    let started = clock.now
    for number in 0..<count {
      try database.execute("begin immediate")
      for (table, body) in zip(["objects", "events"], bodies) {
        let row = try database.statement("insert into \(table) (id, created, body) values (?1, ?2, ?3)")
        row.bind(1, "\(table)_\(number)")
        row.bind(2, Int64(number))
        row.bind(3, utf8: body)
        try row.step()
      }
      try database.execute("commit")
    }
    return (clock.now - started) / .seconds(1)
  }
}
