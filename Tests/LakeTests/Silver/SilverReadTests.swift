import DuckDBClient
import Foundation
import PlatformCore
import SchemaGenerator
import StripeModel
import TestSupport
import Testing

/// How JSON becomes typed columns, and what is said of what does not.
@Suite struct SilverReadTests {
  private typealias Line = SilverLab.Line
  private typealias Objects = SilverObjects

  @Test("every statement runs, and the rows have the columns that are promised")
  func columns() async throws {
    let lab = try await SilverLab(ResourceName.allCases)
    #expect(lab.models.count == ResourceName.allCases.count)
    try await lab.run([])
    let connection = try await DuckDBDatabase.open().connect()
    for model in lab.models {
      let columns = try await connection.query("describe select * from '\(lab.folder.path)/\(model.table).parquet'")
      let found = columns.rows.indices.map { columns.text($0, 0) }
      #expect(found == model.columns.map(\.name), "\(model.table)")
    }
  }

  @Test("every sample object can be read, old shapes and new")
  func samples() async throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/stripe")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    var lines: [Line] = []
    for file in files where file.pathExtension == "json" {
      let data = try Data(contentsOf: file)
      let object = try JSONDecoder().decode(Header.self, from: data)
      guard let name = ResourceName(rawValue: object.object) else { continue }
      let text = String(decoding: data, as: UTF8.self).replacing("\n", with: " ")
      lines.append(Line(name.definition.table, text, at: 1))
    }
    #expect(lines.count > 50)
    let lab = try await SilverLab(ResourceName.allCases)
    #expect(try await lab.run(lines) == [:])
    for name in Set(lines.map(\.entity)) { #expect(try await !lab.rows(name, "1").isEmpty, "\(name)") }
  }

  private struct Header: Decodable { let object: String }

  @Test("what is broken is named with its reason, and the rest loads")
  func broken() async throws {
    let lab = try await SilverLab(.charge)
    let broken = try await lab.run([
      Line("charges", Objects.charge("ch_1", amount: #""abc""#), at: 1),
      Line("charges", Objects.charge("ch_2", amount: "12.5"), at: 1),
      Line("charges", Objects.charge("ch_3", amount: #""1200""#), at: 1),
      Line("charges", Objects.charge("ch_4", amount: "null"), at: 1),
      Line("charges", Objects.charge("ch_5", more: #","description":{"a":1},"customer":7"#), at: 1),
      Line("charges", #"{"object":"charge"}"#, at: 1),
      Line("charges", raw: #"{"data":{"id":"ch_6","#),
      Line("charges", Objects.charge("ch_7"), at: 1),
    ])
    #expect(
      broken == [
        "charges": [
          "?: id: missing", "?: not JSON",
          #"ch_1: amount: expected a whole number of minor units, found "abc""#,
          "ch_2: amount: expected a whole number of minor units, found 12.5",
          #"ch_3: amount: expected a whole number of minor units, found "1200""#, "ch_4: amount: missing",
          #"ch_5: customer: expected an id or an object, found 7; description: expected a text, found object"#,
        ]
      ])
    #expect(try await lab.rows("charges", "charge_id, amount_minor") == [["ch_7", "100"]])
  }

  @Test("null, absent and empty ids are null; ids are taken from objects and stubs")
  func ids() async throws {
    let lab = try await SilverLab(.charge)
    let none = [#","customer":null"#, "", #","customer":"""#]
    let one = [
      #","customer":"cus_1""#, #","customer":{"id":"cus_1","name":"x"}"#, #","customer":{"id":"cus_1","deleted":true}"#,
    ]
    let lines = (none + one).enumerated().map {
      Line("charges", Objects.charge("ch_\($0.offset)", more: $0.element), at: 1)
    }
    #expect(try await lab.run(lines) == [:])
    let expected: [[String?]] = [[nil], [nil], [nil], ["cus_1"], ["cus_1"], ["cus_1"]]
    #expect(try await lab.rows("charges", "customer_id") == expected)
  }

  @Test("both shapes of an invoice give the same columns, the newer one first")
  func versions() async throws {
    let lab = try await SilverLab(.invoice)
    let new = #","parent":{"type":"subscription_details","subscription_details":{"subscription":"sub_1"}}"#
    try await lab.run([
      Line("invoices", Objects.invoice("in_1", more: new), at: 1),
      Line("invoices", Objects.invoice("in_2", more: #","subscription":"sub_1","parent":null"#), at: 1),
      Line("invoices", Objects.invoice("in_3", more: new + #","subscription":"sub_2""#), at: 1),
    ])
    #expect(try await lab.rows("invoices", "subscription_id") == [["sub_1"], ["sub_1"], ["sub_1"]])
  }

  @Test("decimals are exact from text and number; text is kept to the last character")
  func values() async throws {
    let lab = try await SilverLab(.price, .balanceTransaction, .charge)
    let price = #"{"id":"price_1","object":"price","created":1,"product":"prod_1","currency":"eur","#
    let booking = #"{"id":"txn_1","object":"balance_transaction","created":1,"status":"available","type":"charge","#
    let metadata =
      "{" + (0..<2_000).map { #""key\#($0)":"\#(String(repeating: "é", count: 500))""# }.joined(separator: ",") + "}"
    let broken = try await lab.run([
      Line("prices", price + #""unit_amount_decimal":"0.000000000001"}"#, at: 1),
      Line(
        "balance_transactions", booking + #""amount":-5,"fee":0,"net":-5,"currency":"eur","exchange_rate":1.0875}"#,
        at: 1),
      Line(
        "charges",
        Objects.charge(
          amount: "9223372036854775807", more: #","description":"Grüße 👋 \"q\" \\ \u00e9","metadata":\#(metadata)"#),
        at: 1),
    ])
    #expect(broken == [:])
    #expect(try await lab.rows("prices", "unit_amount_decimal, dt") == [["0.000000000001000000", "1970-01-01"]])
    #expect(
      try await lab.rows("balance_transactions", "exchange_rate, amount_minor") == [["1.087500000000000000", "-5"]])
    #expect(
      try await lab.rows("charges", "description, amount_minor, length(metadata ->> '$.key1999'), is_refunded") == [
        ["Grüße 👋 \"q\" \\ é", "9223372036854775807", "500", "false"]
      ])
  }
}
