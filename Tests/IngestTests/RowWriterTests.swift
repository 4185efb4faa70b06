import Foundation
import JSONReader
import ResourceStore
import StripeModel
import Testing

@testable import Ingest

/// One record as a COPY row, field by field.
@Suite struct RowWriterTests {
  private struct Row {
    var fields: [String: String] = [:]
    var references: Set<String> = []
  }

  private static let moment = ObservationTime(milliseconds: 1_793_620_800_000)
  private static let writer = RowWriter(apiVersion: "2026-10-28.endive", runID: "run-1")

  /// The row of the object with that id in a record.
  private static func row(_ source: String, as resource: ResourceName, of id: String? = nil) throws -> Row {
    var row = Row()
    try withJSON(source) { value in
      let hasher = try ObjectHasher()
      try ObjectWalk().walk(
        record: value, as: resource,
        onObject: { visit in
          guard id == nil ? row.fields.isEmpty : visit.id == id else { return }
          var bytes: [UInt8] = []
          try writer.append(visit, hasher.observation(of: visit, at: moment), to: &bytes) { target, id in
            row.references.insert("\(target.rawValue) \(id)")
          }
          let columns = ResourceStore.copyColumns(of: visit.plan.definition.name)
          let fields = try BinaryRow.fields(bytes)
          try #require(fields.count == columns.count)
          row.fields = Dictionary(
            uniqueKeysWithValues: zip(columns, fields).map { column, bytes in
              (column, BinaryRow.text(bytes, of: column, in: visit.plan.definition))
            })
        }, onList: { _ in })
    }
    return row
  }

  private static func fault(_ source: String, as resource: ResourceName) -> RecordFault? {
    do {
      _ = try row(source, as: resource)
      return nil
    } catch {
      return error as? RecordFault
    }
  }

