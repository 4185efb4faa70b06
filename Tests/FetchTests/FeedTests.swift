import BronzeStore
import Foundation
import PlatformCore
import Sandbox
import SandboxServer
import StripeClient
import StripeModel
import TestSupport
import Testing

@testable import Fetch

/// Following an account by its events.
@Suite("Feed") struct FeedTests {
  /// A listed account with some products and a paying customer, of which the feed has told everything.
  private func listed(_ prepare: (FetchLab) throws -> Void = { _ in }) async throws -> FetchLab {
    let lab = try FetchLab()
    try prepare(lab)
    try await lab.fetch()
    _ = try await lab.feed()
    return lab
  }

  /// Changes a product some times, each with its event, all in this very second.
  private func change(_ id: String, _ lab: FetchLab, times: Int = 1) throws {
    try lab.service.store.write { world in
      for number in 0..<times {
        var product = try #require(try world.find(.product, id))
        product["description"] = .string("change \(number) at \(world.now) \(world.randomText(8))")
        try world.save(&product, emitting: "product.updated")
      }
    }
  }

  @Test("with nothing new a look costs a request or two")
  func nothingNew() async throws {
    let lab = try await listed { try $0.post("/v1/products", "name=Quiet") }
    let client = lab.client()
    defer { client.close() }
    _ = try await lab.feed(client: client)
    let before = client.statistics.calls
    let report = try await lab.feed(client: client)
    #expect(report.events == 0 && report.objects == 0 && report.gap == nil)
    // One for the events; balance transactions appear without one.
    #expect(client.statistics.calls - before <= 2)
  }

  @Test("a snapshot is taken as proof; two events of one second are not")
  func sameSecond() async throws {
    let lab = try await listed()
    let one = try lab.id("/v1/products", "name=One")
    let two = try lab.id("/v1/products", "name=Two")
    _ = try await lab.feed()
    try await nextSecond()
    try change(one, lab)
    try change(two, lab, times: 2)
    // The server's `Date` may lag behind its clock.
    try await nextSecond()
    try await nextSecond()
    let report = try await lab.feed()
    let products = try #require(report.resources.first { $0.resource == "products" })
    #expect(products.snapshots == 1 && products.reads == 1 && report.events == 3)
    try lab.expectEqual([.product, .event])
    let newest = try lab.newest(.product)
    #expect(newest[one]?.observation.sequence == 2 && newest[two]?.observation.sequence == 1)
    #expect(newest[one]?.observation.apiVersion == "2026-10-28.endive")
  }

