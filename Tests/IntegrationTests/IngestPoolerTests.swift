import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing
import Verify

/// Loading, proving and repairing the sample export behind PgBouncer in transaction mode, where nothing outlives its
/// transaction.
@Suite(.serialized) struct IngestPoolerTests {
  @Test func loadVerifyAndRepair() async throws {
    let pooler = try await Pooler()
    do {
      try await Self.check(pooler)
    } catch {
      await pooler.stop()
      throw error
    }
    await pooler.stop()
  }

  private static func check(_ pooler: Pooler) async throws {
    try await TestDatabase.withTestSchema { direct, schema in
      let context = RunContext(runID: "pooled", command: "test", log: .silent)
      let url = pooler.url(database: direct.facts.database)
      let connect: @Sendable () async throws -> PostgresConnection = { try await PostgresConnection.connect(url) }
      let connection = try await connect()
      #expect(connection.facts.isPooled)
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(context)

      let sample = TestDatabase.packageFolder.appendingPathComponent("Sources/CLI/SampleExport").path
      let rejects = try TemporaryDirectory()
      let load = IngestOptions(
        source: .folder(sample), names: StoreNames(schema: schema), rejectFolder: rejects.url, connect: connect)
      let first = try await Ingestion(load, context: context).run()
      #expect(first.exitStatus == .done)
      #expect(first.resources.reduce(0) { $0 + $1.inserted } > 100)
      #expect(try await Ingestion(load, context: context).run().changedRows == 0)

      try await direct.execute("update \"\(schema)\".charges set amount = amount + 1")
      var options = VerifyOptions(schema: schema, directory: sample, connect: connect)
      #expect(try await Verification.run(options, context: context).findings(.fieldDiffers).isEmpty == false)
      options.repairer = PooledRepairer(load: load, context: context)
      let repaired = try await Verification.run(options, context: context)
      #expect(repaired.isEqual)
      await connection.close()
    }
  }
}

private struct PooledRepairer: Repairer {
  let load: IngestOptions
  let context: RunContext

  func repair(_ resource: ResourceName, ids: [String], directory: String) async throws {
    var options = load
    options.resources = [resource]
    options.repair = [resource: Set(ids)]
    _ = try await Ingestion(options, context: context).run()
  }
}
