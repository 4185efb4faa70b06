import Foundation
import Sandbox
import TestSupport
import Testing

@testable import Sync

/// Lists that an event shows a part of.
@Suite("Long lists of a sync") struct SyncListTests {
  @Test("items that are new and on a new invoice at once, more than its event shows, are on it in the tables too")
  func itemsOnALongInvoice() async throws {
    try await SyncLab.run { lab in
      let customer = try lab.id("/v1/customers", "email=jenny@example.com")
      #expect(try await lab.sync().statuses == [])
      for line in 0..<14 { try lab.post("/v1/invoiceitems", "customer=\(customer)&amount=\(100 + line)&currency=usd") }
      let invoice = try lab.id(
        "/v1/invoices",
        "customer=\(customer)&pending_invoice_items_behavior=include&collection_method=send_invoice&days_until_due=3")
      // An event of the second that still lasts is no proof.
      let last = Int64(Date().timeIntervalSince1970)
      try await Wait.until("the second is over") { Int64(Date().timeIntervalSince1970) > last + 1 }
      #expect(try await lab.sync().statuses == [])
      #expect(try await lab.value("select count(*) from {s}.invoice_items where invoice_id = '\(invoice)'") == "14")
      try await lab.expectEqual()
    }
  }
}