  @Test("a change in the second of another one that was handled is not lost: every version is newer than the last")
  func changesWhileTheSecondLasts() async throws {
    let lab = try await listed()
    let product = try lab.id("/v1/products", "name=Busy")
    var versions: [BronzeObservation] = []
    for _ in 0..<4 {
      try change(product, lab)
      _ = try await lab.feed()
      versions.append(try #require(try lab.newest(.product)[product]).observation)
      try lab.expectEqual([.product])
    }
    for (older, newer) in zip(versions, versions.dropFirst()) {
      #expect((older.observedAt, older.sequence) < (newer.observedAt, newer.sequence))
    }
  }

  @Test("an update to an object older than every window arrives")
  func oldObject() async throws {
    let lab = try await listed { try $0.keepCustomers([1_300_000_000]) }
    let id = try #require(try lab.truth(.customer).keys.first)
    try lab.post("/v1/customers/\(id)", "name=Changed")
    _ = try await lab.feed()
    #expect(try lab.living(.customer)[id]?["name"] == "Changed")
  }

  @Test("what is deleted is a stub, by its event alone and by a read that finds nothing")
  func deletes() async throws {
    let lab = try await listed()
    let product = try lab.id("/v1/products", "name=Gone")
    let customer = try lab.id("/v1/customers", "name=Gone")
    _ = try await lab.feed()
    try await nextSecond()
    try lab.send("DELETE", "/v1/products/\(product)")
    try lab.post("/v1/customers/\(customer)", "name=Nearly")
    try lab.send("DELETE", "/v1/customers/\(customer)")
    let report = try await lab.feed()
    #expect(try lab.living(.product)[product] == nil && lab.living(.customer)[customer] == nil)
    #expect(try lab.newest(.product)[product]?.object.members.map(\.name) == ["id", "object", "deleted"])
    #expect(report.resources.first { $0.resource == "products" }?.deleted == 1)
    try lab.expectEqual([.product, .customer])
  }

  @Test("everything that happens around payments and bills arrives, with its lists whole")
  func life() async throws {
    let lab = try await listed()
    let long = try LongLists(lab)
    for invoice in long.invoices.values.prefix(2) {
      try lab.post("/v1/invoices/\(invoice)/finalize")
      try lab.post("/v1/invoices/\(invoice)/pay")
    }
    try lab.send("DELETE", "/v1/subscriptions/\(long.subscription)")
    try lab.post("/v1/coupons", "percent_off=10&duration=forever")
    try lab.post("/v1/customers", "name=Late&payment_method=pm_card_visa")
    // The world goes on by itself meanwhile.
    try await Wait.until("the feed has told everything") {
      let report = try await lab.feed()
      #expect(report.gap == nil && report.statuses.isEmpty)
      return report.events == 0
    }
    // A coupon's uses and waiting invoice items are told by no event.
    try lab.expectEqual(ResourceName.allCases.filter { ![.coupon, .promotionCode, .invoiceItem].contains($0) })
    try long.check(lab)
  }

  @Test("events in another API version than ours are no proof")
  func foreignVersion() async throws {
    let lab = try FetchLab()
    let client = lab.client { $0.apiVersion = "2025-09-30.clover" }
    try await lab.fetch(client: client)
    _ = try await lab.feed(client: client)
    let product = try lab.id("/v1/products", "name=Foreign")
    let report = try await lab.feed(client: client)
    let products = try #require(report.resources.first { $0.resource == "products" })
    #expect(products.snapshots == 0 && products.reads == 1)
    #expect(try lab.newest(.product)[product]?.observation.apiVersion == "2025-09-30.clover")
    client.close()
  }

  @Test("a cursor of 31 days ago is a gap, and so is a lost one; neither reads nor moves anything")
  func gaps() async throws {
    let lab = try await listed()
    let id = try lab.id("/v1/products", "name=Unseen")
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    cursor.readAt -= 31 * 86_400
    try lab.state.setFeed(cursor)
    #expect(try await lab.feed().gap == .tooOld(readAt: cursor.readAt))
    #expect(try lab.state.feed(FeedCursor.self) == cursor)
    #expect(try lab.living(.product)[id] == nil)
    // A fetch sets it anew, and lists everything again.
    try await lab.fetch()
    let anew = try #require(try lab.state.feed(FeedCursor.self))
    #expect(anew.readAt > cursor.readAt && anew.listed["products"] != nil)
    #expect(try await lab.feed().gap == nil)
    try lab.lake.remove("_state/feed/stripe.json")
    #expect(try await lab.feed().gap == .lost)
  }

  @Test("what an interrupted reading has left for 31 days is a gap as well, and a fetch ends it")
  func oldRemainder() async throws {
    let lab = try await listed()
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    let from = cursor.readAt - 31 * 86_400
    cursor.unread = [.init(from: from, before: from + 100)]
    try lab.state.setFeed(cursor)
    #expect(try await lab.feed().gap == .tooOld(readAt: from))
    try await lab.fetch()
    #expect(try await lab.feed().gap == nil)
  }

  @Test("a resource that is forbidden now is reported and to be listed again; the others go on")
  func forbidden() async throws {
    let lab = try await listed()
    let customer = try lab.id("/v1/customers", "name=Hidden")
    let product = try lab.id("/v1/products", "name=Seen")
    try lab.fault(["kind": "forbidden", "path": "/v1/customers"])
    let report = try await lab.feed()
    #expect(report.statuses == [.permission] && report.unlisted == [.customer])
    #expect(try lab.living(.product)[product] != nil && lab.living(.customer)[customer] == nil)
    #expect(try lab.state.feed(FeedCursor.self)?.listed["customers"] == nil)
    try lab.send("DELETE", "/_okapi/faults")
    try await lab.fetch([.customer])
    try lab.expectEqual([.customer, .product])
  }

  @Test("a list of what appears without an event that cannot be read is a matter of its resource; the others go on")
  func unreadable() async throws {
    let lab = try await listed()
    let product = try lab.id("/v1/products", "name=Seen")
    try lab.fault(["kind": "truncate", "path": "/v1/balance_transactions"])
    let client = lab.client { $0.attempts = 2 }
    let report = try await lab.feed(client: client)
    client.close()
    #expect(report.statuses == [.protocolViolation] && report.unlisted == [.balanceTransaction])
    #expect(try lab.living(.product)[product] != nil)
    #expect(try lab.state.feed(FeedCursor.self)?.listed["balance_transactions"] == nil)
  }

  @Test("an outage moves no cursor over what was not read; afterwards everything arrives")
  func outage() async throws {
    let lab = try FetchLab()
    // Older than the changes that follow.
    try lab.service.store.write { world in
      world.now -= 9000
      for number in 0..<60 {
        var product = Record(
          .product,
          body: [
            "id": nil, "object": "product", "active": true, "created": .integer(world.now), "description": nil,
            "livemode": false, "metadata": [:], "name": .string("P\(number)"), "updated": .integer(world.now),
          ])
        try world.save(&product)
      }
    }
    try await lab.fetch()
    _ = try await lab.feed()
    let products = try lab.truth(.product).keys.sorted()
    // Each second its own product, the oldest change first; some events each, so that all have to be read.
    for (number, id) in products.enumerated() {
      try lab.service.store.write { world in
        world.now += Int64(number) - 3000
        for _ in 0..<4 {
          var product = try #require(try world.find(.product, id))
          product["description"] = .string("changed \(world.randomText(6))")
          try world.save(&product, emitting: "product.updated")
        }
      }
    }
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    for path in [\FeedCursor.readAt, \.lookedBackAt, \.newest] { cursor[keyPath: path] -= 6000 }
    try lab.state.setFeed(cursor)
    try lab.fault(["kind": "unavailable", "path": .string("/v1/products/\(products[3])")])
    let client = lab.client { $0.attempts = 2 }
    let error = await #expect(throws: PlatformError.self) {
      try await lab.feed(client: client) { $0.eventsAtOnce = 10 }
    }
    #expect(error?.status == .unavailable)
    try lab.send("DELETE", "/_okapi/faults")
    let left = try #require(try lab.state.feed(FeedCursor.self))
    #expect(left.unread.count == 1)
    // A cursor that was away for weeks does not come to hold weeks of ids.
    #expect(left.handled.count < 10)
    let report = try await lab.feed(client: client)
    #expect(report.events > 0)
    #expect(try lab.state.feed(FeedCursor.self)?.unread == [])
    try lab.expectEqual([.product])
    client.close()
  }

