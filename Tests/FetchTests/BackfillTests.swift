import BronzeStore
import Foundation
import PlatformCore
import Sandbox
import SandboxServer
import StripeClient
import StripeModel
import Synchronization
import Testing

@testable import Fetch

/// Listing an account whole.
@Suite("Backfill") struct BackfillTests {
  @Test("every resource is complete: seeded objects, long lists, what lives on test clocks; the feed's place is noted")
  func everything() async throws {
    let lab = try FetchLab()
    try await lab.seed(customers: 20, months: 3)
    let long = try LongLists(lab)
    let clock = try ClockCustomer(lab)
    let before = try lab.everything()
    let report = try await lab.fetch()
    #expect(report.statuses == [] && report.exitStatus == .done, "\(report.problems)")
    try lab.expectEqual(unchangedSince: before)
    for name in [ResourceName.customer, .subscription, .invoice, .charge, .paymentMethod, .event] {
      let one = try #require(report.resources.first { $0.resource == name.definition.table })
      #expect(one.outcome == .read && one.objects > 0 && one.pages > 0)
    }
    // What the sandbox does not serve is said, and is no failure.
    #expect(report.resources.contains { $0.outcome == .unserved && $0.reason != nil && $0.status == nil })
    #expect(try lab.living(.customer)[clock.customer]?["test_clock"].string == clock.clock)
    #expect(try lab.living(.subscription)[clock.subscription] != nil)
    try long.check(lab)
    let completed = report.resources.reduce(0) { $0 + $1.completedLists }
    #expect(completed >= long.cutLists)
    // One moment for all of an answer, and the version it was asked in.
    let lines = try lab.lines(.customer)
    #expect(lines.allSatisfy { $0.observation.sequence == 1 && $0.observation.apiVersion == "2026-10-28.endive" })
    #expect(lines.allSatisfy { $0.observation.correlationID?.hasPrefix("req_") == true })
    let cursor = try #require(try lab.state.feed(FeedCursor.self))
    #expect(lines.allSatisfy { $0.observation.observedAt >= cursor.readAt })
    #expect(cursor.listed["customers"] != nil && cursor.listed["payment_methods"] != nil)
    #expect(cursor.clocks.keys.contains(clock.clock))
    #expect(try lab.state.checkpoint(of: "customers", Checkpoint.self) == nil)
    let manifest = try #require(try lab.state.manifest(of: report.runID))
    #expect(manifest.status == "done" && manifest.counts["objects"] == report.objects)
    #expect(manifest.outputs.reduce(0) { $0 + $1.lines } == report.objects)
  }

