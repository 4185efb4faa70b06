import BronzeStore
import Fetch
import Foundation
import PlatformCore
import ResourceStore
import Sandbox
import SandboxServer
import StripeClient
import TestSupport
import Testing
import Verify
import Webhooks

@testable import Sync

/// Captured events on their way into the tables.
@Suite("Apply") struct ApplyTests {
  @Test("what customers, charges, refunds and a deletion change comes with its parents, and equals the source")
  func equals() async throws {
    try await ApplyLab.run { lab, apply in
      let cursor = try lab.state.feed(FeedCursor.self)
      let customer = try lab.id("/v1/customers", "name=One&payment_method=pm_card_visa")
      let intent = try lab.id(
        "/v1/payment_intents",
        "amount=1200&currency=eur&confirm=true&payment_method=pm_card_visa&customer=\(customer)&off_session=true")
      try lab.post("/v1/refunds", "payment_intent=\(intent)&amount=300")
      let gone = try lab.id("/v1/customers", "name=Gone")
      try lab.call("DELETE", "/v1/customers/\(gone)")
      // The account goes on: a charge gets its balance transaction a little later.
      var (isEqual, events) = (false, try apply.news())
      while !isEqual, !events.isEmpty {
        try apply.capture(events.reversed())
        let report = try await apply.apply()
        #expect(report.events == events.count && report.setAside == 0)
        isEqual = try await lab.verify().isEqual
        events = try apply.news()
      }
      #expect(isEqual)
      #expect(try await lab.value("select name from {s}.customers where id = '\(customer)'") == "One")
      #expect(try await lab.value("select deleted::text from {s}.customers where id = '\(gone)'") == "true")
      #expect(try await lab.value("select count(*) from {s}.charges where is_placeholder") == "0")
      #expect(try lab.state.feed(FeedCursor.self) == cursor, "the cursor is the sync's")
    }
  }

  @Test("of two events of one second, whichever comes last, the object is read; an older one changes nothing")
  func order() async throws {
    try await ApplyLab.run { lab, apply in
      let product = try #require(try lab.ids(.product).first)
      for number in 0..<2 {
        try lab.service.store.write { world in
          var record = try #require(try world.find(.product, product))
          record["description"] = .string("change \(number)")
          try world.save(&record, emitting: "product.updated")
        }
      }
      try await apply.pass(seconds: 3)
      let events = try apply.news()
      let description = "select description from {s}.products where id = '\(product)'"
      // Apart, the newer one first: alone each of them would be taken for the whole truth of its second.
      for event in events.reversed() {
        try apply.capture([event])
        try await apply.apply()
        #expect(try await lab.value(description) == "change 1")
      }
      try await apply.pass(seconds: 2)
      let older = try lab.post("/v1/products/\(product)", "description=older")
      try await apply.pass(seconds: 3)
      try lab.post("/v1/products/\(product)", "description=newest")
      try await apply.pass(seconds: 3)
      #expect(older["description"] == "older")
      for event in try apply.news().reversed() {
        try apply.capture([event])
        try await apply.apply()
        #expect(try await lab.value(description) == "newest")
      }
    }
  }