  private static let charge: [(String, String)] = [
    ("id", #""ch_1""#), ("object", #""charge""#), ("created", "1793620800"), ("status", #""succeeded""#),
    ("amount", "1200"), ("amount_refunded", "0"), ("currency", #""eur""#),
  ]
  private static let transaction: [(String, String)] = [
    ("id", #""txn_1""#), ("object", #""balance_transaction""#), ("created", "0"), ("status", #""available""#),
    ("type", #""charge""#), ("amount", "1200"), ("fee", "60"), ("net", "1140"), ("currency", #""eur""#),
  ]

  /// The record with one member set, or left out where the value is nil.
  private static func record(_ base: [(String, String)], _ name: String, _ value: String?) -> String {
    let kept = base.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
    return "{" + kept.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  @Test(arguments: [
    ("description", #""a\tb\\c\n""#, "description", "a\tb\\c\n"), ("description", #""""#, "description", ""),
    ("description", "null", "description", #"\N"#), ("status", #""new_status""#, "status", "new_status"),
    ("currency", #""jpy""#, "currency", "jpy"), ("paid", "true", "paid", "t"), ("paid", "false", "paid", "f"),
    ("amount", "-9223372036854775808", "amount", "-9223372036854775808"),
    ("amount", "9223372036854775807", "amount", "9223372036854775807"),
    ("created", "951782400", "created", "2000-02-29 00:00:00+00"),
    ("created", "-1", "created", "1969-12-31 23:59:59+00"), ("customer", #""cus_1""#, "customer_id", "cus_1"),
    ("customer", #"{"id":"cus_1","object":"customer"}"#, "customer_id", "cus_1"),
    ("customer", #"{"id":"cus_1","object":"customer","deleted":true}"#, "customer_id", "cus_1"),
    ("customer", "null", "customer_id", #"\N"#), ("customer", #""""#, "customer_id", #"\N"#),
    ("application", #"{"id":"ca_1","object":"application"}"#, "application_id", "ca_1"),
    ("metadata", #"{"a": "x\ty"}"#, "metadata", #"{"a": "x\ty"}"#), ("metadata", "[1, 2.50]", "metadata", "[1, 2.50]"),
    ("metadata", "null", "metadata", #"\N"#), ("outcome", #"{"risk_score":12}"#, "outcome_risk_score", "12"),
    ("outcome", #""odd""#, "outcome_risk_score", #"\N"#), ("outcome", "null", "outcome_risk_score", #"\N"#),
  ])
  func kinds(_ name: String, _ value: String, _ column: String, _ expected: String) throws {
    let row = try Self.row(Self.record(Self.charge, name, value), as: .charge)
    #expect(row.fields[column] == expected)
  }

  @Test(arguments: [
    (#""1.5""#, "1.5"), ("1.50", "1.50"), ("2", "2"), (#""0.000000000001""#, "0.000000000001"), ("1e-7", "0.0000001"),
    (#""12345678901234567890.5""#, "12345678901234567890.5"), ("null", #"\N"#),
  ])
  func decimalsAreKeptAsWritten(_ value: String, _ expected: String) throws {
    let row = try Self.row(Self.record(Self.transaction, "exchange_rate", value), as: .balanceTransaction)
    #expect(row.fields["exchange_rate"] == expected)
  }

  @Test func arraysOfReferencesBecomeIDs() throws {
    let source = Self.record(
      [("id", #""in_1""#), ("object", #""invoice""#), ("created", "0"), ("currency", #""eur""#)]
        + ["subtotal", "total", "amount_due", "amount_paid", "amount_remaining"].map { ($0, "0") },
      "discounts", #"["di_1", {"id": "di_2", "object": "discount"}]"#)
    #expect(try Self.row(source, as: .invoice).fields["discounts"] == #"["di_1","di_2"]"#)
  }

  @Test func onlyReferencesToTablesAreTold() throws {
    let source = Self.record(
      Self.charge + [("application", #""ca_1""#), ("payment_intent", #"{"id":"pi_1"}"#)], "customer", #""cus_1""#)
    #expect(try Self.row(source, as: .charge).references == ["customer cus_1", "payment_intent pi_1"])
  }

  @Test func theFirstPathThatIsNotNullIsTaken() throws {
    let base: [(String, String)] = [
      ("id", #""il_1""#), ("object", #""line_item""#), ("amount", "5"), ("currency", #""eur""#),
      ("subscription", #""sub_old""#), ("price", #"{"id":"price_old","object":"price"}"#),
    ]
    let old = try Self.row(Self.record(base, "parent", "null"), as: .invoiceLineItem)
    #expect(old.fields["subscription_id"] == "sub_old")
    #expect(old.fields["price_id"] == "price_old")
    let new = try Self.row(
      Self.record(
        base + [("pricing", #"{"price_details":{"price":"price_new"}}"#)], "parent",
        #"{"subscription_item_details":{"subscription":"sub_new"}}"#), as: .invoiceLineItem)
    #expect(new.fields["subscription_id"] == "sub_new")
    #expect(new.fields["price_id"] == "price_new")
  }

  @Test func theParentFillsItsColumn() throws {
    let refund = #"{"id":"re_1","object":"refund","created":0,"amount":1,"currency":"eur"}"#
    let source = Self.record(Self.charge, "refunds", #"{"object":"list","has_more":false,"data":[\#(refund)]}"#)
    let row = try Self.row(source, as: .charge, of: "re_1")
    #expect(row.fields["charge_id"] == "ch_1")
    #expect(row.references == ["charge ch_1"])
  }

  @Test func bookkeeping() throws {
    let source = Self.record(Self.charge, "description", #""x""#)
    let fields = try Self.row(source, as: .charge).fields
    #expect(fields["raw"] == source)
    #expect(fields["observed_at"] == "2026-11-02 12:00:00+00")
    #expect(fields["observed_sequence"] == "1")
    #expect(fields["api_version"] == "2026-10-28.endive")
    #expect(fields["run_id"] == "run-1")
    #expect(fields["deleted"] == "f")
    #expect(fields["is_placeholder"] == "f")
    #expect(fields["deleted_at"] == #"\N"#)
    #expect(fields["content_hash"].flatMap { Int64($0) } != nil)
  }

  @Test func aStubOfAnUnknownObjectIsADeletedPlaceholder() throws {
    let fields = try Self.row(#"{"id":"cus_1","object":"customer","deleted":true}"#, as: .customer).fields
    #expect(fields["is_placeholder"] == "t")
    #expect(fields["deleted"] == "t")
    #expect(fields["deleted_at"] == "2026-11-02 12:00:00+00")
    #expect(fields["created"] == #"\N"#)
  }

  struct FaultCase: Sendable, CustomTestStringConvertible {
    var resource = ResourceName.charge
    let name: String
    let value: String?
    let expectation: String
    let reason: String
    var field: String?

    var testDescription: String { "\(resource.rawValue) \(name): \(value ?? "left out")" }
  }

  @Test(arguments: [
    FaultCase(name: "description", value: "7", expectation: "a text", reason: "a whole number"),
    FaultCase(name: "status", value: "{}", expectation: "a text, required", reason: "an object"),
    FaultCase(name: "status", value: nil, expectation: "a text, required", reason: "missing"),
    FaultCase(name: "status", value: "null", expectation: "a text, required", reason: "missing"),
    FaultCase(name: "currency", value: "true", expectation: "a currency code, required", reason: "true or false"),
    FaultCase(name: "paid", value: #""true""#, expectation: "true or false", reason: "a text"),
    FaultCase(name: "paid", value: "1", expectation: "true or false", reason: "a whole number"),
    FaultCase(name: "amount", value: #""1200""#, expectation: "64 bits", reason: "a text"),
    FaultCase(name: "amount", value: "12.5", expectation: "minor units", reason: "a number with a fraction"),
    FaultCase(name: "amount", value: "1e3", expectation: "minor units", reason: "a number with a fraction"),
    FaultCase(name: "amount", value: nil, expectation: "required", reason: "missing"),
    FaultCase(name: "created", value: #""2026-11-21""#, expectation: "Unix seconds", reason: "a text"),
    FaultCase(name: "created", value: "253402300800", expectation: "Unix seconds", reason: "the years 1 to 9999"),
    FaultCase(name: "created", value: "1793620800.5", expectation: "Unix seconds", reason: "a fraction"),
    FaultCase(name: "customer", value: "7", expectation: "the id of a customer", reason: "a whole number"),
    FaultCase(
      name: "customer", value: #"{"object":"customer"}"#, expectation: "the id of a customer", reason: "an object"),
    FaultCase(
      name: "customer", value: "\"" + String(repeating: "x", count: 256) + "\"", expectation: "the id of a customer",
      reason: "255 bytes"),
    FaultCase(
      name: "application", value: "\"" + String(repeating: "x", count: 256) + "\"", expectation: "an id",
      reason: "255 bytes"),
    FaultCase(name: "application", value: "[]", expectation: "an id", reason: "an array"),
    FaultCase(
      name: "outcome", value: #"{"risk_score":"12"}"#, expectation: "a whole number", reason: "a text",
      field: "outcome.risk_score"),
    FaultCase(
      resource: .balanceTransaction, name: "exchange_rate", value: #""1,5""#, expectation: "a decimal",
      reason: "not a number"),
    FaultCase(
      resource: .balanceTransaction, name: "exchange_rate", value: "[]", expectation: "a decimal", reason: "an array"),
    FaultCase(
      resource: .dispute, name: "balance_transactions", value: #""txn_1""#, expectation: "an array", reason: "a text"),
    FaultCase(
      resource: .dispute, name: "balance_transactions", value: "[7]", expectation: "an array of ids",
      reason: "a whole number", field: "balance_transactions[0]"),
  ])
  func faults(_ test: FaultCase) throws {
    let base =
      switch test.resource {
      case .balanceTransaction: Self.transaction
      case .dispute: Self.charge.filter { $0.0 != "object" } + [("object", #""dispute""#)]
      default: Self.charge
      }
    let fault = try #require(Self.fault(Self.record(base, test.name, test.value), as: test.resource))
    #expect(fault.field == test.field ?? test.name)
    #expect(fault.expectation.contains(test.expectation))
    #expect(fault.reason.contains(test.reason))
  }

  @Test func faultsOfChildrenAndSightingsNameTheirPlace() throws {
    let refund = #"{"id":"re_1","object":"refund","created":0,"amount":"x","currency":"eur"}"#
    let list = #"{"object":"list","has_more":false,"data":[\#(refund)]}"#
    #expect(
      Self.faultAnywhere(Self.record(Self.charge, "refunds", list), as: .charge)?.field == "refunds.data[0].amount")
    let customer = #"{"id":"cus_1","object":"customer","created":"x"}"#
    #expect(
      Self.faultAnywhere(Self.record(Self.charge, "customer", customer), as: .charge)?.field == "customer.created")
  }

  private static func faultAnywhere(_ source: String, as resource: ResourceName) -> RecordFault? {
    do {
      _ = try row(source, as: resource, of: source.contains("re_1") ? "re_1" : "cus_1")
      return nil
    } catch {
      return error as? RecordFault
    }
  }

  /// Every sample loads, with a value for every column of the table, children and sightings included.
  @Test(arguments: ResourceName.allCases)
  func samples(_ resource: ResourceName) throws {
    let samples = try SampleFiles.all(of: resource)
    try #require(!samples.isEmpty)
    for (file, source) in samples {
      var rows = 0
      try withJSON(source) { value in
        let hasher = try ObjectHasher()
        try ObjectWalk().walk(
          record: value, as: resource,
          onObject: { visit in
            var bytes: [UInt8] = []
            try Self.writer.append(visit, hasher.observation(of: visit, at: Self.moment), to: &bytes) { _, id in
              #expect(!id.isEmpty)
            }
            let columns = ResourceStore.copyColumns(of: visit.plan.definition.name)
            #expect(try BinaryRow.fields(bytes).count == columns.count, "\(file)")
            rows += 1
          }, onList: { _ in })
      }
      #expect(rows > 0, "\(file)")
    }
  }
}

/// The sample objects under `Tests/Fixtures/stripe`.
enum SampleFiles {
  /// `charge.json`, `charge.old.json` … as text.
  static func all(of resource: ResourceName) throws -> [(file: String, source: String)] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/stripe")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
      .filter { $0.1.contains("\n  \"object\": \"\(resource.rawValue)\"") }
  }
}
