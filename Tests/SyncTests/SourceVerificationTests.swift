import BronzeStore
import Fetch
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Sandbox
import StripeModel
import TestSupport
import Testing
import Verify

@testable import Sync

/// Proof against the API.
@Suite("Verification against the API") struct SourceVerificationTests {
  @Test("a damaged row, a missing one, one too many and a lost line are found by name, and repaired")
  func damage() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 10, months: 3)
      try await lab.sync()
      try await lab.expectEqual()
      let charges = try lab.ids(.charge)
      let gone = try #require(try lab.ids(.customer).first)
      // A loader's bug leaves the hash as it was.
      try await lab.execute("update {s}.charges set amount = amount + 1 where id = '\(charges[0])'")
      try await lab.execute("delete from {s}.refunds where id in (select id from {s}.refunds limit 1)")
      let line = try #require(try await lab.value("select id from {s}.invoice_line_items where not deleted limit 1"))
      try await lab.execute("update {s}.invoice_line_items set amount = amount - 1 where id = '\(line)'")
      // Gone in the account, and the event was lost.
      try lab.call("DELETE", "/v1/customers/\(gone)")
      var cursor = try #require(try lab.state.feed(FeedCursor.self))
      let report = try await lab.verify()
      #expect(!report.isEqual && report.exitStatus == .differences)
      func finding(_ kind: Finding.Kind, _ id: String) -> Bool { report.findings(kind).contains { $0.id == id } }
      #expect(finding(.fieldDiffers, charges[0]))
      #expect(finding(.extraInStore, gone))
      #expect(finding(.fieldDiffers, line))
      #expect(report.recheck != nil && report.repair == nil && report.source == "api")
      // Looking changed nothing.
      #expect(try lab.state.feed(FeedCursor.self) == cursor)
      #expect(try await lab.value("select deleted from {s}.customers where id = '\(gone)'") == "f")

      let repaired = try await lab.verify(repairs: true)
      let left = repaired.resources.filter { !$0.counts.isEmpty }.map { ($0.table, $0.counts, $0.findings.prefix(3)) }
      #expect(repaired.isEqual, "\(left)")
      #expect((repaired.repair?.differingBefore ?? 0) > 0)
      #expect(try await lab.value("select deleted from {s}.customers where id = '\(gone)'") == "t")
      cursor.handled = [:]
      #expect(try await lab.value("select count(*) from {s}._leases") == "0")
      try await lab.expectEqual()
    }
  }

  @Test("a repair never puts an older observation in the place of a newer one: that is listed")
  func newer() async throws {
    try await SyncLab.run { lab in
      let customer = try lab.id("/v1/customers", "name=Jenny")
      try await lab.sync()
      try await lab.execute(
        "update {s}.customers set name = 'From the future', observed_at = now() + interval '1 day'")
      let report = try await lab.verify(repairs: true)
      #expect(report.findings(.newerInStore).contains { $0.id == customer })
      #expect(!report.isEqual)
      #expect(try await lab.value("select name from {s}.customers") == "From the future")
    }
  }

  @Test("coverage: never, current, stale, what the source does not offer")
  func coverage() async throws {
    try await SyncLab.run { lab in
      let before = try await lab.coverage()
      #expect(before.exitStatus == .temporary && before.resources.allSatisfy { $0.state == .never })
      try lab.id("/v1/customers", "name=Jenny")
      try await lab.sync()
      let now = try await lab.coverage()
      #expect(now.statuses == [], "\(now.resources.filter { $0.status != nil })")
      let customers = try #require(now.resources.first { $0.resource == "customers" })
      #expect(customers.state == .current && customers.rows == 1 && customers.lastChangeAt != nil)
      #expect(customers.readAt != nil && customers.listedAt != nil && (customers.lagSeconds ?? 99) < 60)
      #expect(now.resources.contains { $0.state == .unserved && $0.status == nil })
      try await lab.execute("update {s}._coverage set read_at = read_at - interval '2 hours'")
      let stale = try await lab.coverage()
      #expect(stale.exitStatus == .temporary)
      #expect(stale.resources.first { $0.resource == "customers" }?.state == .stale)
    }
  }
}
