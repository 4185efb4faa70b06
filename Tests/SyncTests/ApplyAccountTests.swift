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
import Webhooks

@testable import Sync

/// Events that are not this source's, and changes that cannot be looked up.
@Suite("Apply: whose events") struct ApplyAccountTests {
  @Test("events of a connected account change nothing here, though their ids are ours")
  func connected() async throws {
    try await ApplyLab.run { lab, apply in
      let product = try #require(try lab.ids(.product).first)
      try await apply.pass(seconds: 2)
      try lab.post("/v1/products/\(product)", "description=theirs")
      try await apply.pass(seconds: 2)
      let event = try #require(try apply.news().first)
      try apply.capture([
        event.with("account", "acct_1OtherConnected"),
        event.with("account", "acct_1OtherConnected").with("id", "evt_deleted").with("type", "product.deleted"),
      ])
      let row = "select coalesce(description, '') || deleted from {s}.products where id = '\(product)'"
      let report = try await apply.apply()
      #expect(report.otherAccounts == 2 && report.objects == 0 && report.setAside == 0)
      #expect(try await lab.value(row) == "false")
      #expect(try await lab.value("select count(*) from {s}.events where id = 'evt_deleted'") == "0")
      // One that names the account itself is its own.
      let own = try #require(try await lab.client().account())
      try apply.capture([event.with("account", .string(own)).with("id", "evt_own")])
      #expect(try await apply.apply().otherAccounts == 0)
      #expect(try await lab.value(row) == "theirsfalse")
    }
  }

  @Test("a thin event of a connected account, whose object is not here, is passed over and marks nothing as deleted")
  func connectedThin() async throws {
    try await ApplyLab.run { lab, apply in
      func thin(_ id: String, _ context: JSON, _ customer: String) -> JSONObject {
        [
          "id": .string(id), "object": "v2.core.event", "type": "v1.customer.updated", "livemode": false,
          "created": "2026-11-21T08:30:00.000Z", "context": context,
          "related_object": ["id": .string(customer), "type": "customer", "url": "/v1/customers"],
        ]
      }
      let own = try #require(try await lab.client().account())
      let mine = try lab.id("/v1/customers", "name=Mine")
      try apply.capture([
        thin("evt_1", "acct_1OtherConnected", "cus_theirs"), thin("evt_2", "org_1/acct_1OtherConnected", "cus_theirs"),
        thin("evt_3", .string("org_1/\(own)"), mine), thin("evt_4", .null, mine),
      ])
      let report = try await apply.apply()
      #expect(report.otherAccounts == 2 && report.setAside == 0)
      #expect(try await lab.value("select count(*) from {s}.customers where id = 'cus_theirs'") == "0")
      #expect(try await lab.value("select name from {s}.customers where id = '\(mine)'") == "Mine")
    }
  }

  @Test("a key that may not ask for its account takes the word of bronze for whose the events are")
  func unaskedAccount() async throws {
    try await ApplyLab.run { lab, apply in
      let own = try #require(try await lab.client().account())
      let mine = try lab.id("/v1/customers", "name=Mine")
      try lab.fault("forbidden", path: "/v1/account")
      try apply.capture(try apply.news().map { $0.with("account", .string(own)) })
      #expect(try await apply.apply().otherAccounts == 0)
      #expect(try await lab.value("select name from {s}.customers where id = '\(mine)'") == "Mine")
    }
  }

  @Test("where nobody knows the account, events that name one are set aside and change nothing")
  func unknownAccount() async throws {
    try await ApplyLab.run { lab, apply in
      let product = try #require(try lab.ids(.product).first)
      let known = try #require(try lab.state.account())
      try lab.state.setAccount(SourceAccount(id: nil, livemode: false, runID: known.runID, notedAt: known.notedAt))
      try lab.fault("forbidden", path: "/v1/account")
      try await apply.pass(seconds: 2)
      try lab.post("/v1/products/\(product)", "description=theirs")
      let mine = try lab.id("/v1/customers", "name=Mine")
      try await apply.pass(seconds: 2)
      let events = try apply.news()
      try apply.capture(
        events.map { event in
          guard event["type"] == "product.updated" else { return event }
          return event.with("account", "acct_x").with("type", "product.deleted")
        })
      let report = try await apply.apply()
      #expect(report.setAside == 1 && report.otherAccounts == 0)
      #expect(try await lab.value("select deleted from {s}.products where id = '\(product)'") == "f")
      #expect(try await lab.value("select name from {s}.customers where id = '\(mine)'") == "Mine")
    }
  }

