import Foundation
import PlatformCore
import StripeModel
import Synchronization
import TestSupport
import Testing
import Verify

/// Damaged, incomplete and partial exports, other moments and versions, and repair.
@Suite struct VerifyInputTests {
  @Test func aRecordTheServerRefusesStandsAlone() async throws {
    try await VerifyWorld.with { world in
      let wrong = VerifyWorld.yenCharge.replacingOccurrences(of: "ch_2", with: "ch_3")
        .replacingOccurrences(of: "\"amount\": 500", with: "\"amount\": \"a secret\"")
      let nul = VerifyWorld.yenCharge.replacingOccurrences(of: "ch_2", with: "ch_4")
        .replacingOccurrences(of: "\"metadata\": {}", with: #""metadata": {"a": "\u0000"}"#)
      let late = VerifyWorld.yenCharge.replacingOccurrences(of: "ch_2", with: "ch_5")
        .replacingOccurrences(of: "1700000002", with: "9000000000000000")
      try world.export("charges", VerifyWorld.list([VerifyWorld.charge, wrong, nul, late, VerifyWorld.yenCharge]))
      let report = try await world.verify()
      #expect(report.exitStatus == .data)
      let charges = try #require(report.table("charges"))
      #expect(charges.source.records == 5)
      #expect(charges.source.unreadable == 3)
      #expect(charges.comparedRows == 2)
      let findings = charges.findings
      #expect(findings.map(\.kind) == [.unreadable, .unreadable, .unreadable])
      #expect(findings.map(\.id) == ["ch_3", "ch_4", "ch_5"])
      #expect(findings.map(\.field) == ["amount", nil, "created"])
      #expect(findings[0].reason?.hasPrefix("invalid input syntax for type bigint") == true)
      #expect(findings[1].reason?.hasPrefix("unsupported Unicode escape sequence") == true)
      #expect(findings.allSatisfy { $0.reason?.contains("secret") == false && ($0.line ?? 0) > 1 })
    }
  }

  @Test func theRestOfADamagedFileIsCompared() async throws {
    try await VerifyWorld.with { world in
      try FileManager.default.removeItem(atPath: world.folder.path + "/charges.json")
      let line = VerifyWorld.charge.replacingOccurrences(of: "\n", with: "")
      let other = VerifyWorld.yenCharge.replacingOccurrences(of: "\n", with: "")
      let lines = [line, "{\"id\": \"ch_6\", ", #"{"object": "charge"}"#, #"{"id": "x", "object": "refund"}"#, other]
      try world.export("charges", lines.joined(separator: "\n"), ending: ".jsonl")
      let report = try await world.verify()
      #expect(report.exitStatus == .data)
      let charges = try #require(report.table("charges"))
      #expect(charges.comparedRows == 2)
      #expect(charges.source.unreadable == 3)
      #expect(charges.findings.map(\.kind) == [.unreadable, .unreadable, .unreadable])
      #expect(charges.findings.contains { $0.reason == "object is refund, not charge" && $0.line == 4 })
    }
  }

  @Test func severalFilesAndTheSameRecordTwice() async throws {
    try await VerifyWorld.with { world in
      try world.export("charges", VerifyWorld.list([VerifyWorld.charge]))
      try world.export("charges", "[\(VerifyWorld.charge), \(VerifyWorld.yenCharge)]", ending: ".2.json")
      let report = try await world.verify()
      #expect(report.lines == [])
      let charges = try #require(report.table("charges"))
      #expect(charges.files.count == 2)
      #expect(charges.source.records == 3)
      #expect(charges.source.ids == 2)
      #expect(charges.sums.first?.source == "1200")
    }
  }

  @Test func listsCutShort() async throws {
    try await VerifyWorld.with { world in
      try world.export("invoices", VerifyWorld.list([VerifyWorld.invoice(hasMore: true, totalCount: 3)]))
      try world.export("charges", VerifyWorld.list([VerifyWorld.charge, VerifyWorld.yenCharge], hasMore: true))
      let report = try await world.verify()
      #expect(report.exitStatus == .data)
      #expect(report.lines == ["incomplete in_1 lines 2 of 3 2", "incomplete - has_more - -"])
      #expect(report.table("invoices")?.lists.first?.incomplete == 1)
      // A file of the elements brings the rest.
      let third = VerifyWorld.lines[0].replacingOccurrences(of: "il_1", with: "il_3")
        .replacingOccurrences(of: "700", with: "0")
        .replacingOccurrences(of: "\"object\"", with: #""invoice": "in_1", "object""#)
      try world.export("invoice_line_items", VerifyWorld.list([third]))
      try world.export("charges", VerifyWorld.list([VerifyWorld.charge, VerifyWorld.yenCharge]))
      try await world.sql(
        """
        insert into {s}.invoice_line_items (id, invoice_id, amount, currency, discount_amounts, quantity, raw,
          observed_sequence) values ('il_3', 'in_1', 0, 'eur', '[]', 1, '\(third)', 1)
        """)
      #expect(try await world.verify().lines == [])
    }
  }

  @Test func amountsThatDoNotAddUpAreANote() async throws {
    try await VerifyWorld.with { world in
      try world.export("invoices", VerifyWorld.list([VerifyWorld.invoice(subtotal: 999)]))
      try await world.sql(
        """
        update {s}.invoices set subtotal = 999,
          raw = replace(raw::text, '"subtotal": 1000', '"subtotal": 999')::json
        """)
      let report = try await world.verify()
      #expect(report.lines == ["untied in_1 lines 1000 999"])
      #expect(report.exitStatus == .done)
      #expect(report.table("invoices")?.lists.first?.untied == 1)
    }
  }

  @Test func newerRowsAreListedAndNotRepaired() async throws {
    try await VerifyWorld.with { world in
      let exported = try #require(Date(rfc3339: "2026-01-01"))
      try await world.sql(
        """
        update {s}.charges set amount = 1300, observed_at = '2026-01-02Z' where id = 'ch_1';
        update {s}.charges set observed_at = '2026-01-02Z' where id = 'ch_2';
        insert into {s}.customers (id, created, observed_at, observed_sequence)
          values ('cus_9', now(), '2026-01-02Z', 1)
        """)
      let repairer = RecordingRepairer { _, _ in }
      let report = try await world.verify { options in
        options.observation = { _ in exported }
        options.repairer = repairer
      }
      #expect(report.exitStatus == .differences)
      #expect(
        report.lines == [
          "newer_in_store cus_9 - - -", "newer_in_store ch_1 amount 1200 1300", "sum_differs - amount eur 1200 1300",
        ])
      #expect(await repairer.calls.isEmpty)
      #expect(report.repair == nil)
    }
  }

  @Test func anotherVersionIsNotComparable() async throws {
    try await VerifyWorld.with { world in
      try await world.sql(
        """
        update {s}.charges set api_version = '2024-06-20', amount = 1 where id = 'ch_1';
        update {s}.charges set api_version = '2026-10-28.endive' where id = 'ch_2'
        """)
      let report = try await world.verify { $0.apiVersion = "2026-10-28.endive" }
      #expect(
        report.lines == ["not_comparable ch_1 api_version - 2024-06-20", "sum_differs - amount eur 1200 1"])
      #expect(report.exitStatus == .differences)
    }
  }

  @Test func repairCorrectsAndVerifiesAgain() async throws {
    try await VerifyWorld.with { world in
      try await world.sql(
        """
        update {s}.charges set amount = 1201 where id = 'ch_1';
        update {s}.invoice_line_items set amount = 701 where id = 'il_1';
        insert into {s}.customers (id, created, observed_sequence) values ('cus_9', now(), 1)
        """)
      let repairer = RecordingRepairer { resource, _ in
        if resource == .charge { try await world.sql("update {s}.charges set amount = 1200 where id = 'ch_1'") }
        guard resource == .invoice else { return }
        try await world.sql("update {s}.invoice_line_items set amount = 700 where id = 'il_1'")
      }
      let report = try await world.verify { $0.repairer = repairer }
      #expect(await repairer.calls == ["invoice in_1", "charge ch_1"])
      #expect(report.repair?.rounds == 1)
      #expect(report.repair?.records == ["charges": 1, "invoices": 1])
      #expect(report.repair?.differingBefore == 2)
      // The extra row is listed, not removed.
      #expect(report.lines == ["extra_in_store cus_9 - - -"])
    }
  }

  @Test func aRepairThatDoesNotHelpEnds() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set amount = 1201 where id = 'ch_1'")
      let repairer = RecordingRepairer { _, _ in }
      let report = try await world.verify { $0.repairer = repairer }
      #expect(await repairer.calls == ["charge ch_1"])
      #expect(report.exitStatus == .differences)
    }
  }

  @Test func aLivingSourceIsAskedAgainOfWhatChangedMeanwhile() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set amount = 1201 where id = 'ch_1'")
      let round = Mutex(0)
      // While one row is read again another is changed by a sync: in the place of the first, and newer than the read.
      let repairer = RecordingRepairer(isAlive: true) { _, _ in
        let number = round.withLock { round in
          round += 1
          return round
        }
        switch number {
        case 1:
          try await world.sql("update {s}.charges set amount = 1200 where id = 'ch_1'")
          try await world.sql("update {s}.charges set amount = 501, observed_at = '2026-01-02Z' where id = 'ch_2'")
        case 2: try await world.sql("update {s}.charges set amount = 500 where id = 'ch_2'")
        default: break
        }
      }
      let report = try await world.verify { options in
        options.observation = { _ in Date(rfc3339: "2026-01-01T12:00:00Z") }
        options.repairer = repairer
      }
      #expect(await repairer.calls == ["charge ch_1", "charge ch_2"])
      #expect(report.isEqual, "\(report.lines)")
    }
  }

  @Test func oneResourceAlone() async throws {
    try await VerifyWorld.with { world in
      // Sighted in an invoice that this run does not read.
      try await world.sql("insert into {s}.customers (id, created, observed_sequence) values ('cus_5', now(), 0)")
      let report = try await world.verify { $0.resources = [.customer] }
      #expect(report.lines == [])
      #expect(report.resources.map(\.table) == ["customers"])
    }
  }

  @Test func nothingToCompare() async throws {
    try await VerifyWorld.with { world in
      await #expect(throws: PlatformError.self) { try await world.verify { $0.resources = [.refund] } }
      await #expect { try await world.verify { $0.directory = world.folder.path + "/absent" } } throws: { error in
        (error as? PlatformError)?.status == .inputMissing
      }
      await #expect { try await world.verify { $0.schema = "absent" } } throws: { error in
        (error as? PlatformError)?.nextStep == "okapi db migrate"
      }
    }
  }

  @Test func theReportIsAContract() async throws {
    try await VerifyWorld.with { world in
      let report = try await world.verify()
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
      #expect(
        Set(try #require(json).keys) == [
          "run_id", "source", "directory", "schema", "equal", "statuses", "seconds", "resources", "references",
          "placeholders",
        ])
      let resource = try #require((json?["resources"] as? [[String: Any]])?.first)
      #expect(
        Set(resource.keys) == [
          "table", "files", "source", "store", "compared_rows", "differing_rows", "counts", "findings",
          "omitted_findings", "sums", "lists",
        ])
    }
  }
}

/// Notes what it is asked to correct, and does what the test says.
actor RecordingRepairer: Repairer {
  private(set) var calls: [String] = []
  nonisolated let isAlive: Bool
  private let body: @Sendable (ResourceName, [String]) async throws -> Void

  init(isAlive: Bool = false, _ body: @escaping @Sendable (ResourceName, [String]) async throws -> Void) {
    self.isAlive = isAlive
    self.body = body
  }

  func repair(_ resource: ResourceName, ids: [String], directory: String) async throws {
    calls += ids.map { "\(resource.rawValue) \($0)" }
    try await body(resource, ids)
  }
}
