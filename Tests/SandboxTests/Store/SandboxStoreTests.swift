import Foundation
import PlatformCore
import SQLiteClient
import Testing

@testable import Sandbox

@Suite struct SandboxStoreTests {
  private func customer(_ email: String, at created: Int64) -> Record {
    Record(
      .customer,
      body: [
        "id": nil, "object": "customer", "created": .integer(created), "email": .string(email), "metadata": [:],
      ])
  }

  @Test func savedRecordsAreFoundAndListedNewestFirst() throws {
    let store = try SandboxStore(.memory)
    defer { store.close() }
    let ids = try store.write { world in
      try (1...5).map { number in
        var record = customer("c\(number)@example.com", at: Int64(100 + number / 2))
        try world.save(&record, emitting: "customer.created")
        return record.id
      }
    }
    let page = try store.read { reader in try reader.records(ListQuery(.customer, limit: 3)).map(\.id) }
    #expect(page == [ids[4], ids[3], ids[2]])
    let next = try store.read { reader in
      let place = try #require(try reader.place(.customer, ids[2]))
      return try reader.records(ListQuery(.customer, cursor: .after(place.sequence), limit: 3)).map(\.id)
    }
    #expect(next == [ids[1], ids[0]])
    let before = try store.read { reader in
      let place = try #require(try reader.place(.customer, ids[1]))
      return try reader.records(ListQuery(.customer, cursor: .before(place.sequence), limit: 2)).map(\.id)
    }
    #expect(before == [ids[3], ids[2]])
    #expect(try store.read { try $0.count(ListQuery(.event, [.equals("type", "customer.created")])) } == 5)
  }

  /// Seconds that come and go in one unit, as a test clock's do, and in a later one.
  @Test func listsAreByCreatedHoweverTheyWereSaved() throws {
    let store = try SandboxStore(.memory)
    defer { store.close() }
    var ids: [String] = []
    for seconds in [[100, 300, 100, 200], [100, 200, 300]] as [[Int64]] {
      ids += try store.write { world in
        try seconds.map { second in
          var record = customer("\(second)@example.com", at: second)
          try world.save(&record)
          return record.id
        }
      }
    }
    func listed(_ filters: [ListQuery.Filter] = []) throws -> [Int] {
      let ids = ids
      return try store.read { try $0.records(ListQuery(.customer, filters)).compactMap { ids.firstIndex(of: $0.id) } }
    }
    #expect(try listed() == [6, 1, 5, 3, 4, 2, 0])
    #expect(try listed([.equalsNumber("created", 200)]) == [5, 3])
    #expect(try listed([.greater("created", 100), .less("created", 300)]) == [5, 3])
    #expect(try listed([.greaterOrEqual("created", 200)]) == [6, 1, 5, 3])
    #expect(try listed([.lessOrEqual("created", 100)]) == [4, 2, 0])
    #expect(try listed([.greater("created", .max)]).isEmpty)
    #expect(try listed([.greater("created", .min), .lessOrEqual("created", .max)]).count == 7)
    #expect(try listed([.equals("email", "100@example.com"), .less("created", 101)]) == [4, 2, 0])
  }

  /// Many threads write at once: each is answered, one that throws harms no other.
  @Test func threadsShareCommits() throws {
    let store = try SandboxStore(.memory)
    defer { store.close() }
    DispatchQueue.concurrentPerform(iterations: 64) { number in
      do {
        try store.write { world in
          var record = customer("c\(number)@example.com", at: 1)
          try world.save(&record)
          if number % 4 == 0 { throw StripeError.invalid("no") }
        }
        #expect(number % 4 != 0)
      } catch {
        #expect(number % 4 == 0)
      }
    }
    #expect(try store.read { try $0.count(ListQuery(.customer)) } == 48)
  }

  @Test func whatThrowsIsUndone() throws {
    let store = try SandboxStore(.memory)
    defer { store.close() }
    let id = try store.write { world in
      var record = customer("a@example.com", at: 1)
      try world.save(&record)
      return record.id
    }
    #expect(throws: StripeError.self) {
      try store.write { world in
        var record = try world.require(.customer, id, param: "customer")
        record["email"] = "b@example.com"
        try world.save(&record, emitting: "customer.updated")
        _ = try world.records(ListQuery(.customer))
        throw StripeError.invalid("no")
      }
    }
    #expect(try store.write { try $0.find(.customer, id)?.text("email") } == "a@example.com")
    #expect(try store.read { try $0.count(ListQuery(.event)) } == 0)
  }

  /// SQLite removes the log with the last connection: while it is there, the next one opens beside one that closes.
  @Test func whenCloseReturnsTheDatabaseIsClosed() throws {
    let path = NSTemporaryDirectory() + "okapi-close-\(UUID().uuidString).db"
    defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
    for number in 1...100 {
      let store = try SandboxStore(.file(path))
      try store.write { world in
        var record = customer("c\(number)@example.com", at: Int64(number))
        try world.save(&record)
      }
      #expect(try store.read { try $0.count(ListQuery(.customer)) } == number)
      store.close()
      #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
      #expect(throws: PlatformError.self) { try store.write { _ in } }
    }
  }

  /// Callers choose the ids of products and coupons: two of them may be the same.
  @Test func oneIDOfTwoTypesIsTwoRecords() throws {
    let store = try SandboxStore(.memory)
    defer { store.close() }
    try store.write { world in
      for type in [RecordType.product, .coupon] {
        var record = Record(type, body: ["id": "gold", "object": .string(type.rawValue), "created": 1])
        try world.save(&record)
      }
      #expect(try world.require(.product, "gold", param: "product").type == .product)
      #expect(try world.require(.coupon, "gold", param: "coupon").type == .coupon)
    }
    #expect(try store.read { try [$0.find(.product, "gold"), $0.find(.coupon, "gold")].compactMap(\.self).count } == 2)
  }

  @Test func preparedStatementsAreBounded() throws {
    let database = try SQLiteDatabase(path: "", mode: .memory)
    let first = try database.statement("select 0")
    #expect(try first.step())
    for number in 1...2_000 { #expect(try database.statement("select \(number)").step()) }
    #expect(database.preparedStatements <= 500)
    // One that is still read holds beyond its place among them.
    #expect(first.int64(0) == 0)
    #expect(try !first.step())
  }

  @Test func previousAttributesHoldWhatChanged() {
    let old: JSONObject = ["a": 1, "b": ["x": 1, "y": 2], "items": ["object": "list", "data": [1]], "tags": [1, 2]]
    let new: JSONObject = [
      "a": 2, "b": ["x": 1, "y": 3], "items": ["object": "list", "data": [2]], "tags": [1], "n": 1,
    ]
    #expect(
      Events.previousAttributes(from: old, to: new)
        == ["a": 1, "b": ["y": 2], "items": ["data": [1]], "tags": [1, 2], "n": nil])
  }
}