  @Test("looking back over many events meets none of them as new")
  func lookingBack() async throws {
    let lab = try await listed()
    _ = try await lab.feed()
    let product = try lab.id("/v1/products", "name=Old")
    try await nextSecond()
    _ = try await lab.feed()
    // Each a second of its own, so that they are taken in several batches; all longer ago than an event shows late.
    for number in 0..<12 {
      try lab.service.store.write { world in
        world.now += Int64(number) - 2000
        var found = try #require(try world.find(.product, product))
        found["description"] = .string("changed \(number) times")
        try world.save(&found, emitting: "product.updated")
      }
    }
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    // As it was when they had just been handled.
    let events = try lab.truth(.event).compactMapValues { $0["created"].integer }
    let newest = try #require(events.values.filter { $0 < cursor.readAt - 1000 }.max())
    cursor.handled = events
    (cursor.newest, cursor.readAt, cursor.lookedBackAt) = (newest, newest + 10, newest + 10)
    try lab.state.setFeed(cursor)
    let report = try await lab.feed { $0.eventsAtOnce = 3 }
    #expect(report.events == 0 && report.objects == 0)
  }

  @Test("an event that shows late, older than what was handled of its object, is not passed over")
  func late() async throws {
    let lab = try await listed()
    let product = try lab.id("/v1/products", "name=Late")
    _ = try await lab.feed()
    try await nextSecond()
    try lab.service.store.write { world in
      world.now -= 60
      var found = try #require(try world.find(.product, product))
      found["description"] = "changed before it was made"
      try world.save(&found, emitting: "product.updated")
    }
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    cursor.lookedBackAt -= 90
    try lab.state.setFeed(cursor)
    let report = try await lab.feed()
    #expect(report.events == 1 && report.objects >= 1)
    try lab.expectEqual([.product])
  }

