import StripeModel
import Testing

/// The demo's export is complete and its money ties, so that it loads without a placeholder and verifies equal.
@Suite struct SampleExportTests {
  private let objects: [ResourceName: [SampleValue]]

  /// What the demo shows; the other resources are optional parts of Stripe.
  private static let contained: [ResourceName] = [
    .product, .price, .customer, .paymentMethod, .balanceTransaction, .subscription, .subscriptionItem, .invoice,
    .invoiceLineItem, .invoiceItem, .paymentIntent, .charge, .invoicePayment, .refund, .dispute,
  ]

  init() throws { objects = try Self.read.get() }

  /// All objects by resource, those inside others too; read once for all tests.
  private static let read = Result<[ResourceName: [SampleValue]], any Error> {
    var objects: [ResourceName: [SampleValue]] = [:]
    for sample in try Sample.export() where sample.file != "manifest.json" {
      let resource = try #require(ResourceName(commandLineName: String(sample.file.dropLast(".json".count))))
      try #require(sample.value["object"] == .string("list") && sample.value["has_more"] == .boolean(false))
      objects[resource] = sample.value["data"]?.elements ?? []
    }
    for resource in contained {
      for child in resource.definition.children {
        let lists = (objects[resource] ?? []).compactMap { $0[child.path] }
        try #require(lists.allSatisfy { $0["has_more"] == .boolean(false) })
        objects[child.resource, default: []] += lists.flatMap { $0["data"]?.elements ?? [] }
      }
    }
    return objects
  }

  @Test(arguments: contained)
  func everyResourceIsThereOnceAndWhole(resource: ResourceName) throws {
    let found = try #require(objects[resource])
    #expect(!found.isEmpty)
    #expect(Set(found.compactMap { $0["id"]?.string }).count == found.count)
    for object in found where object["deleted"] == nil {
      #expect(object["object"] == .string(resource.rawValue))
      for column in resource.definition.columns where column.isRequired {
        #expect(column.paths.contains { object[$0] != nil }, "\(column.name)")
      }
    }
  }

  @Test(arguments: contained)
  func everyReferenceHasItsParent(resource: ResourceName) {
    for (column, target) in resource.definition.foreignKeys {
      let known = Set((objects[target] ?? []).compactMap { $0["id"]?.string })
      for object in objects[resource] ?? [] {
        guard let id = column.paths.lazy.compactMap({ object[$0]?.identifier }).first else { continue }
        #expect(known.contains(id), "\(resource.rawValue).\(column.name) \(id)")
      }
    }
  }

  @Test func whatTheDemoShowsIsInIt() {
    #expect(Set((objects[.invoice] ?? []).compactMap { $0["currency"]?.string }) == ["eur", "jpy"])
    #expect((objects[.customer] ?? []).contains { $0["deleted"] == .boolean(true) })
    #expect(objects[.refund]?.isEmpty == false)
    #expect(objects[.dispute]?.isEmpty == false)
    #expect((objects[.invoice] ?? []).contains { $0[JSONPath("lines.data")]?.elements.count == 25 })
    let statuses = Set((objects[.subscription] ?? []).compactMap { $0["status"]?.string })
    #expect(statuses == ["active", "trialing", "past_due", "canceled"])
  }

  @Test func linesAddUpToTheirInvoice() {
    for invoice in objects[.invoice] ?? [] {
      let lines = invoice[JSONPath("lines.data")]?.elements ?? []
      #expect(lines.reduce(0) { $0 + amount($1, "amount") } == amount(invoice, "subtotal"))
      let taxes = (invoice["total_taxes"]?.elements ?? []).reduce(0) { $0 + amount($1, "amount") }
      #expect(amount(invoice, "subtotal") + taxes == amount(invoice, "total"))
      #expect(amount(invoice, "amount_due") - amount(invoice, "amount_paid") == amount(invoice, "amount_remaining"))
    }
  }

  @Test func paymentsAddUpToTheirInvoice() {
    for invoice in objects[.invoice] ?? [] {
      let payments = (objects[.invoicePayment] ?? []).filter { $0["invoice"] == invoice["id"] }
      #expect(payments.reduce(0) { $0 + amount($1, "amount_paid") } == amount(invoice, "amount_paid"))
      for payment in payments {
        let intent = objects[.paymentIntent]?.first { $0["id"] == payment[JSONPath("payment.payment_intent")] }
        #expect(intent?["amount"] == payment["amount_requested"])
        #expect(intent?["currency"] == invoice["currency"])
      }
    }
  }

  @Test func chargesRefundsAndDisputesAreBooked() throws {
    let bookings = objects[.balanceTransaction] ?? []
    for booking in bookings {
      #expect(amount(booking, "amount") - amount(booking, "fee") == amount(booking, "net"))
    }
    for charge in objects[.charge] ?? [] where charge["status"] == .string("succeeded") {
      let booking = try #require(bookings.first { $0["id"] == charge["balance_transaction"] })
      #expect(booking["source"] == charge["id"] && booking["amount"] == charge["amount"])
      let refunds = (objects[.refund] ?? []).filter { $0["charge"] == charge["id"] }
      #expect(refunds.reduce(0) { $0 + amount($1, "amount") } == amount(charge, "amount_refunded"))
      let isWhole = amount(charge, "amount") == amount(charge, "amount_refunded")
      #expect(charge["refunded"] == .boolean(isWhole))
    }
    for object in (objects[.refund] ?? []) + (objects[.dispute] ?? []) {
      let booking = try #require(bookings.first { $0["source"] == object["id"] })
      #expect(amount(booking, "amount") == -amount(object, "amount"))
      #expect(booking["currency"] == object["currency"])
    }
    #expect(bookings.count == Set(bookings.compactMap { $0["source"]?.string }).count)
  }

  @Test func theManifestSaysWhenItWasTaken() throws {
    let manifest = try #require(try Sample.export().first { $0.file == "manifest.json" })
    #expect(manifest.value["exported_at"] == .string("2026-11-20T06:00:00Z"))
  }

  private func amount(_ object: SampleValue, _ member: String) -> Int64 { object[member]?.integer ?? 0 }
}