  @Test("an object that is deleted stays so, when an event from before comes afterwards")
  func deleted() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try lab.id("/v1/customers", "name=Gone")
      try await apply.pass(seconds: 2)
      try lab.call("DELETE", "/v1/customers/\(customer)")
      try await apply.pass(seconds: 3)
      let deleted = "select deleted::text from {s}.customers where id = '\(customer)'"
      for event in try apply.news().reversed() {
        try apply.capture([event])
        try await apply.apply()
        #expect(try await lab.value(deleted) == "true")
      }
    }
  }

  @Test("a thin event lets the object that it names be read, and one of an unknown type changes nothing")
  func thin() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try lab.id("/v1/customers", "name=Thin")
      _ = try apply.news()
      try apply.capture([
        [
          "id": "evt_thin", "object": "v2.core.event", "type": "v1.customer.something",
          "created": "2026-11-21T08:00:00Z",
          "related_object": ["id": .string(customer), "type": "customer", "url": "/v1/customers/x"],
        ],
        [
          "id": "evt_unknown", "object": "event", "type": "mandate.updated", "created": 1_795_000_000,
          "api_version": "2026-10-28.endive", "data": ["object": ["id": "mandate_1", "object": "mandate"]],
        ],
      ])
      #expect(try await apply.apply().setAside == 0)
      #expect(try await lab.value("select name from {s}.customers where id = '\(customer)'") == "Thin")
    }
  }

  /// People choose the ids of products, and what refers to an object may hold anything.
  @Test("an id may hold what JSON escapes", arguments: ["a\nb", "a\u{1}\u{7f}\"\\b"])
  func oddID(_ id: String) async throws {
    try await ApplyLab.run { lab, apply in
      let coded = try #require(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      try lab.post("/v1/products", "name=Odd&id=\(coded)")
      try lab.call("DELETE", "/v1/products/\(coded)")
      let product = try #require(lab.ids(.product).first)
      let price = try lab.id("/v1/prices", "currency=eur&unit_amount=100&product=\(product)")
      try lab.change(.price, price) { $0["product"] = .string("b" + id) }
      try lab.post("/v1/prices/\(price)", "nickname=Odd")
      try apply.capture(try apply.news())
      let applier = apply.applier()
      #expect(try await apply.apply(applier).setAside == 0)
      let customer = try lab.id("/v1/customers", "name=Behind it")
      try apply.capture(try apply.news())
      #expect(try await apply.apply(applier).setAside == 0)
      #expect(try await lab.value("select name from {s}.customers where id = '\(customer)'") == "Behind it")
      #expect(try await lab.rows("select id from {s}.products where deleted order by id") == [id, "b" + id])
      #expect(try await lab.sync().exitStatus == .done)
    }
  }

  @Test("an event that cannot be applied is set aside with its reason while others go on, and retried with success")
  func poison() async throws {
    try await ApplyLab.run { lab, apply in
      let before = try lab.id("/v1/customers", "name=Before")
      try lab.id("/v1/coupons", "percent_off=10&duration=once&id=WINTER")
      let after = try lab.id("/v1/customers", "name=After")
      // A coupon's object is read, and may not be.
      try lab.fault("forbidden", path: "/v1/coupons/WINTER")
      let events = try apply.news()
      let poison = try #require(events.first { $0["type"] == "coupon.created" }?["id"].string)
      try apply.capture(events)
      let applier = apply.applier()
      let report = try await apply.apply(applier)
      #expect(report.setAside == 1 && applier.status.done.waiting == 1)
      for id in [before, after] {
        #expect(try await lab.value("select count(*) from {s}.customers where id = '\(id)'") == "1")
      }
      let file = apply.folder.appending(path: "set-aside/\(poison).json")
      #expect(try String(contentsOf: file, encoding: .utf8).contains("coupons"))
      #expect(try await apply.applier().retry().waiting == 1, "it cannot be read yet")
      try lab.clearFaults()
      let retried = try await apply.applier().retry()
      #expect(retried.events == 1 && retried.setAside == 0 && retried.waiting == 0)
      #expect(try await lab.value("select count(*) from {s}.coupons where id = 'WINTER'") == "1")
    }
  }

  @Test("an object that breaks its declared shape is set aside, and the others of its batch are applied")
  func broken() async throws {
    try await ApplyLab.run { lab, apply in
      let product = try lab.id("/v1/products", "name=Whole")
      try await apply.pass(seconds: 3)
      let created = try #require(try apply.news().last)
      let object: JSONObject = ["id": "prod_broken", "object": "product", "created": "never", "livemode": false]
      var broken = created
      broken["id"] = "evt_broken"
      broken["type"] = "product.updated"
      broken["data"] = ["object": .object(object)]
      try apply.capture([broken, created])
      let report = try await apply.apply()
      #expect(report.setAside == 1)
      #expect(try await lab.value("select name from {s}.products where id = '\(product)'") == "Whole")
    }
  }

  @Test("an outage is waited for, and sets nothing aside")
  func outage() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try lab.id("/v1/customers", "name=Later")
      try apply.capture(try apply.news())
      try lab.fault("unavailable")
      let applier = apply.applier(lab.client { $0.attempts = 2 })
      let task = Task { await applier.run(every: .milliseconds(10)) }
      try await Wait.until("it waits", limit: .seconds(60)) { applier.status.waitsFor != nil }
      try lab.clearFaults()
      try await Wait.until("it is applied", limit: .seconds(120)) { applier.status.done.events > 0 }
      task.cancel()
      await task.value
      #expect(applier.status.done.setAside == 0 && applier.status.waitsFor == nil)
      #expect(try await lab.value("select name from {s}.customers where id = '\(customer)'") == "Later")
    }
  }

  @Test("one object that the API fails for, while it answers otherwise, does not hold up the others for ever")
  func failingObject() async throws {
    try await ApplyLab.run { lab, apply in
      try lab.id("/v1/coupons", "percent_off=10&duration=once&id=WINTER")
      let customer = try lab.id("/v1/customers", "name=Behind it")
      try lab.fault("server_error", path: "/v1/coupons/WINTER")
      try apply.capture(try apply.news())
      let client = lab.client { $0.attempts = 2 }
      let applier = apply.applier(client)
      #expect(try await apply.apply(applier).setAside == 1)
      #expect(try await lab.value("select name from {s}.customers where id = '\(customer)'") == "Behind it")
      // Its next events are set aside at once: nobody waits for them again.
      try lab.service.store.write { world in
        var record = try #require(try world.find(.coupon, "WINTER"))
        record["name"] = .string("Cold")
        try world.save(&record, emitting: "coupon.updated")
      }
      try apply.capture(try apply.news())
      let calls = client.statistics.calls
      #expect(try await apply.apply(applier).setAside == 2)
      #expect(client.statistics.calls == calls)
      try lab.clearFaults()
      #expect(try await apply.applier().retry().waiting == 0)
      #expect(try await lab.value("select name from {s}.coupons where id = 'WINTER'") == "Cold")
    }
  }

  @Test("what was applied before a kill is applied again without harm, and a replay changes nothing")
  func again() async throws {
    try await ApplyLab.run { lab, apply in
      for number in 0..<5 { try lab.id("/v1/customers", "name=Number \(number)&payment_method=pm_card_visa") }
      let events = try apply.news()
      try apply.capture(events)
      try await apply.apply()
      // As if it had been killed after the load and before its position moved.
      try FileManager.default.removeItem(at: apply.folder.appending(path: "apply.json"))
      #expect(try await apply.apply().changedRows == 0)
      let bronze = BronzeReader(lake: lab.lake, source: lab.names.schema)
      let then = Date().addingTimeInterval(-3600)
      #expect(try await apply.applier().replay(since: then, from: bronze).events == events.count, "from the log")
      apply.log.close()  // all of it is in bronze now
      for _ in 0..<2 {
        let report = try await apply.applier().replay(since: then, from: bronze)
        #expect(report.changedRows == 0 && report.setAside == 0 && report.events == events.count, "each event once")
      }
      let later = try await apply.applier().replay(since: Date().addingTimeInterval(3600), from: bronze)
      #expect(later.events == 0)
      let isEqual = try await lab.verify().isEqual
      #expect(isEqual)
    }
  }

  @Test("beside a sync that lists everything both go on, and the tables equal the source")
  func besideSync() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 20, months: 2)
      try lab.standStill(true)
      let apply = try await ApplyLab(lab)
      _ = try apply.news()
      async let synced = lab.sync()
      for number in 0..<10 {
        try lab.id("/v1/customers", "name=Meanwhile \(number)&payment_method=pm_card_visa")
        let some = try #require(try lab.id(.customer, at: Double(number) / 10))
        try lab.post("/v1/customers/\(some)", "description=changed \(number)")
        try apply.capture(try apply.news())
        try await apply.apply()
      }
      _ = try await synced
      #expect(try await lab.value("select count(*) from {s}.customers where name like 'Meanwhile %'") == "10")
      try await lab.expectEqual()
      apply.log.close()
    }
  }
}
