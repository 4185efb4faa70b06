import Foundation
import PlatformCore
import Sandbox

/// Fills a store with many copies of one customer and one charge, as the API made them, each with an id, a time and an
/// owner of its own.
struct LargeStore {
  let file: String
  let customers: Int
  let charges: Int

  private static let unit = 2_000

  /// Returns the ids of the customers and of the charges, oldest first.
  func fill() throws -> (customers: [String], charges: [String]) {
    let store = try SandboxStore(.file(file))
    defer { store.close() }
    try store.configure(seed: 42, eventsSince: .max)
    let customers = try copies(.customer, customers, in: store) { record, number in
      record["email"] = .string("person\(number)@example.com")
    }
    let charges = try copies(.charge, charges, in: store) { record, number in
      record["customer"] = .string(customers[number % customers.count])
    }
    return (customers, charges)
  }

  private func copies(
    _ type: RecordType, _ count: Int, in store: SandboxStore,
    _ change: @escaping @Sendable (inout Record, Int) -> Void
  ) throws -> [String] {
    guard let model = try store.read({ try $0.records(ListQuery(type, limit: 1)) }).first else {
      throw PlatformError(.bug, "no \(type.rawValue) to copy")
    }
    var ids: [String] = []
    ids.reserveCapacity(count)
    let begin = model.created - Int64(count)
    for start in stride(from: 0, to: count, by: Self.unit) {
      ids += try store.write { world in
        var made: [String] = []
        for number in start..<min(start + Self.unit, count) {
          var record = Record(type, body: model.body, hidden: model.hidden)
          record["created"] = .integer(begin + Int64(number))
          record["id"] = .string(world.newID(type, at: record.created))
          change(&record, number)
          try world.save(&record)
          made.append(record.id)
        }
        return made
      }
    }
    return ids
  }
}
