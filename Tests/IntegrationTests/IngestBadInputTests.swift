import Foundation
import Ingest
import JSONReader
import PlatformCore
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// What is wrong is named with file, line, field and expectation; the good records around it load.
@Suite struct IngestBadInputTests {
  private static let first = StripeObjects.customer("cus_1")
  private static let last = StripeObjects.customer("cus_3")
  private static let good = StripeObjects.customer("cus_2").rendered

  struct BadRecord: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let record: String
    var id: String? = "cus_2"
    var field = ""
    var expectation = "a complete JSON object"
    let reason: String
  }

  private static func with(_ member: String) -> String { String(good.dropLast()) + "," + member + "}" }

  @Test(arguments: [
    BadRecord(
      testDescription: "beyond 64 bits", record: with(#""balance":9223372036854775808"#), id: nil,
      reason: "a number beyond 64 bits"),
    BadRecord(
      testDescription: "far beyond 64 bits", record: with(#""x":[123456789012345678901234567890]"#), id: nil,
      reason: "a number beyond 64 bits"),
    BadRecord(
      testDescription: "NUL in a value", record: with(##""email":"a\u0000b""##), field: "email",
      expectation: "text without U+0000", reason: #"\u0000"#),
    BadRecord(
      testDescription: "NUL in a name", record: with(##""metadata":{"a\u0000b":"x"}"##), field: #"metadata.a\u0000b"#,
      expectation: "text without U+0000", reason: #"\u0000"#),
    BadRecord(
      testDescription: "NUL in raw only", record: with(##""nobody_declared":[1,{"deep":"\u0000"}]"##),
      field: "nobody_declared.1.deep", expectation: "text without U+0000", reason: #"\u0000"#),
    BadRecord(
      testDescription: "too deep",
      record: with(#""x":"# + String(repeating: "[", count: 130) + String(repeating: "]", count: 130)), id: nil,
      reason: "nesting deeper than 128 levels"),
    BadRecord(
      testDescription: "text for a number", record: with(#""balance":"12""#), field: "balance",
      expectation: "money: a whole number of 64 bits in minor units", reason: "it is a text"),
    BadRecord(
      testDescription: "fraction of a cent", record: with(#""balance":12.5"#), field: "balance",
      expectation: "money: a whole number of 64 bits in minor units", reason: "it is a number with a fraction"),
    BadRecord(
      testDescription: "no id", record: #"{"object":"customer","created":1}"#, id: nil, field: "id",
      expectation: "a text of 1 to 255 bytes", reason: "it is missing"),
    BadRecord(
      testDescription: "required field missing", record: #"{"id":"cus_2","object":"customer"}"#, field: "created",
      expectation: "Unix seconds, required", reason: "it is missing"),
    BadRecord(
      testDescription: "wrong kind", record: StripeObjects.charge("ch_2").rendered, id: "ch_2", field: "object",
      expectation: "customer", reason: "it is charge"),
    BadRecord(
      testDescription: "no kind", record: #"{"id":"cus_2","created":1}"#, field: "object", expectation: "customer",
      reason: "it is missing or no text"),
    BadRecord(
      testDescription: "a text", record: #""cus_2""#, id: nil, expectation: "a JSON object", reason: "it is a text"),
    BadRecord(
      testDescription: "an array", record: "[\(good)]", id: nil, expectation: "a JSON object",
      reason: "it is an array"),
    BadRecord(testDescription: "null", record: "null", id: nil, expectation: "a JSON object", reason: "it is null"),
    BadRecord(testDescription: "an invalid escape", record: with(#""name":"\x""#), id: nil, reason: "escape"),
    BadRecord(testDescription: "half a surrogate pair", record: with(#""x":"\ud800""#), id: nil, reason: "escape"),
    BadRecord(
      testDescription: "a long reference",
      record: with(#""invoice_settings":{"default_payment_method":""# + String(repeating: "x", count: 5000) + "\"}"),
      field: "invoice_settings.default_payment_method", expectation: "the id of a payment_method, or the object",
      reason: "it is longer than 255 bytes"),
    BadRecord(
      testDescription: "what only PostgreSQL refuses", record: with(#""metadata":{"x":1e-30000}"#),
      expectation: "values that PostgreSQL can hold", reason: "22"),
    BadRecord(
      testDescription: "expanded object broken",
      record: with(
        #""invoice_settings":{"default_payment_method":{"id":"pm_1","object":"payment_method","created":"x"}}"#),
      field: "invoice_settings.default_payment_method.created", expectation: "Unix seconds, required",
      reason: "it is a text"),
  ])
  func records(_ bad: BadRecord) async throws {
    for isLines in [true, false] {
      try await IngestLab.run { lab in
        let records = [Self.first.rendered, bad.record, Self.last.rendered]
        let file = try lab.write(
          "customers.json", isLines ? records.joined(separator: "\n") : "[\n" + records.joined(separator: ",\n") + "\n]"
        )
        let report = try await lab.load()
        #expect(report.exitStatus == .data)
        #expect(report["customers"].figures == ["read": 3, "inserted": 2, "rejected": 1])
        #expect(try await lab.rows("select id from {s}.customers order by id") == ["cus_1", "cus_3"])
        let reject = try #require(report.rejects.first)
        #expect(report.rejects.count == 1)
        #expect(reject.file == file)
        #expect(reject.line == (isLines ? 2 : 3))
        #expect(reject.id == bad.id)
        #expect(reject.field == bad.field)
        #expect(reject.expectation == bad.expectation)
        #expect(reject.reason.contains(bad.reason), "\(reject.reason)")
        let line = try #require(try lab.rejected(report, "customers").first)
        #expect(line.line == reject.line)
        #expect(line.index == 1)
        #expect(line.data == bad.record)
        // Rejected again by the next run, and nothing else changes.
        let again = try await lab.load()
        #expect(again["customers"].figures == ["read": 3, "unchanged": 2, "rejected": 1])
        #expect(again.changedRows == 0)
      }
    }
  }

  @Test func invalidUTF8() async throws {
    try await IngestLab.run { lab in
      var bytes = Data((Self.first.rendered + "\n" + Self.good).utf8)
      let place = try #require(bytes.range(of: Data("Ada".utf8), in: Self.first.rendered.utf8.count..<bytes.count))
      bytes[place.lowerBound] = 0xff
      try lab.write("customers.jsonl", bytes: bytes + Data(("\n" + Self.last.rendered).utf8))
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      #expect(report.rejects.map(\.line) == [2])
      #expect(report.rejects[0].reason.contains("UTF-8"))
    }
  }

  @Test func aFileOfAnotherResource() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", StripeObjects.list([StripeObjects.charge("ch_1"), StripeObjects.charge("ch_2")]))
      try lab.write("charges.json", StripeObjects.list([StripeObjects.charge("ch_1")]))
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 2, "rejected": 2])
      #expect(report.rejects.map(\.expectation) == ["customer", "customer"])
      #expect(try await lab.count("charges") == 1)
      #expect(try await lab.count("customers") == 0)
    }
  }

  // MARK: Files

  @Test(arguments: ["[\n", "{\"object\":\"list\",\"data\":[\n", ""])
  func truncated(_ start: String) async throws {
    try await IngestLab.run { lab in
      let separator = start.isEmpty ? "\n" : ",\n"
      try lab.write("customers.json", start + Self.first.rendered + separator + Self.good.prefix(60))
      let report = try await lab.load()
      #expect(report.exitStatus == .data)
      #expect(report["customers"].figures == ["read": 2, "inserted": 1, "rejected": 1])
      #expect(report.rejects.map(\.line) == [start.isEmpty ? 2 : 3])
      #expect(report.rejects[0].reason.contains("truncated"))
    }
  }

  @Test func aListThatIsNotClosed() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", "[" + Self.first.rendered)
      let report = try await lab.load()
      #expect(report.exitStatus == .data)
      #expect(report["customers"].inserted == 1)
      #expect(report.rejects.map(\.reason).first?.contains("truncated") == true)
    }
  }

  @Test func compressedAndCut() async throws {
    try await IngestLab.run { lab in
      let file = try lab.write(
        "customers.jsonl",
        StripeObjects.lines((1...200).map { StripeObjects.customer("cus_\($0)", name: "\($0 * 7919)") }))
      try IngestInputFormTests.run("/usr/bin/env", ["gzip", file])
      let packed = try Data(contentsOf: URL(filePath: file + ".gz"))
      try packed.prefix(packed.count / 2).write(to: URL(filePath: file + ".gz"))
      let report = try await lab.load()
      #expect(report.exitStatus == .data)
      #expect(report["customers"].inserted > 0)
      #expect(report["customers"].inserted < 200)
      #expect(report["customers"].rejected > 0)
    }
  }

  /// In a folder one bad file fails alone; the others load, and the status says so.
  @Test(arguments: [("", "the file is empty"), (" \n\n", "the file is empty")])
  func anEmptyFileAmongOthers(_ content: String, _ reason: String) async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", Self.first)
      let bad = try lab.write("products.json", content)
      let report = try await lab.load()
      #expect(report.exitStatus == .data)
      #expect(report["customers"].inserted == 1)
      #expect(Array(report.failedFiles.keys) == [bad])
      #expect(report.failedFiles[bad]?.contains(reason) == true)
    }
  }

  @Test func aFolderForAFile() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", Self.first)
      try lab.write("products.json/x", "")
      let report = try await lab.load()
      #expect(report.exitStatus == .inputOutput)
      #expect(report["customers"].inserted == 1)
      #expect(report.failedFiles.first?.value.contains("directory") == true)
    }
  }

  @Test(arguments: [("", PlatformCore.ExitStatus.data), ("/folder", .inputOutput), ("/nowhere", .inputMissing)])
  func aNamedFile(_ kind: String, _ status: PlatformCore.ExitStatus) async throws {
    try await IngestLab.run { lab in
      let empty = try lab.write("empty.json", "")
      try lab.write("folder/x", "")
      let path = kind.isEmpty ? empty : lab.export.path + kind
      let error = try await #require(throws: PlatformError.self) { _ = try await lab.load(.file(path, .customer)) }
      #expect(error.status == status)
      #expect(error.context.contains { $0.name == "file" && $0.value == path })
    }
  }

  @Test func aFolderThatIsNotThere() async throws {
    try await IngestLab.run { lab in
      for (path, resources) in [
        ("/nowhere/at/all", []), (lab.folder.path, []), (lab.folder.path, [ResourceName.charge]),
      ] {
        let error = try await #require(throws: PlatformError.self) {
          _ = try await lab.load(.folder(path)) { $0.resources = resources }
        }
        #expect(error.status == .inputMissing)
        #expect(error.nextStep != nil)
      }
    }
  }

  @Test func noPermission() async throws {
    try await IngestLab.run { lab in
      let file = try lab.write("customers.json", Self.first)
      try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: file)
      let error = try #require(throws: PlatformError.self) {
        try AnotherUser.runs { try lab.options(.file(file, .customer)).requireInput() }
      }
      #expect(error.status == .inputOutput)
      #expect(error.cause?.contains("ermission") == true)
      #expect(error.context.contains { $0.value == file })
    }
  }

  // MARK: Size

  @Test func anObjectOverTheLimit() async throws {
    try await IngestLab.run { lab in
      let big = StripeObjects.customer("cus_2").with("description", .text(String(repeating: "x", count: 5000)))
      try lab.write(
        "customers.json", "[\n" + [Self.first, big, Self.last].map(\.rendered).joined(separator: ",\n") + "]")
      let report = try await lab.load { $0.limits = JSONLimits(elementBytes: 4096) }
      #expect(report["customers"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      #expect(report.rejects.map(\.line) == [3])
      #expect(report.rejects[0].reason.contains("4096 bytes"))
      #expect(try await lab.load()["customers"].figures == ["read": 3, "inserted": 1, "unchanged": 2])
    }
  }

  @Test func anObjectOver64Megabytes() async throws {
    try await IngestLab.run { lab in
      var bytes = Data((Self.first.rendered + "\n").utf8)
      bytes.append(Data(#"{"id":"cus_2","object":"customer","created":1,"description":""#.utf8))
      bytes.append(Data(repeating: UInt8(ascii: "x"), count: 64 << 20))
      bytes.append(Data("\"}\n".utf8))
      bytes.append(Data(Self.last.rendered.utf8))
      try lab.write("customers.jsonl", bytes: bytes)
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      #expect(report.rejects.map(\.line) == [2])
      #expect(report.rejects[0].reason.contains("64 MB"))
    }
  }

  // MARK: One id twice

  private static let twin = StripeObjects.customer("cus_1", name: "Other")

  @Test func oneIDTwiceAlikeIsFine() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", JSONText.array([Self.first, Self.last, Self.first.reversed]))
      try lab.write("customers.2.json", JSONText.array([Self.first]))
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 4, "inserted": 2, "unchanged": 2])
      #expect(report.exitStatus == .done)
    }
  }

  @Test func oneIDWithTwoContentsInOneFile() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.jsonl", StripeObjects.lines([Self.first, Self.last, Self.twin]))
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      #expect(report.rejects.map(\.line) == [3])
      #expect(report.rejects.map(\.field) == ["id"])
      #expect(try await lab.value("select name from {s}.customers where id = 'cus_1'") == "Ada")
      #expect(try await lab.load()["customers"].figures == ["read": 3, "unchanged": 2, "rejected": 1])
    }
  }

  @Test func aStubAndALiveObjectAtOneMoment() async throws {
    try await IngestLab.run { lab in
      try lab.write(
        "customers.jsonl", StripeObjects.lines([Self.first, StripeObjects.deleted("cus_1", object: "customer")]))
      #expect(try await lab.load()["customers"].figures == ["read": 2, "inserted": 1, "rejected": 1])
      #expect(try await lab.count("customers", where: "not deleted") == 1)
    }
  }

  @Test func oneIDWithTwoContentsFarApart() async throws {
    try await IngestLab.run { lab in
      let others = (10..<6010).map { StripeObjects.customer("cus_\($0)") }
      try lab.write("customers.jsonl", StripeObjects.lines([Self.first] + others + [Self.twin]))
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 6002, "inserted": 6001, "rejected": 1])
      #expect(report.rejects.map(\.id) == ["cus_1"])
      #expect(try await lab.count("customers") == 6001)
      #expect(try await lab.load()["customers"].figures == ["read": 6002, "unchanged": 6001, "rejected": 1])
    }
  }

  @Test func oneIDWithTwoContentsInTwoFiles() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.1.json", JSONText.array([Self.first]))
      let second = try lab.write("customers.2.json", JSONText.array([Self.twin, Self.last]))
      let report = try await lab.load()
      #expect(report["customers"].figures == ["read": 3, "inserted": 2, "rejected": 1])
      #expect(report.rejects.map(\.file) == [second])
      #expect(try await lab.value("select name from {s}.customers where id = 'cus_1'") == "Ada")
    }
  }

  @Test func aRejectedParentTakesItsChildrenAlong() async throws {
    try await IngestLab.run { lab in
      // cus_9 is only seen in the invoice that is rejected late, il_2 stands in both.
      let bad = StripeObjects.invoice(
        "in_1",
        lines: StripeObjects.list([StripeObjects.line("il_1"), StripeObjects.line("il_2").with("quantity", "two")]),
        customer: StripeObjects.customer("cus_9"))
      let good = StripeObjects.invoice("in_2", lines: StripeObjects.list([StripeObjects.line("il_3")]))
      try lab.write("invoices.json", JSONText.array([bad, good]))
      let report = try await lab.load()
      #expect(report["invoices"].figures == ["read": 2, "inserted": 1, "rejected": 1])
      #expect(report.rejects.map(\.field) == ["lines.data[1].quantity"])
      #expect(try await lab.rows("select id from {s}.invoice_line_items") == ["il_3"])
      #expect(try await lab.count("customers") == 0)
      #expect(try await lab.count("invoices") == 1)
    }
  }

  @Test func manyRejectsAreAllCountedAndKept() async throws {
    try await IngestLab.run { lab in
      let bad = (0..<500).map { StripeObjects.customer("cus_\($0)").with("balance", "x") }
      try lab.write("customers.jsonl", StripeObjects.lines(bad))
      let report = try await lab.load()
      #expect(report["customers"].rejected == 500)
      #expect(report.rejects.count == IngestReport.namedLimit)
      #expect(try lab.rejected(report, "customers").map(\.line) == Array(1...500))
      let mode = try FileManager.default.attributesOfItem(atPath: report.rejectFiles[0])[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }
}

/// Runs a piece of work as a user who may not read everything, as root may.
private enum AnotherUser {
  static func runs<Answer>(_ body: () throws -> Answer) throws -> Answer {
    guard geteuid() == 0 else { return try body() }
    // Of this thread alone: seteuid would change it for the tests beside this one.
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setUser = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
    _ = setUser(65534)
    defer { _ = setUser(0) }
    return try body()
  }
}
