import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// A second run over the same files changes nothing and writes next to nothing.
@Suite struct IngestIdempotenceTests {
  @Test func twentyThousandObjects() async throws {
    try await IngestLab.runAlone("ingest-again") { lab in
      for (name, content) in StripeWorld.files(customers: 2300) { try lab.write(name, content) }
      let first = try await lab.load()
      #expect(first.exitStatus == .done)
      let objects = first.resources.reduce(0) { $0 + $1.read }
      #expect(objects > 20_000)
      #expect(first["customers"].figures == ["read": 2300, "inserted": 2300])
      #expect(first["balance_transactions"].placeholders == 230)
      #expect(first["balance_transactions"].placeholdersReferredBy == ["charges.balance_transaction_id": 230])
      let before = try await lab.fingerprint(withMoments: true)
      let versions = try await lab.rowVersions()

      let written = try await lab.walWritten {
        let again = try await lab.load()
        #expect(again.changedRows == 0)
        #expect(again.exitStatus == .done)
        #expect(again.resources.reduce(0) { $0 + $1.unchanged } == objects)
      }
      #expect(written < 1 << 20)
      #expect(try await lab.fingerprint(withMoments: true) == before)
      #expect(try await lab.rowVersions() == versions)
    }
  }

  /// The same export, loaded again under a later moment, confirms: nothing but the moment changes.
  @Test func aLaterExportOfTheSameConfirms() async throws {
    try await IngestLab.run { lab in
      for (name, content) in StripeWorld.files(customers: 30) { try lab.write(name, content) }
      _ = try await lab.load(at: "2026-11-01")
      let before = try await lab.fingerprint()
      let report = try await lab.load(at: "2026-11-02")
      #expect(report.changedRows == 0)
      #expect(try await lab.fingerprint() == before)
      #expect(try await lab.count("charges", where: "observed_at = '2026-11-02Z'") == 30)
      #expect(try await lab.count("charges", where: "last_changed_at <> first_seen_at") == 0)
    }
  }

  @Test func anOrderOfLoadsDoesNotMatter() async throws {
    var results: [[String: String]] = []
    for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1], [3, 1, 2]] {
      results.append(
        try await IngestLab.run { lab in
          for version in order {
            for (name, content) in StripeWorld.files(customers: 12, version: version) { try lab.write(name, content) }
            _ = try await lab.load(at: "2026-11-0\(version)")
          }
          return try await lab.fingerprint(withMoments: true)
        })
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  @Test func runsAreRecorded() async throws {
    try await IngestLab.run { lab in
      try lab.write("customers.json", StripeObjects.customer("cus_1"))
      let report = try await lab.load()
      #expect(
        try await lab.rows(
          """
          select run_id, command, status, report->'resources'->0->>'inserted', finished_at >= started_at
          from {s}._runs
          """) == ["\(report.runID)|ingest|done|1|t"])
      #expect(try await lab.value("select run_id from {s}.customers") == report.runID)
    }
  }
}

extension IngestLab {
  /// The physical versions of all rows, table by table: a row that is written at all has another one.
  func rowVersions() async throws -> [String: String] {
    var versions: [String: String] = [:]
    for resource in ResourceName.allCases {
      let table = resource.definition.table
      versions[table] = try await value(
        "select md5(string_agg(id || ctid::text || xmin::text, ',' order by id)) from {s}.\(table)")
    }
    return versions
  }
}
