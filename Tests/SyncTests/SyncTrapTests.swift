import BronzeStore
import Fetch
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Sandbox
import SandboxServer
import StripeClient
import StripeModel
import Synchronization
import TestSupport
import Testing
import Verify

@testable import Sync

/// What the usual tools get wrong.
@Suite("Traps of a sync") struct SyncTrapTests {
  private struct Invoiced {
    let customer: String
    let invoice: String
  }

  /// What a sync that is under way has opened and begun.
  private final class Seen: Sendable {
    let servers = Mutex<[String]>([])
    let isReading = Mutex(false)
  }

  private func draft(_ lab: SyncLab, lines: Int) throws -> Invoiced {
    let customer = try lab.id("/v1/customers", "email=jenny@example.com")
    let invoice = try lab.id(
      "/v1/invoices", "customer=\(customer)&auto_advance=false&collection_method=send_invoice&days_until_due=3")
    for line in 0..<lines {
      try lab.post("/v1/invoiceitems", "customer=\(customer)&invoice=\(invoice)&amount=\(100 + line)&currency=usd")
    }
    return Invoiced(customer: customer, invoice: invoice)
  }

  @Test("the first run lists, later ones follow the events; nothing new costs a few requests and changes nothing")
  func firstAndLater() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 8, months: 2)
      let first = try await lab.sync()
      #expect(first.hasListed && first.gap == nil)
      #expect(first.statuses == [], "\(first.resources.filter { $0.status != nil })")
      #expect(first.changedRows > 100)
      try await lab.expectEqual()
      let client = lab.client()
      let second = try await lab.sync(client: client)
      #expect(!second.hasListed && second.changedRows == 0 && second.statuses == [])
      #expect(client.statistics.calls < 5, "\(client.statistics.calls) requests")
      client.close()
    }
  }

  @Test("what was listed is loaded while the rest is still being listed")
  func loadsAhead() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 8, months: 2)
      // Charges are not to be had before customers are loaded.
      try lab.fault("unavailable", path: "/v1/charges")
      let client = lab.client { ($0.attempts, $0.longestWait) = (.max, .milliseconds(200)) }
      defer { client.close() }
      async let synced = lab.sync(client: client) { $0.loadsEvery = 5 }
      try await Wait.until("customers are loaded") {
        try await lab.value("select count(*) from {s}.customers where not is_placeholder") != "0"
      }
      let cursor = try #require(try lab.state.feed(FeedCursor.self))
      #expect(cursor.listed["charges"] == nil)
      try lab.clearFaults()
      #expect(try await synced.statuses == [])
      try await lab.expectEqual()
    }
  }

  @Test("two events in one second, of one object and of two; and an update of what is older than every window")
  func sameSecond() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 6, months: 6)
      try await lab.sync()
      let oldest = try #require(try lab.ids(.customer).last)
      let other = try #require(try lab.ids(.customer).first)
      for turn in 0..<4 {
        for id in [oldest, other] {
          try lab.post("/v1/customers/\(id)", "name=First \(turn)")
          try lab.post("/v1/customers/\(id)", "name=Last \(turn)&metadata[turn]=\(turn)")
        }
        // In the very second of the change, and with a further one behind it.
        try await lab.sync()
        #expect(try await lab.value("select name from {s}.customers where id = '\(oldest)'") == "Last \(turn)")
      }
      try await lab.sync()
      try await lab.expectEqual()
    }
  }

  @Test("a cursor 31 days old is a stated gap: all is listed again, and what vanished without a trace is found out")
  func gap() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 5, months: 2)
      try await lab.sync()
      // Of long ago: the feed tells of what has just happened, whatever the cursor says.
      let customers = Array(try lab.ids(.customer).reversed())
      // As if nobody had looked for 31 days, and the feed had forgotten all of it.
      try lab.vanish(.customer, customers[0])
      try lab.change(.customer, customers[1]) { $0["name"] = "Changed" }
      try lab.age(cursorBy: 31 * 86_400)
      try await lab.execute(
        "update {s}._coverage set listed_at = listed_at - interval '31 days', "
          + "proven_at = proven_at - interval '31 days'")
      try await lab.execute("update {s}.customers set observed_at = observed_at - interval '31 days'")
      let report = try await lab.sync()
      #expect(report.gap?.since != nil && report.hasListed)
      #expect(try await lab.value("select deleted from {s}.customers where id = '\(customers[0])'") == "t")
      #expect(try await lab.value("select name from {s}.customers where id = '\(customers[1])'") == "Changed")
      #expect(report[.customer]?.doubted ?? 0 >= 1)
      let next = try await lab.sync()
      #expect(next.gap == nil && !next.hasListed && next.changedRows == 0)
      try await lab.expectEqual()
    }
  }

  @Test("a lost cursor: everything is listed again, and rows that no list shows are asked for one by one")
  func lostCursor() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 4, months: 2)
      try await lab.sync()
      let gone = try #require(try lab.ids(.customer).last)
      try lab.vanish(.customer, gone)
      try lab.lake.remove("_state/feed/\(lab.names.schema).json")
      try await lab.execute("update {s}.customers set observed_at = observed_at - interval '1 hour'")
      try await lab.sync()
      #expect(try await lab.value("select deleted from {s}.customers where id = '\(gone)'") == "t")
      try await lab.expectEqual()
    }
  }

  @Test("a rejected record is told by every sync, until the resource is listed anew without one")
  func standingRejects() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 4, months: 1)
      #expect(try await lab.sync().statuses == [])
      let writer = BronzeWriter(lake: lab.lake, source: lab.names.schema, runID: "broken")
      try await writer.append(
        [Array(#"{"id":"ch_broken","object":"charge","amount":"a lot","created":1,"currency":"eur"}"#.utf8)[...]],
        to: "charges", observed: BronzeObservation(observedAt: 1_790_000_000, sequence: 1, apiVersion: nil))
      try await writer.finish()
      let first = try await lab.sync()
      #expect(first.statuses == [.data] && first[.charge]?.rejected == 1)
      for _ in 0..<2 {
        let later = try await lab.sync()
        #expect(later.statuses == [.data] && later[.charge]?.rejected == 0)
        #expect(later[.charge]?.reason == "rejected by run \(first.runID): 1")
      }
      let coverage = "select status from {s}._coverage where resource = 'charges'"
      #expect(try await lab.value(coverage) == "65")
      // Listings are told apart by their second.
      try await lab.execute("update {s}._coverage set listed_at = listed_at - interval '1 hour'")
      try FileManager.default.removeItem(at: lab.lake.root.appending(path: "_state/feed"))
      #expect(try await lab.sync().statuses == [])
      #expect(try await lab.value(coverage) == nil)
    }
  }

  @Test("another API version: everything is listed again, and no row of the old one is left")
  func anotherVersion() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 8, months: 2)
      let old = lab.client { $0.apiVersion = "2024-06-20" }
      #expect(try await lab.sync(client: old).statuses == [])
      #expect(try await lab.verify(client: old).isEqual)
      old.close()
      let versions = "select distinct api_version from {s}.invoices union select api_version from {s}.products"
      #expect(try await lab.rows(versions) == ["2024-06-20"])

      let new = try await lab.sync()
      #expect(new.hasListed && new.gap == nil && new.statuses == [])
      // Products look the same in both: only their version moves.
      #expect(try await lab.rows(versions) == ["2026-10-28.endive"])
      try await lab.expectEqual()
      let again = try await lab.sync()
      #expect(!again.hasListed && again.changedRows == 0)
    }
  }

  @Test("emptied tables are filled from the lake, a lost lake is read anew, and what is gone by then is found out")
  func lostSides() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 4, months: 2)
      try await lab.sync()
      let tables = ResourceName.allCases.map(\.definition.table) + ["_bronze_parts", "_coverage"]
      try await lab.execute("truncate \(tables.map { "{s}.\($0)" }.joined(separator: ", "))")
      let report = try await lab.sync()
      #expect(report[.charge]?.read ?? 0 == 0 && (report[.charge]?.inserted ?? 0) > 0)
      try await lab.expectEqual()
      let gone = try #require(try lab.ids(.customer).last)
      try lab.vanish(.customer, gone)
      try FileManager.default.removeItem(at: lab.lake.root)
      try await lab.execute("update {s}.customers set observed_at = observed_at - interval '1 hour'")
      try await lab.sync()
      #expect(try await lab.value("select deleted from {s}.customers where id = '\(gone)'") == "t")
      try await lab.expectEqual()
    }
  }

  @Test("lists longer than what is embedded: invoices of 11, 20 and 101 lines, a subscription of 11 items")
  func longLists() async throws {
    try await SyncLab.run { lab in
      var invoices: [String: Int] = [:]
      for lines in [11, 20, 101] { invoices[try draft(lab, lines: lines).invoice] = lines }
      try await lab.sync()
      let late = try draft(lab, lines: 101)
      invoices[late.invoice] = 101
      let product = try lab.id("/v1/products", "name=Seats")
      let customer = try lab.id(
        "/v1/customers", "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa")
      var items: [String] = []
      for item in 0..<11 {
        let price = try lab.id(
          "/v1/prices", "product=\(product)&currency=usd&unit_amount=\(100 + item)&recurring[interval]=month")
        items.append("items[\(item)][price]=\(price)")
      }
      let subscription = try lab.id(
        "/v1/subscriptions", "customer=\(customer)&" + items.joined(separator: "&"))
      try await lab.sync()
      for (invoice, lines) in invoices {
        let here = "select count(*) from {s}.invoice_line_items where invoice_id = '\(invoice)' and not deleted"
        #expect(try await lab.value(here) == String(lines))
      }
      let count =
        "select count(*) from {s}.subscription_items where subscription_id = '\(subscription)' and not deleted"
      #expect(try await lab.value(count) == "11")
      try await lab.expectEqual()
    }
  }

  @Test("a line that vanishes from a draft is marked deleted, and the draft with it when that goes")
  func vanishedLine() async throws {
    try await SyncLab.run { lab in
      let draft = try draft(lab, lines: 13)
      try await lab.sync()
      let items = try lab.ids(.invoiceItem)
      try lab.call("DELETE", "/v1/invoiceitems/\(items[0])")
      try await lab.sync()
      let lines = "select count(*) filter (where deleted), count(*) from {s}.invoice_line_items"
      #expect(try await lab.rows(lines) == ["1|13"])
      try await lab.expectEqual()
      try lab.call("DELETE", "/v1/invoices/\(draft.invoice)")
      try await lab.sync()
      #expect(try await lab.value("select deleted from {s}.invoices") == "t")
      #expect(try await lab.rows(lines) == ["13|13"])
      // The event shows ten of the items that are free again.
      let free = "select count(*) from {s}.invoice_items where invoice_id is null and not deleted"
      #expect(try await lab.value(free) == "12")
      try await lab.expectEqual()
    }
  }

  @Test("a resource that is forbidden: the others load, the report and the status say so; later it is read")
  func forbidden() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 4, months: 2)
      try lab.fault("forbidden", path: "/v1/customers")
      let report = try await lab.sync()
      #expect(report.exitStatus == .permission)
      #expect(report[.customer]?.outcome == .forbidden && report[.customer]?.reason?.isEmpty == false)
      #expect((report[.charge]?.inserted ?? 0) > 0)
      // The parents come after their children: placeholders keep their places.
      #expect((report[.customer]?.placeholders ?? 0) > 0)
      let proof = try await lab.verify()
      #expect(proof.statuses.contains(77) && proof.unread?.contains { $0.table == "customers" } == true)
      let coverage = try await lab.coverage()
      #expect(coverage.exitStatus == .permission)
      #expect(coverage.resources.first { $0.resource == "customers" }?.state == .forbidden)
      #expect(coverage.resources.first { $0.resource == "charges" }?.state == .current)
      try lab.clearFaults()
      let next = try await lab.sync()
      #expect(next.statuses == [] && next[.customer]?.placeholders ?? 0 == 0)
      #expect(try await lab.value("select count(*) from {s}.customers where is_placeholder and not deleted") == "0")
      try await lab.expectEqual()
      #expect(try await lab.coverage().statuses == [])
    }
  }

  @Test("without the right to read events everything is listed every time, the report and the status say why")
  func forbiddenFeed() async throws {
    try await SyncLab.run { lab in
      let customer = try lab.id("/v1/customers", "name=Before")
      try lab.fault("forbidden", path: "/v1/events")
      let first = try await lab.sync()
      #expect(first.exitStatus == .permission && first.feedReason != nil && first[.customer]?.inserted == 1)
      try lab.post("/v1/customers/\(customer)", "name=After")
      #expect(try await lab.sync().exitStatus == .permission)
      #expect(try await lab.value("select name from {s}.customers") == "After")
      // A resource that fails is gone on with; what was read whole is read again, as nothing tells of its changes.
      try lab.fault("server_error", path: "/v1/refunds")
      let client = lab.client { $0.attempts = 2 }
      #expect(try await lab.sync(client: client).statuses == [.unavailable, .permission])
      try lab.clearFaults()
      try lab.fault("forbidden", path: "/v1/events")
      try lab.post("/v1/customers/\(customer)", "name=Later")
      try await lab.sync(client: client)
      client.close()
      #expect(try await lab.value("select name from {s}.customers") == "Later")
      let coverage = try await lab.coverage()
      #expect(coverage.exitStatus == .permission)
      try lab.clearFaults()
      let last = try await lab.sync()
      #expect(last.statuses == [], "\(last.resources.filter { $0.status != nil }) \(last.failures)")
      try await lab.expectEqual()
      let after = try await lab.coverage()
      #expect(after.statuses == [], "\(after.resources.filter { $0.status != nil })")
    }
  }

  @Test("the right to read events is taken away: everything is listed, the status says why; then it follows again")
  func revokedFeed() async throws {
    try await SyncLab.run { lab in
      let customer = try lab.id("/v1/customers", "name=Before")
      let gone = try lab.id("/v1/customers", "name=Gone")
      try await lab.sync()
      try lab.fault("forbidden", path: "/v1/events")
      try lab.post("/v1/customers/\(customer)", "name=After")
      try await lab.execute("update {s}.customers set observed_at = observed_at - interval '1 minute'")
      try lab.call("DELETE", "/v1/customers/\(gone)")
      let report = try await lab.sync()
      #expect(report.exitStatus == .permission && report.feedReason != nil && report.gap == nil)
      #expect(try await lab.rows("select name, deleted from {s}.customers order by name") == ["After|f", "Gone|t"])
      #expect(try await lab.coverage().resources.first { $0.resource == "customers" }?.state == .current)
      try lab.clearFaults()
      try lab.post("/v1/customers/\(customer)", "name=Again")
      let next = try await lab.sync()
      #expect(next.statuses == [] && next.feedReason == nil)
      try await lab.expectEqual()
    }
  }

  @Test("placeholders are read by their ids; what the API does not know is marked gone and not asked for again")
  func placeholders() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 4, months: 2)
      try await lab.sync { $0.resources = [.charge] }
      #expect(try await lab.value("select count(*) from {s}.customers where not is_placeholder") != "0")
      #expect(try await lab.value("select count(*) from {s}.customers where is_placeholder and not deleted") == "0")
      try await lab.execute(
        "insert into {s}.products (id, is_placeholder) values ('prod_nobody', true)")
      let report = try await lab.sync { $0.resources = [.charge] }
      #expect(report[.product]?.deleted == 1)
      #expect(try await lab.value("select deleted from {s}.products where id = 'prod_nobody'") == "t")
      let client = lab.client()
      try await lab.sync(client: client) { $0.resources = [.charge] }
      #expect(client.statistics.calls < 5)
      client.close()
      try await lab.sync()
      try await lab.expectEqual()
    }
  }

  @Test("what changes without an event is read again when its moment has come, and not before")
  func schedule() async throws {
    try await SyncLab.run { lab in
      try lab.post(
        "/v1/payment_intents",
        "amount=900&currency=usd&payment_method=pm_card_visa&confirm=true"
          + "&capture_method=automatic&automatic_payment_methods[enabled]=true"
          + "&automatic_payment_methods[allow_redirects]=never"
      )
      try await lab.sync()
      let waiting = "select id from {s}.balance_transactions where status = 'pending'"
      let pending = try #require(try await lab.value(waiting))
      #expect(try await lab.sync()[.balanceTransaction]?.reread ?? 0 == 0)
      // The money has become available, which no event tells.
      // And it is too old to be met where new ones are looked for.
      try lab.change(.balanceTransaction, pending) { body in
        body["status"] = "available"
        body["created"] = .integer((body["created"].integer ?? 0) - 86_400)
      }
      try await lab.execute(
        "update {s}.balance_transactions set available_on = now() - interval '1 minute', "
          + "observed_at = observed_at - interval '1 hour'")
      let report = try await lab.sync()
      #expect(report[.balanceTransaction]?.reread == 1)
      #expect(try await lab.value("select status from {s}.balance_transactions") == "available")
      #expect(try await lab.sync()[.balanceTransaction]?.reread ?? 0 == 0)
    }
  }

  @Test("what changes on an open payment without an event is read again, less often the longer it stays open")
  func openPayments() async throws {
    try await SyncLab.run { lab in
      let payment = try lab.id("/v1/payment_intents", "amount=900&currency=usd")
      let setup = try lab.id("/v1/setup_intents", "usage=off_session")
      try await lab.sync()
      for path in ["/v1/payment_intents/\(payment)", "/v1/setup_intents/\(setup)"] {
        try lab.post(path, "metadata[k]=changed")
      }
      #expect(try await lab.sync().resources.allSatisfy { $0.reread == 0 })
      let tables = ["payment_intents", "setup_intents"]
      func rest(created: String, observed: String) async throws {
        for table in tables {
          try await lab.execute(
            "update {s}.\(table) set created = now() - interval '\(created)', "
              + "observed_at = now() - interval '\(observed)'")
        }
      }
      // Looked at when it was 12 hours old, or as old as nobody waits for.
      for (created, observed) in [("19 hours", "7 hours"), ("40 days", "35 days")] {
        try await rest(created: created, observed: observed)
        #expect(try await lab.sync().resources.allSatisfy { $0.reread == 0 }, "\(created)")
      }
      try await rest(created: "13 hours", observed: "7 hours")
      let report = try await lab.sync()
      #expect(report[.paymentIntent]?.reread == 1 && report[.setupIntent]?.reread == 1)
      try await lab.expectEqual()
      #expect(try await lab.sync().resources.allSatisfy { $0.reread == 0 })
    }
  }

  @Test("connections that are cut while the API is read are no fault, and the lease is given back all the same")
  func cutConnections() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 3, months: 1)
      let seen = Seen()
      // Customers are not to be had before the connections are cut.
      try lab.fault("unavailable", path: "/v1/customers")
      let client = lab.client { ($0.attempts, $0.longestWait) = (.max, .milliseconds(200)) }
      defer { client.close() }
      async let cut: Void = {
        defer { try? lab.clearFaults() }
        try await Wait.until("the API is being read") { seen.isReading.withLock { $0 } }
        for server in seen.servers.withLock({ $0 }) {
          _ = try await lab.value("select pg_terminate_backend(\(server))")
        }
      }()
      let report = try await lab.sync(client: client) { options in
        options.onFetch = { _ in seen.isReading.withLock { $0 = true } }
        options.connect = {
          let connection = try await TestDatabase.connect()
          let server = try await connection.query("select pg_backend_pid()")[0, 0] ?? "0"
          seen.servers.withLock { $0.append(server) }
          return connection
        }
      }
      try await cut
      #expect(report.statuses == [])
      #expect(try await lab.value("select count(*) from {s}._leases") == "0")
    }
  }

  @Test("bronze of one account is not loaded into the tables of another")
  func foreignTables() async throws {
    try await SyncLab.run { lab in
      try lab.id("/v1/customers", "name=Ours")
      let client = lab.client()
      defer { client.close() }
      let fetch = FetchOptions(client: client, lake: lab.lake, source: lab.names.schema)
      _ = try await Fetch(fetch, context: lab.context()).run()
      try await lab.execute(
        "insert into {s}._source (account_id, created_at) values ('acct_other', now()) "
          + "on conflict (only_row) do update set account_id = excluded.account_id")
      let refused = await #expect(throws: PlatformError.self) { try await lab.sync(client: client) }
      #expect(refused?.status == .configuration)
      #expect(try await lab.value("select count(*) from {s}.customers") == "0")
    }
  }

  @Test("bronze that was fetched and not loaded is loaded when the API is away, and the failure is told")
  func loadsWithoutAPI() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 3, months: 1)
      let client = lab.client()
      _ = try await Fetch(
        FetchOptions(client: client, lake: lab.lake, source: lab.names.schema), context: lab.context()
      )
      .run()
      client.close()
      lab.service.stop()
      let away = lab.client { $0.attempts = 2 }
      await #expect(throws: PlatformError.self) { try await lab.sync(client: away) }
      away.close()
      #expect(try await lab.value("select count(*) > 0 from {s}.charges") == "t")
    }
  }
}

extension SyncLab {
  func coverage(staleAfter: Duration = .seconds(3600)) async throws -> CoverageReport {
    try await CoverageReport.make(
      names, wanted: [], staleAfter: staleAfter, now: Date(), connect: { try await self.connect() })
  }

  func connect() async throws -> PostgresConnection { try await TestDatabase.connect() }
}
