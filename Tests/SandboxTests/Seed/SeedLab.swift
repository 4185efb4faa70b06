import PlatformCore
import SQLiteClient
import Testing

@testable import Sandbox

/// Small seeded worlds in memory.
enum SeedLab {
  /// 00:00 UTC of 1 November 2026.
  static let until: Int64 = 1_793_491_200

  /// One world that tests only read.
  static let world = Result { try store(plan) }
  static let plan = plan()

  static func plan(
    customers: Int = 60, months: Int = 7, seed: UInt64 = 7, profile: SeedPlan.Profile = .mixedCurrency
  ) -> SeedPlan {
    SeedPlan(customers: customers, months: months, seed: seed, profile: profile, until: until)
  }

  static func store(_ plan: SeedPlan) throws -> SandboxStore {
    let store = try SandboxStore(.memory)
    try WorldSeeder(store).seed(plan)
    return store
  }

  /// Every row of every table.
  static func rows(_ store: SandboxStore) throws -> [String: [String]] {
    try store.read { reader in
      let names = try texts(reader, "select name from sqlite_master where type = 'table' order by name")
      return try Dictionary(
        uniqueKeysWithValues: names.map { name in
          let columns = try texts(reader, "select name from pragma_table_info('\(name)')")
          let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ' ' || ")
          return (name, try texts(reader, "select \(row) as row from \(name) order by 1"))
        })
    }
  }

  static func texts(_ reader: RecordReader, _ query: String) throws -> [String] {
    let row = try reader.database.statement(query)
    defer { row.reset() }
    var texts: [String] = []
    while try row.step() { texts.append(row.text(0) ?? "") }
    return texts
  }

  static func number(_ store: SandboxStore, _ query: String) throws -> Int64 {
    try store.read { reader in
      let row = try reader.database.statement(query)
      defer { row.reset() }
      return try row.step() ? row.int64(0) : 0
    }
  }
}
