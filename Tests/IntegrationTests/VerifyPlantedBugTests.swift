import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing
import Verify

@testable import Ingest

/// A bug planted in the loader's reading of one field: every row is wrong in the same way, and every hash agrees.
@Suite struct VerifyPlantedBugTests {
  @Test(arguments: [
    ("amount_captured", Column.minorUnits("amount_captured", from: ["created"])),
    ("status", Column.text("status", from: ["currency"])),
    ("created", Column.unixTime("created", from: ["amount"])),
  ])
  func verifyFindsIt(field: String, misread: Column) async throws {
    let broken = ResourcePlans.declared.replacing(Self.charge(reading: field, as: misread))
    try await TestDatabase.withTestSchema { connection, schema in
      let context = RunContext(runID: "planted", command: "test", log: .silent)
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(context)
      let sample = TestDatabase.packageFolder.appendingPathComponent("Sources/CLI/SampleExport").path
      let rejects = try TemporaryDirectory()
      let load = IngestOptions(
        source: .folder(sample), names: StoreNames(schema: schema), rejectFolder: rejects.url
      ) { try await TestDatabase.connect() }
      let loaded = try await Ingestion(load, context: context, plans: broken).run()
      #expect(loaded.exitStatus == .done, "the loader itself sees nothing wrong")

      let options = VerifyOptions(schema: schema, directory: sample) { try await TestDatabase.connect() }
      let report = try await Verification.run(options, context: context)
      let charges = try #require(report.resources.first { $0.table == "charges" })
      #expect(charges.differingRows == charges.source.ids)
      let found = report.findings(.fieldDiffers)
      #expect(Set(found.map(\.field)) == [field])
      #expect(found.allSatisfy { $0.source != $0.store })

      // The sound loader finds every hash unchanged and so changes nothing; only repair goes past the hashes.
      #expect(try await Ingestion(load, context: context).run().changedRows == 0)
      #expect(try await Verification.run(options, context: context).isEqual == false)
    }
  }

  /// The declaration of a charge with one column read from another place.
  private static func charge(reading field: String, as misread: Column) -> ResourceDefinition {
    let sound = ResourceName.charge.definition
    return ResourceDefinition(
      name: sound.name, table: sound.table, path: sound.path, idPrefixes: sound.idPrefixes, help: sound.help,
      columns: sound.columns.map { $0.name == field ? misread : $0 }, children: sound.children,
      ignored: sound.ignored.map(\.dotted), collapsed: sound.collapsed.map(\.dotted))
  }
}