  @Test("what happens on a test clock arrives, though its events bear the clock's time")
  func testClocks() async throws {
    let lab = try FetchLab()
    let old = try ClockCustomer(lab, frozenAt: Int64(Date().timeIntervalSince1970) - 20 * 86_400)
    try await lab.fetch()
    _ = try await lab.feed()
    try lab.post("/v1/customers/\(old.customer)", "name=Changed+in+the+past")
    let made = try ClockCustomer(lab, frozenAt: Int64(Date().timeIntervalSince1970) - 10 * 86_400)
    _ = try await lab.feed()
    #expect(try lab.living(.customer)[old.customer]?["name"] == "Changed in the past")
    try lab.expectEqual([.customer, .subscription, .invoice, .testClock, .paymentIntent, .charge])
    for clock in [old.clock, made.clock] {
      let time = try #require(try lab.send("GET", "/v1/test_helpers/test_clocks/\(clock)")["frozen_time"].integer)
      try lab.post("/v1/test_helpers/test_clocks/\(clock)/advance", "frozen_time=\(time + 40 * 86_400)")
      try await Wait.until("the clock has advanced") {
        try lab.send("GET", "/v1/test_helpers/test_clocks/\(clock)")["status"] == "ready"
      }
    }
    _ = try await lab.feed()
    try lab.expectEqual([.customer, .subscription, .invoice, .testClock, .paymentIntent, .charge])
  }

  @Test("what is deleted on a test clock, and with the clock itself, is gone, though its events lie before its reads")
  func deletesOnTestClocks() async throws {
    let lab = try FetchLab()
    let old = try ClockCustomer(lab, frozenAt: Int64(Date().timeIntervalSince1970) - 20 * 86_400)
    let clock = "/v1/test_helpers/test_clocks/\(old.clock)"
    let draft = try lab.id("/v1/invoices", "customer=\(old.customer)")
    try await lab.fetch()
    _ = try await lab.feed()
    try lab.send("DELETE", "/v1/invoices/\(draft)")
    _ = try await lab.feed()
    #expect(try lab.living(.invoice)[draft] == nil)
    let time = try #require(try lab.send("GET", clock)["frozen_time"].integer)
    try lab.post("\(clock)/advance", "frozen_time=\(time + 3 * 86_400)")
    try await Wait.until("the clock has advanced") { try lab.send("GET", clock)["status"] == "ready" }
    try lab.send("DELETE", clock)
    _ = try await lab.feed()
    #expect(try lab.living(.customer)[old.customer] == nil)
    try lab.expectEqual([.customer, .subscription, .invoice, .testClock])
  }

  @Test("single objects are read again; what is gone becomes a stub")
  func rereads() async throws {
    let lab = try await listed { try $0.keepCustomers([1_600_000_000, 1_600_000_001]) }
    let ids = try lab.truth(.customer).keys.sorted()
    // Behind the feed's back.
    try lab.service.store.write { world in
      var changed = try #require(try world.find(.customer, ids[0]))
      changed["email"] = "new@example.org"
      try world.save(&changed)
    }
    let client = lab.client()
    // What is gone is dated by the server's clock alone: ours may be wrong, and the feed forbidden.
    try lab.fault(["kind": "forbidden", "path": "/v1/events"])
    let ahead = WallClock { Date().addingTimeInterval(86_400) }
    let context = RunContext(runID: "run-ahead", command: "fetch", log: .silent, clock: ahead)
    let feed = Feed(FeedOptions(client: client, lake: lab.lake, source: "stripe"), context: context)
    let report = try await feed.reread(.customer, ids: [ids[0], "cus_never"])
    client.close()
    #expect(report.resources.first?.reads == 1 && report.resources.first?.deleted == 1)
    #expect(try lab.living(.customer)[ids[0]]?["email"] == "new@example.org")
    let gone = try #require(try lab.newest(.customer)["cus_never"])
    #expect(gone.object["deleted"] == true)
    #expect(gone.observation.observedAt <= Int64(Date().timeIntervalSince1970))
  }

  /// Waits for the next second to begin: an event has no finer time.
  private func nextSecond() async throws {
    let now = Int64(Date().timeIntervalSince1970)
    try await Wait.until("a new second begins") { Int64(Date().timeIntervalSince1970) > now }
  }
}
