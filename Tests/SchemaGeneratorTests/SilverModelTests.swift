import Foundation
import StripeModel
import Testing

@testable import SchemaGenerator

/// Silver's names, order and dependencies, for all declarations.
@Suite struct SilverModelTests {
  @Test(
    "columns have names of their own; every declared one is there but secret ones", arguments: ResourceName.allCases)
  func columns(_ resource: ResourceName) {
    let model = SilverModel(resource)
    let names = model.columns.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.first == model.key && names.last == "dt")
    let declared = model.columns.compactMap { if case .declared(let column) = $0.content { column.name } else { nil } }
    #expect(declared == resource.definition.columns.filter { $0.sensitivity != .secret }.map(\.name))
  }

  @Test(
    "the name says the kind",
    arguments: [
      (Column.minorUnits("amount"), "amount_minor"), (.unixTime("created"), "created_at"),
      (.unixTime("canceled_at"), "canceled_at"), (.unixTime("due_date"), "due_at"),
      (.unixTime("available_on"), "available_at"), (.boolean("captured"), "is_captured"),
      (.boolean("is_default"), "is_default"), (.boolean("has_evidence"), "has_evidence"),
      (.reference("customer", to: .customer), "customer_id"), (.references("discounts"), "discount_ids"),
      (.references("account_tax_ids"), "account_tax_ids"), (.text("status"), "status"), (.decimal("rate"), "rate"),
    ])
  func names(_ column: Column, _ name: String) {
    #expect(SilverNames.column(column, in: ResourceName.charge.definition) == name)
  }

  @Test("an invoice item says in `date` when it was created")
  func invoiceItem() throws {
    let date = try #require(ResourceName.invoiceItem.definition.column("date"))
    #expect(SilverNames.column(date, in: ResourceName.invoiceItem.definition) == "created_at")
  }

  @Test("containers come before what is found in them")
  func order() {
    let order = SilverModel.inOrder
    #expect(order.map(\.definition.name).sorted() == ResourceName.allCases)
    for (position, model) in order.enumerated() {
      let before = Set(order[..<position].map(\.definition.name))
      #expect(before.isSuperset(of: model.containers), "\(model.table)")
    }
  }

  @Test("parents and places of sightings are found in the declarations")
  func containers() {
    #expect(SilverModel(.refund).parents == [.charge])
    #expect(SilverModel(.refund).dependsOn == ["bronze.refunds", "silver.charges"])
    #expect(SilverModel(.charge).dependsOn == ["bronze.charges"])
    #expect(
      SilverModel(.discount).containers == [
        .customer, .subscription, .subscriptionItem, .invoice, .invoiceLineItem, .invoiceItem,
      ])
    #expect(
      SilverModel(.taxRate).containers == [
        .subscription, .subscriptionItem, .subscriptionSchedule, .invoice, .invoiceLineItem, .invoiceItem,
        .creditNoteLineItem,
      ])
  }

  @Test("the header names the tables that are read", arguments: ResourceName.allCases)
  func dependencies(_ resource: ResourceName) throws {
    let sql = SilverModel(resource).sql
    let line = try #require(sql.split(separator: "\n").first { $0.hasPrefix("-- depends_on: ") })
    let declared = Set(line.dropFirst("-- depends_on: ".count).components(separatedBy: ", "))
    var read: Set<String> = []
    for match in sql.matches(of: #/getvariable\('bronze_(\w+)'\)/#) { read.insert("bronze.\(match.1)") }
    for match in sql.matches(of: #/from (\w+)_(?:read|merged)\b/#) where match.1 != resource.definition.table {
      read.insert("silver.\(match.1)")
    }
    #expect(read == declared)
    #expect(sql.contains("\n-- step: empty\n") && sql.contains("\n-- step: read\n"))
    #expect(sql.contains("\n-- step: touch\n") && sql.contains("\n-- step: merge\n"))
  }

  @Test("every place where objects stand whole has a resource that takes them in")
  func sightings() {
    for definition in GeneratedFiles.definitions {
      let places = SilverModel(definition.name).sightings.map(\.path)
      for path in definition.embedded { #expect(places.contains(path), "\(definition.table): \(path.dotted)") }
    }
    let invoice = SilverModel(.invoice).sightings.map { "\($0.target.rawValue) \($0.path.dotted)" }
    #expect(invoice == ["tax_rate default_tax_rates", "discount discounts", "discount discount"])
  }
}
