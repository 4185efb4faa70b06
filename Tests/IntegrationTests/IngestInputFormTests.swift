import Digest
import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// Every form an export comes in gives the same rows.
@Suite struct IngestInputFormTests {
  private static let customers = (1...3).map { StripeObjects.customer("cus_\($0)", name: "Name \($0)") }

  private static func expectThree(_ lab: IngestLab, _ report: IngestReport) async throws {
    #expect(report["customers"].figures == ["read": 3, "inserted": 3])
    #expect(report.exitStatus == .done)
    #expect(
      try await lab.rows("select id, name from {s}.customers order by id") == [
        "cus_1|Name 1", "cus_2|Name 2", "cus_3|Name 3",
      ])
  }

  @Test(arguments: [
    ("customers.json", StripeObjects.list(customers).rendered),
    ("customers.json", JSONText.array(customers).rendered),
    ("customer.json", JSONText.array(customers).rendered),
    ("customers.jsonl", StripeObjects.lines(customers)), ("customers.ndjson", StripeObjects.lines(customers)),
    ("customers.json", StripeObjects.lines(customers)),
    ("customers.json", "\n \(StripeObjects.list(customers).rendered.replacing(",", with: " ,\r\n\t"))\n\n"),
    ("customers/any.json", StripeObjects.list(customers).rendered),
    ("customers-0001.jsonl", StripeObjects.lines(customers)),
  ])
  func forms(_ name: String, _ content: String) async throws {
    try await IngestLab.run { lab in
      try lab.write(name, content)
      try await Self.expectThree(lab, try await lab.load())
    }
  }

  @Test func compressed() async throws {
    try await IngestLab.run { lab in
      let file = try lab.write("customers.jsonl", StripeObjects.lines(Self.customers))
      try Self.run("/usr/bin/env", ["gzip", file])
      try await Self.expectThree(lab, try await lab.load())
    }
  }

  @Test func severalFilesOfOneResource() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", StripeObjects.list([Self.customers[0]]))
      try lab.write("customers.2.json", JSONText.array([Self.customers[1]]))
      try lab.write("customers/part.jsonl", StripeObjects.lines([Self.customers[2]]))
      let report = try await lab.load()
      #expect(report["customers"].files == 3)
      try await Self.expectThree(lab, report)
    }
  }

  @Test func aSingleObjectAndASingleFile() async throws {
    try await IngestLab.run { lab in
      let file = try lab.write("whatever.txt", Self.customers[0])
      #expect(try await lab.load(.file(file, .customer))["customers"].figures == ["read": 1, "inserted": 1])
    }
  }

  @Test func onlyTheResourcesAskedFor() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", JSONText.array(Self.customers))
      try lab.write("products.json", JSONText.array([StripeObjects.product("prod_1")]))
      try lab.write("quotes.json", "[]")
      let report = try await lab.load { $0.resources = [.product] }
      #expect(report.resources.map(\.resource) == ["products"])
      #expect(report.unclaimedFiles == ["quotes.json"])
      #expect(try await lab.count("customers") == 0)
    }
  }

  @Test func anEmptyListIsFine() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", StripeObjects.list([]))
      let report = try await lab.load()
      #expect(report.exitStatus == .done)
      #expect(report["customers"].files == 1)
    }
  }

  @Test func childrenInAFileOfTheirOwn() async throws {
    try await IngestLab.run { lab in
      try lab.write("invoices.json", JSONText.array([StripeObjects.invoice("in_1")]))
      try lab.write(
        "invoice_line_items.json",
        JSONText.array(["il_1", "il_2"].map { StripeObjects.line($0, invoice: "in_1") }))
      let report = try await lab.load()
      #expect(report["invoice_line_items"].figures == ["read": 2, "inserted": 2])
      #expect(try await lab.count("invoice_line_items", where: "invoice_id = 'in_1' and not deleted") == 2)
    }
  }

  @Test func childrenOfAListAreRowsOfTheirOwn() async throws {
    try await IngestLab.run { lab in
      let lines = (1...25).map { StripeObjects.line("il_\($0)", amount: $0) }
      try lab.write("invoices.json", JSONText.array([StripeObjects.invoice("in_1", lines: StripeObjects.list(lines))]))
      let report = try await lab.load()
      #expect(report["invoice_line_items"].figures == ["read": 25, "inserted": 25])
      #expect(
        try await lab.rows("select count(*), sum(amount) from {s}.invoice_line_items where invoice_id = 'in_1'")
          == ["25|325"])
    }
  }

  @Test func aCutPageIsIncompleteUntilTheLastPageIsThere() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", StripeObjects.list([Self.customers[0]], hasMore: true))
      let cut = try await lab.load()
      #expect(cut.exitStatus == .data)
      #expect(cut["customers"].figures == ["read": 1, "inserted": 1, "incomplete": 1])
      #expect(cut.incomplete.map(\.have) == [1])
      #expect(cut.incomplete[0].file.hasSuffix("customers.json"))
      try lab.write("customers.2.json", StripeObjects.list([Self.customers[1]], hasMore: true))
      #expect(try await lab.load()["customers"].incomplete == 2)
      try lab.write("customers.3.json", StripeObjects.list([Self.customers[2]]))
      let whole = try await lab.load()
      #expect(whole.exitStatus == .done)
      #expect(whole["customers"].figures == ["read": 3, "inserted": 1, "unchanged": 2])
    }
  }

  @Test func pagesOneAfterTheOtherInOneFile() async throws {
    try await IngestLab.run { lab in
      try lab.write(
        "customers.json",
        [
          StripeObjects.list([Self.customers[0]], hasMore: true),
          StripeObjects.list([Self.customers[1]], hasMore: true),
          StripeObjects.list([Self.customers[2]]),
        ].map(\.rendered).joined(separator: "\n"))
      try await Self.expectThree(lab, try await lab.load())
    }
  }

  @Test(arguments: [Int64?.some(3), nil])
  func aCutChildListIsCompletedByTheChildFile(_ totalCount: Int64?) async throws {
    try await IngestLab.run { lab in
      let lines = (1...3).map { StripeObjects.line("il_\($0)", invoice: "in_1") }
      try lab.write(
        "invoices.json",
        JSONText.array([
          StripeObjects.invoice("in_1", lines: StripeObjects.list([lines[0]], hasMore: true, totalCount: totalCount))
        ]))
      let cut = try await lab.load()
      #expect(cut.exitStatus == .data)
      #expect(cut["invoices"].incomplete == 1)
      #expect(cut.incomplete.map(\.list) == ["lines"])
      #expect(cut.incomplete.map(\.id) == ["in_1"])
      #expect(cut.incomplete.map(\.expected) == [totalCount.map { Int($0) }])
      try lab.write("invoice_line_items.json", JSONText.array(lines))
      let whole = try await lab.load()
      #expect(whole["invoices"].incomplete == 0)
      #expect(whole.incomplete == [])
      #expect(whole.exitStatus == .done)
      #expect(try await lab.count("invoice_line_items", where: "not deleted") == 3)
    }
  }

  @Test func aChildFileThatIsCutItselfCompletesNothing() async throws {
    try await IngestLab.run { lab in
      let lines = (1...2).map { StripeObjects.line("il_\($0)", invoice: "in_1") }
      try lab.write(
        "invoices.json",
        JSONText.array([StripeObjects.invoice("in_1", lines: StripeObjects.list([lines[0]], hasMore: true))]))
      try lab.write("invoice_line_items.json", StripeObjects.list(lines, hasMore: true))
      let report = try await lab.load()
      #expect(report["invoices"].incomplete == 1)
      #expect(report["invoice_line_items"].incomplete == 1)
      #expect(report.exitStatus == .data)
    }
  }

  @Test func theManifestSaysWhenTheExportWasMade() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers/1.json", JSONText.array([Self.customers[0]]))
      try lab.write("products.json", JSONText.array([StripeObjects.product("prod_1")]))
      try lab.write("manifest.json", ["exported_at": "2026-11-20T06:00:00Z", "api_version": "2026-10-28.endive"])
      let report = try await lab.load()
      #expect(Set(report.observedAtOrigin.values) == ["manifest"])
      #expect(
        try await lab.rows(
          """
          select observed_at = '2026-11-20T06:00:00Z', api_version from {s}.customers
          union all select observed_at = '2026-11-20T06:00:00Z', api_version from {s}.products
          """) == Array(repeating: "t|2026-10-28.endive", count: 2))
      let told = try await lab.load(at: "2026-11-21")
      #expect(Set(told.observedAtOrigin.values) == ["option"])
    }
  }

  @Test func allFilesOfARunAreOfOneMoment() async throws {
    try await IngestLab.run { lab in
      for number in 1...3 { try lab.write("customers.\(number).json", JSONText.array([Self.customers[number - 1]])) }
      try lab.write("products.json", JSONText.array([StripeObjects.product("prod_1")]))
      let report = try await lab.load()
      #expect(report.observedAt.count == 4)
      #expect(Set(report.observedAt.values).count == 1)
      #expect(Set(report.observedAtOrigin.values) == ["first_seen"])
    }
  }

  static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
