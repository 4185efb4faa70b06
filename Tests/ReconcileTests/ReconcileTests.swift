import BronzeStore
import Fetch
import Foundation
import PlatformCore
import Reconcile
import Sandbox
import SandboxServer
import StripeClient
import TestSupport
import Testing

/// Captured events against the feed and the batch.
@Suite struct ReconcileTests {
  @Test("what was captured whole is clean, counted by type and day, and a manifest says so")
  func clean() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(3)
    try await lab.capture(events)
    let report = try await lab.reconcile()
    #expect(report.exitStatus == .done && report.captured == events.count && report.feed == events.count)
    #expect(report[.missing] == 0 && report[.batchBehind] == 3)
    let day = String(Date(timeIntervalSince1970: Double(events[0]["created"].integer ?? 0)).rfc3339.prefix(10))
    let first = try #require(report.days.first { $0.type == "customer.created" })
    #expect(first.day == day && first.captured == first.feed && first.findings == [:])
    let manifest = try #require(try lab.bronze.manifest(of: report.runID))
    #expect(manifest.command == "webhooks reconcile" && manifest.status == "done" && manifest.outputs.isEmpty)
    #expect(manifest.counts["captured"] == events.count && manifest.counts["missing"] == 0)
  }

  @Test("a missing event is named; --heal brings it to bronze and marks it, and then all is clean")
  func heal() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(4)
    try await lab.capture([events[0], events[2]])
    let missing = [events[1].name, events[3].name].sorted()
    let report = try await lab.reconcile()
    #expect(report.exitStatus == .differences && report.ids(.missing).sorted() == missing)
    #expect(report.days.reduce(0) { $0 + ($1.findings["missing"] ?? 0) } == 2)
    let file = try String(contentsOfFile: try #require(report.findingsFile), encoding: .utf8)
    for id in missing { #expect(file.contains("\"kind\":\"missing\",\"id\":\"\(id)\"")) }
    #expect(try lab.lines().count == 2, "without --heal nothing is written")

    let healed = try await lab.reconcile { $0.heals = true }
    #expect(healed.exitStatus == .done && healed.healedNow == 2 && healed[.missing] == 0)
    #expect(try lab.lines().filter { $0.sequence == 1 }.map(\.id).sorted() == missing)
    let manifest = try #require(try lab.bronze.manifest(of: healed.runID))
    #expect(manifest.outputs.map(\.lines) == [2] && manifest.counts["healed_now"] == 2)

    let after = try await lab.reconcile { $0.heals = true }
    #expect(after.exitStatus == .done && after.healedNow == 0 && after.ids(.healed).sorted() == missing)
    #expect(try lab.lines().count == 4)
  }

  @Test("what is young, unshipped or newer than all that was shipped is pending, and never healed")
  func pending() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(3)
    let young = try await lab.reconcile {
      $0.grace = .seconds(600)
      $0.heals = true
    }
    #expect(young.exitStatus == .done && young.found.keys.sorted() == ["pending"] && young[.pending] == 3)
    // Nothing was shipped yet, so that all may be on its way for so long.
    #expect(try await lab.reconcile { $0.shipping = .seconds(1200) }[.pending] == 3)
    let held = events[1].name
    try await lab.capture([events[0]])
    let report = try await lab.reconcile {
      $0.unshipped = { name in try name(held) }
      $0.heals = true
    }
    #expect(report.ids(.pending) == [held] && report.healedNow == 1)
    #expect(try lab.lines().map(\.id).sorted() == [events[0].name, events[2].name].sorted())
  }

  @Test("an event older than all that was shipped is missing, whatever time shipping has")
  func olderThanShipped() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(2)
    // The second one was received ten minutes after the first one happened.
    try await lab.capture([events[1]], after: 600)
    let report = try await lab.reconcile { $0.shipping = .seconds(1200) }
    #expect(report.ids(.missing) == [events[0].name] && report.ids(.late) == [events[1].name])
    #expect(report.findings.first { $0.kind == .late }?.detail == "600 s")
  }

  @Test("whose an event is, it tells by where it comes from: a delivery of Connect may say it and the feed not")
  func accountOfADelivery() async throws {
    let lab = try ReconcileLab()
    let own = JSON.string(try #require(try await lab.client().account()))
    let events = try lab.customers(2)
    try await lab.capture(events.map { $0.with("account", own).with("context", own) })
    let report = try await lab.reconcile()
    #expect(report.exitStatus == .done && report[.differing] == 0 && report.otherAccounts == 0)
    #expect(report.captured == 2)
  }

  @Test("events of connected accounts are counted, and not compared")
  func connected() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(2)
    let theirs = events[0].with("id", "evt_theirs").with("account", "acct_1OtherConnected")
    try await lab.capture(events + [theirs])
    let report = try await lab.reconcile()
    #expect(report.exitStatus == .done && report.otherAccounts == 1 && report.captured == 2)
    #expect(report[.extra] == 0 && report[.batchBehind] == 2)
  }

  @Test("an event of a test clock is found though it was received days before its time")
  func testClock() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(2)
    let created = try #require(events[1]["created"].integer)
    try await lab.capture([events[0]])
    try await lab.capture([events[1]], after: -5 * 86_400)
    let report = try await lab.reconcile { $0.since = created - 60 }
    #expect(report.exitStatus == .done && report[.missing] == 0 && report.captured == 2)
  }

  @Test("content is compared without what differs from read to read; another API version is not comparable")
  func content() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(3)
    var changed = try #require(events[1]["data"].object)
    changed["object"] = .object(try #require(changed["object"].object).with("name", "Somebody else"))
    let reordered = JSONObject(events[0].with("pending_webhooks", 7).members.reversed().map { ($0.name, $0.value) })
    try await lab.capture([
      reordered, events[1].with("data", .object(changed)), events[2].with("api_version", "2025-09-30.clover"),
    ])
    let report = try await lab.reconcile()
    #expect(report.exitStatus == .differences)
    #expect(report.ids(.differing) == [events[1].name] && report.ids(.notComparable) == [events[2].name])
    #expect(report.findings.first { $0.kind == .notComparable }?.detail?.contains("2025-09-30.clover") == true)
  }

  @Test("a product's url is content, not a link that is signed")
  func productURL() async throws {
    let lab = try ReconcileLab()
    try lab.id("/v1/products", "name=One&url=https://one.example")
    let event = try #require(lab.events().first { $0["type"] == "product.created" })
    var data = try #require(event["data"].object)
    data["object"] = .object(try #require(data["object"].object).with("url", "https://two.example"))
    try await lab.capture([event.with("data", .object(data))])
    #expect(try await lab.reconcile().ids(.differing) == [event.name])
  }

  @Test("where nobody has noted whose account it is, a feed that knows no captured event is another's")
  func unknownAccount() async throws {
    let (lab, other) = (try ReconcileLab(), try ReconcileLab())
    try await lab.capture(other.customers(2))
    try lab.customers(2)
    for heals in [false, true] {
      let error = await #expect(throws: PlatformError.self) { try await lab.reconcile { $0.heals = heals } }
      #expect(error?.status == .configuration && error?.message.contains("none of the") == true)
    }
    // Nor where the time that is asked for holds none of them.
    let later = try #require(other.events().last?["created"].integer) + 1
    try await lab.pass(seconds: 2)
    try lab.customers(1)
    let error = await #expect(throws: PlatformError.self) {
      try await lab.reconcile { ($0.heals, $0.since) = (true, later) }
    }
    #expect(error?.status == .configuration && error?.nextStep?.contains("--since") == true)
    #expect(try lab.lines().count == 2)
    // What was healed from a feed proves nothing for it.
    try await lab.capture([try #require(lab.events().first)], sequence: 1)
    await #expect(throws: PlatformError.self) { try await lab.reconcile() }
    // One that both know will do.
    try await lab.capture([try #require(lab.events().last)])
    #expect(try await lab.reconcile().captured == 4)
  }

  @Test("a key of the other mode than the captured events' compares and heals nothing")
  func otherMode() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(2)
    try await lab.capture(events.map { $0.with("livemode", true) })
    let error = await #expect(throws: PlatformError.self) { try await lab.reconcile { $0.heals = true } }
    #expect(error?.status == .configuration && error?.message.contains("live mode") == true)
    #expect(try lab.lines().count == 2)
  }

  @Test("what was gone before the batch first looked is not behind in it")
  func goneBefore() async throws {
    let lab = try ReconcileLab()
    let client = lab.client()
    defer { client.close() }
    let fetch = FetchOptions(client: client, lake: lab.lake, source: "stripe")
    let before = try lab.id("/v1/customers", "name=Before")
    try lab.send("DELETE", "/v1/customers/\(before)")
    try await lab.pass(seconds: 2)
    _ = try await AccountGuard.require(client, in: lab.lake, source: "stripe", lab.context("fetch"))
    _ = try await Fetch(fetch, context: lab.context("fetch")).run()
    try await lab.capture(lab.events())
    #expect(try await lab.reconcile()[.batchBehind] == 0)
    try await lab.pass(seconds: 2)
    let after = try lab.id("/v1/customers", "name=After")
    try lab.send("DELETE", "/v1/customers/\(after)")
    try await lab.capture(lab.events().filter { $0["data"]["object"]["id"].string == after })
    let report = try await lab.reconcile()
    #expect(report.findings.filter { $0.kind == .batchBehind }.map(\.object) == [after])
  }

  @Test("what only bronze holds is extra, but for thin events; what stands twice is a duplicate, and must agree")
  func extra() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(2)
    let created = try #require(events[0]["created"].integer) - 60
    let thin: JSONObject = [
      "id": "evt_thin", "object": "v2.core.event", "type": "v1.billing.meter.error_report_triggered",
      "created": .string(Date(timeIntervalSince1970: Double(created)).rfc3339),
      "related_object": ["id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"],
    ]
    try await lab.capture(events + [events[0].with("id", "evt_forged").with("created", .integer(created)), thin])
    try await lab.capture([events[0]], after: 3)
    let report = try await lab.reconcile()
    #expect(report.ids(.extra) == ["evt_forged"] && report.thin == 1 && report[.missing] == 0)
    #expect(report.ids(.duplicate) == [events[0].name] && report.exitStatus == .done)
    try await lab.capture([events[1].with("type", "customer.updated")], after: 3)
    #expect(try await lab.reconcile().ids(.differing) == [events[1].name])
  }

  @Test("an event received after a newer one of the same object is out of order")
  func order() async throws {
    let lab = try ReconcileLab()
    let customer = try lab.id("/v1/customers", "name=One")
    try await lab.pass(seconds: 1)
    try lab.send("POST", "/v1/customers/\(customer)", "name=Two")
    let events = try lab.events()
    try await lab.capture([events[1]], after: 1)
    try await lab.capture([events[0]], after: 30)
    let report = try await lab.reconcile()
    #expect(report.ids(.outOfOrder) == [events[0].name] && report.exitStatus == .done)
    let finding = try #require(report.findings.first { $0.kind == .outOfOrder })
    let seconds = try #require(events[1]["created"].integer) - #require(events[0]["created"].integer)
    #expect(finding.object == customer && finding.detail == "\(seconds) s")
  }

  @Test("the batch is behind where it has not seen an object since its event, and no more once it has read it")
  func batch() async throws {
    let lab = try ReconcileLab()
    let customer = try lab.id("/v1/customers", "name=One")
    let client = lab.client()
    defer { client.close() }
    let fetch = FetchOptions(client: client, lake: lab.lake, source: "stripe")
    try await lab.pass(seconds: 2)
    _ = try await Fetch(fetch, context: lab.context("fetch")).run()
    try await lab.capture(lab.events())
    #expect(try await lab.reconcile()[.batchBehind] == 0)
    try await lab.pass(seconds: 3)
    try lab.send("POST", "/v1/customers/\(customer)", "name=Two")
    try await lab.capture([try #require(lab.events().last)])
    let behind = try await lab.reconcile()
    #expect(behind[.batchBehind] == 1 && behind.batchObjects == 1 && behind.exitStatus == .done)
    #expect(behind.findings.first { $0.kind == .batchBehind }?.object == customer)
    let feed = FeedOptions(client: client, lake: lab.lake, source: "stripe")
    _ = try await Feed(feed, context: lab.context("sync")).run()
    #expect(try await lab.reconcile()[.batchBehind] == 0)
  }

  @Test("packed parts are read, and only events since the given moment count")
  func window() async throws {
    let lab = try ReconcileLab()
    let events = try lab.customers(2)
    try await lab.capture(events, run: "loose")
    let part = try #require(try lab.bronze.parts(of: "webhook_events").first)
    let made = try await BronzeRewriter(lake: lab.lake, source: "stripe")
      .rewrite([part], into: lab.folder.url.appending(path: "packed").path)
    let packed = BronzePart(
      source: "stripe", entity: part.entity, day: part.day, runID: "compact-1", number: 0, isCompacted: true)
    let file = try #require(made.files.first)
    try lab.lake.publish(file.path, as: packed.path, sha256: file.sha256)
    try lab.lake.remove(part.path)
    let report = try await lab.reconcile()
    #expect(report.exitStatus == .done && report.captured == 2 && report[.duplicate] == 0)
    let later = try await lab.reconcile { $0.since = (events[1]["created"].integer ?? 0) + 1 }
    #expect(later.captured == 0 && later.feed == 0 && later.exitStatus == .done)
  }

  @Test("a feed that the key may not read ends it with 77")
  func forbidden() async throws {
    let lab = try ReconcileLab { $0.forbiddenResources = ["events"] }
    let error = await #expect(throws: PlatformError.self) { try await lab.reconcile(key: "rk_test_lab_1234") }
    #expect(error?.status == .permission)
  }
}