  @Test("a hostile network and a list that moves change nothing: nothing is missing, nothing doubled")
  func faults() async throws {
    let lab = try FetchLab()
    try await lab.seed(customers: 40, months: 2)
    let before = try [RecordType.customer, .charge, .balanceTransaction, .invoice].map { ($0, try lab.truth($0)) }
    for (kind, rate) in [
      ("rate_limit", 0.03), ("lock_timeout", 0.03), ("server_error", 0.05), ("unavailable", 0.03), ("cut_before", 0.03),
      ("cut_during", 0.03), ("cut_after", 0.03), ("truncate", 0.05), ("reorder_keys", 0.3), ("shift_page", 0.5),
    ] {
      try lab.fault(["kind": .string(kind), "rate": .decimal(String(rate)), "seed": 3])
    }
    let report = try await lab.fetch()
    try lab.send("DELETE", "/_okapi/faults")
    #expect(report.statuses == [], "\(report.problems)")
    #expect(report.api.retried > 0)
    for (type, objects) in before {
      let here = try lab.living(#require(ResourceName(rawValue: type.rawValue)))
      #expect(Set(objects.keys).subtracting(here.keys) == [], "\(type)")
    }
  }

  @Test("windows become as many as the objects want, and few pages are read in vain")
  func windows() async throws {
    let lab = try FetchLab()
    // Two dense days years apart, one second with more than a page, and a sparse year.
    let base: Int64 = 1_700_000_000
    try lab.keepCustomers(
      (0..<1500).map { base + $0 % 86_400 * 31 } + (0..<1000).map { base + 50_000_000 + $0 * 60 }
        + Array(repeating: base + 60_000_000, count: 250) + (0..<50).map { base + $0 * 600_000 })
    let report = try await lab.fetch([.customer])
    try lab.expectEqual([.customer])
    let one = try #require(report.resources.first)
    #expect(one.objects >= 2800 && one.objects < 3200)
    #expect(one.windows > 3)
    #expect(one.pages < 80, "28 would do for one reader")
  }

  @Test("an object at a page's edge that is deleted between two pages does not end the list")
  func vanishingEdge() async throws {
    let lab = try FetchLab()
    try lab.keepCustomers((0..<350).map { 1_700_000_000 + $0 / 3 })
    let all = try lab.truth(.customer)
    let client = lab.client()
    let request = try #require(ListRequest(ResourceName.customer.definition))
    for edges in [1, 2, 100] {
      var walk = PageWalk(client, request)
      var seen: Set<String> = []
      var isFirst = true
      while let (page, _) = try await walk.next() {
        seen.formUnion(page.ids)
        if isFirst { for id in page.ids.suffix(edges) { try lab.send("DELETE", "/v1/customers/\(id)") } }
        isFirst = false
      }
      let left = try lab.truth(.customer)
      #expect(Set(left.keys).subtracting(seen) == [], "\(edges) at the edge")
    }
    #expect(try lab.truth(.customer).count == all.count - 103)
    client.close()
  }

  @Test("a fetch that is stopped after any page is gone on with: complete, and what was read is not read again")
  func goesOn() async throws {
    let lab = try FetchLab()
    try lab.keepCustomers((0..<2000).map { 1_700_000_000 + $0 * 1000 })
    let first = try await stop(lab, afterPages: 1)
    #expect(first)
    var stops = 1
    while try await stop(lab, afterPages: 3) { stops += 1 }
    #expect(stops > 3)
    try lab.expectEqual([.customer])
    let lines = try lab.lines(.customer)
    // At most what eight workers had under way at each stop, and the rows of a page's last second.
    #expect(lines.count <= 2000 + stops * 850)
    #expect(Set(lines.map(\.runID)).count == stops + 1)
    #expect(try lab.state.checkpoint(of: "customers", Checkpoint.self) == nil)
    // The next fetch begins anew.
    let report = try await lab.fetch([.customer])
    #expect(report.objects >= 2000 && !report.resources[0].isResumed)
  }

  /// Fetches customers and cancels after some pages; answers whether it was stopped before its end.
  private func stop(_ lab: FetchLab, afterPages limit: Int) async throws -> Bool {
    let pages = Mutex(0)
    let task = Mutex<Task<FetchReport, any Error>?>(nil)
    let running = Task {
      try await lab.fetch([.customer]) { options in
        options.checkpointInterval = .zero
        options.onProgress = { _ in
          let count = pages.withLock { pages in
            pages += 1
            return pages
          }
          if count >= limit { task.withLock { $0?.cancel() } }
        }
      }
    }
    task.withLock { $0 = running }
    if pages.withLock({ $0 }) >= limit { running.cancel() }
    do {
      _ = try await running.value
      return false
    } catch is CancellationError {
      return true
    }
  }

  @Test("what was forbidden and what failed are reported, the others are read, and the next fetch reads what failed")
  func forbiddenAndFailed() async throws {
    let lab = try FetchLab()
    try await lab.seed(customers: 10, months: 2)
    let before = try lab.everything()
    try lab.fault(["kind": "forbidden", "path": "/v1/disputes"])
    try lab.fault(["kind": "server_error", "path": "/v1/refunds"])
    let client = lab.client { $0.attempts = 2 }
    let report = try await lab.fetch(client: client)
    let byTable = Dictionary(uniqueKeysWithValues: report.resources.map { ($0.resource, $0) })
    #expect(byTable["disputes"]?.outcome == .forbidden && byTable["disputes"]?.status == 77)
    #expect(byTable["disputes"]?.reason?.contains("permission") == true)
    #expect(byTable["refunds"]?.outcome == .failed && byTable["refunds"]?.status == 69)
    #expect(byTable["charges"]?.outcome == .read && byTable["customers"]?.outcome == .read)
    #expect(report.statuses == [69, 77], "\(report.problems)")
    #expect(report.exitStatus == .unavailable)
    #expect(try lab.state.feed(FeedCursor.self)?.listed["disputes"] == nil)

    try lab.send("DELETE", "/_okapi/faults")
    try lab.fault(["kind": "forbidden", "path": "/v1/disputes"])
    let again = try await lab.fetch(client: client)
    client.close()
    #expect(again.statuses == [77] && again.exitStatus == .permission)
    let second = Dictionary(uniqueKeysWithValues: again.resources.map { ($0.resource, $0) })
    #expect(second["customers"]?.wasDone == true && second["customers"]?.objects == 0)
    #expect(second["refunds"]?.wasDone == false && second["refunds"]?.outcome == .read)
    try lab.expectEqual(ResourceName.allCases.filter { $0 != .dispute }, unchangedSince: before)
  }

  @Test("after a kill between the last checkpoint and the cursor the feed speaks for the resource all the same")
  func killedBeforeTheCursor() async throws {
    let lab = try FetchLab()
    try lab.keepCustomers([1_700_000_000])
    try await lab.fetch([.customer])
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    let begunAt = try #require(cursor.listed["customers"])
    cursor.listed["customers"] = nil
    try lab.state.setFeed(cursor)
    let request = ["2026-10-28.endive", "", lab.service.url]
    var checkpoint = Checkpoint(runs: ["run-101"], begunAt: begunAt, request: request)
    checkpoint.isFinished = true
    try lab.state.setCheckpoint(checkpoint, of: "customers")
    #expect(try await lab.fetch([.customer]).resources.first?.wasDone == true)
    #expect(try lab.state.feed(FeedCursor.self)?.listed["customers"] == begunAt)
  }

  @Test("a key that is refused ends the run, and nothing is left half")
  func refusedKey() async throws {
    let lab = try FetchLab()
    let client = lab.client { $0.key = "pk_test_123456789" }
    let error = await #expect(throws: PlatformError.self) { try await lab.fetch(client: client) }
    #expect(error?.status == .permission)
    client.close()
  }
}

extension FetchReport {
  /// What is not as it should be, for a failing test.
  var problems: [String] {
    resources.compactMap { one in one.status.map { "\(one.resource) \($0) \(one.reason ?? "")" } }
  }
}

/// Invoices with 11, 20 and 101 lines, a subscription with 11 items, a charge with 11 refunds.
struct LongLists {
  let invoices: [Int: String]
  let subscription: String
  let charge: String
  /// Lists that the API cuts.
  let cutLists = 5