  @Test("what is made and deleted within a second is gone, also where that is told first")
  func deletionFirst() async throws {
    try await ApplyLab.run { lab, apply in
      var events: [JSONObject] = []
      var product = ""
      // Until both are of one second.
      while Set(events.compactMap { $0["created"].integer }).count != 1 {
        try await apply.pass()
        product = try lab.id("/v1/products", "name=Short")
        try lab.call("DELETE", "/v1/products/\(product)")
        events = try apply.news()
      }
      #expect(events.map { $0["type"].string } == ["product.created", "product.deleted"])
      try await apply.pass(seconds: 2)
      for event in events.reversed() {
        try apply.capture([event])
        try await apply.apply()
      }
      #expect(try await lab.value("select deleted from {s}.products where id = '\(product)'") == "t")
    }
  }

  @Test("a customer that goes with its test clock is gone, whatever time the clock showed")
  func deletedClock() async throws {
    try await ApplyLab.run { lab, apply in
      let before = Int64(Date().timeIntervalSince1970) - 10 * 86_400
      let clock = try lab.id("/v1/test_helpers/test_clocks", "frozen_time=\(before)")
      let customer = try lab.id("/v1/customers", "name=On the clock&test_clock=\(clock)")
      try apply.capture(try apply.news())
      try await apply.apply()
      let deleted = "select deleted from {s}.customers where id = '\(customer)'"
      #expect(try await lab.value(deleted) == "f")
      try lab.call("DELETE", "/v1/test_helpers/test_clocks/\(clock)")
      let events = try apply.news()
      #expect(events.contains { $0["type"] == "customer.deleted" })
      try apply.capture(events)
      try await apply.apply()
      #expect(try await lab.value(deleted) == "t")
    }
  }

  @Test("a key of the other mode applies nothing: it would find none of the objects")
  func mode() async throws {
    try await ApplyLab.run { lab, apply in
      let product = try #require(try lab.ids(.product).first)
      try lab.post("/v1/products/\(product)", "description=live")
      let event = try #require(try apply.news().first).with("livemode", true)
      let file = "_state/account/\(lab.names.schema).json"
      let account = try #require(try lab.lake.read(file))
      try lab.lake.remove(file)
      let error = await #expect(throws: PlatformError.self) {
        try await apply.applier().applyOnce([JSONWriter.bytes(.object(event))])
      }
      #expect(error?.status == .configuration && error?.message.contains("live mode") == true)
      #expect(try await lab.value("select deleted from {s}.products where id = '\(product)'") == "f")
      // Where bronze says that the key is right, the event is to blame, and blocks no other.
      try lab.lake.replace(file, with: account)
      let mine = try lab.id("/v1/customers", "name=Mine")
      let applier = apply.applier()
      // A log holds one mode, but for what came before bronze told it.
      try await applier.applyOnce(([event] + (try apply.news())).map { JSONWriter.bytes(.object($0)) })
      #expect(await applier.finished().setAside == 1)
      #expect(try await lab.value("select deleted from {s}.products where id = '\(product)'") == "f")
      #expect(try await lab.value("select name from {s}.customers where id = '\(mine)'") == "Mine")
    }
  }

  @Test("a discount that goes in the very second in which it was seen is gone: it cannot be read")
  func discount() async throws {
    try await ApplyLab.run { lab, apply in
      try lab.id("/v1/coupons", "percent_off=10&duration=forever&id=TEN")
      let customer = try lab.id("/v1/customers", "payment_method=pm_card_visa")
      let method = try #require(
        try lab.call("GET", "/v1/payment_methods", "customer=\(customer)")["data"].array?.first?["id"].string)
      let price = try lab.id(
        "/v1/prices", "currency=eur&unit_amount=900&recurring[interval]=month&product_data[name]=P")
      let subscription = try lab.id(
        "/v1/subscriptions",
        "customer=\(customer)&items[0][price]=\(price)&default_payment_method=\(method)&discounts[0][coupon]=TEN")
      let discount = try #require(
        try lab.call("GET", "/v1/subscriptions/\(subscription)")["discounts"].array?.first?.string)
      try apply.capture(try apply.news())
      try await apply.apply()
      let deleted = "select deleted from {s}.discounts where id = '\(discount)'"
      #expect(try await lab.value(deleted) == "f")
      try lab.post("/v1/subscriptions/\(subscription)", "discounts=")
      let gone = try #require(try apply.news().first { $0["type"] == "customer.discount.deleted" })
      let second = try #require(gone["created"].integer)
      try await lab.execute("update {s}.discounts set observed_at = to_timestamp(\(second)), observed_sequence = 0")
      try apply.capture([gone])
      try await apply.apply()
      #expect(try await lab.value(deleted) == "t")
    }
  }
}

extension JSONObject {
  fileprivate func with(_ name: String, _ value: JSON) -> JSONObject {
    var changed = self
    changed[name] = value
    return changed
  }
}