  init(_ lab: FetchLab) throws {
    let customer = try lab.id("/v1/customers", "name=Long&payment_method=pm_card_visa")
    let method = try #require(
      try lab.send("GET", "/v1/customers/\(customer)/payment_methods")["data"].array?.first?["id"].string)
    try lab.post("/v1/customers/\(customer)", "invoice_settings[default_payment_method]=\(method)")
    var invoices: [Int: String] = [:]
    for count in [11, 20, 101] {
      let invoice = try lab.id("/v1/invoices", "customer=\(customer)&currency=usd")
      for number in 1...count {
        try lab.post(
          "/v1/invoiceitems", "customer=\(customer)&invoice=\(invoice)&currency=usd&amount=\(number)")
      }
      invoices[count] = invoice
    }
    self.invoices = invoices
    let product = try lab.id("/v1/products", "name=Parts")
    var form = "customer=\(customer)&default_payment_method=\(method)"
    for number in 0..<11 {
      let price = try lab.id(
        "/v1/prices",
        "product=\(product)&currency=usd&unit_amount=\(100 + number)&recurring[interval]=month")
      form += "&items[\(number)][price]=\(price)"
    }
    subscription = try lab.id("/v1/subscriptions", form)
    let intent = try lab.post(
      "/v1/payment_intents",
      "amount=5000&currency=usd&customer=\(customer)&payment_method=\(method)&confirm=true&off_session=true")
    charge = try #require(intent["latest_charge"].id)
    for _ in 0..<11 { try lab.post("/v1/refunds", "charge=\(charge)&amount=10") }
  }

  func check(_ lab: FetchLab) throws {
    let invoices = try lab.living(.invoice)
    for (count, id) in self.invoices {
      let invoice = try #require(invoices[id])
      let lines = invoice.list("lines")
      #expect(lines.hasMore == false && lines.ids.count == count && Set(lines.ids).count == count)
      let sum = (invoice["lines"]["data"].array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
      #expect(sum == invoice["subtotal"].integer)
      // Nothing but the list has changed: what the envelope says besides stays.
      #expect(invoice["lines"]["total_count"].integer == Int64(count))
    }
    let items = try #require(try lab.living(.subscription)[subscription]).list("items")
    #expect(items.hasMore == false && Set(items.ids).count == 11)
    let refunds = try #require(try lab.living(.charge)[charge]).list("refunds")
    #expect(refunds.hasMore == false && Set(refunds.ids).count == 11)
  }
}

/// A customer on a test clock, with a subscription.
struct ClockCustomer {
  let clock: String
  let customer: String
  let subscription: String

  init(_ lab: FetchLab, frozenAt time: Int64 = 1_700_000_000) throws {
    clock = try lab.id("/v1/test_helpers/test_clocks", "frozen_time=\(time)")
    customer = try lab.id("/v1/customers", "name=Timeless&test_clock=\(clock)&payment_method=pm_card_visa")
    let product = try lab.id("/v1/products", "name=Clockwork")
    let price = try lab.id(
      "/v1/prices", "product=\(product)&currency=usd&unit_amount=700&recurring[interval]=month")
    let method = try #require(
      try lab.send("GET", "/v1/customers/\(customer)/payment_methods")["data"].array?.first?["id"].string)
    subscription = try lab.id(
      "/v1/subscriptions", "customer=\(customer)&items[0][price]=\(price)&default_payment_method=\(method)")
  }
}
