import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// Migrations and dumps where a connection keeps nothing between two transactions.
@Suite struct MigrationPoolerTests {
  @Test func twoMigrateAtOnceAndADumpFollowsThroughPgBouncer() async throws {
    let pooler = try await Pooler()
    let url = pooler.url(database: try await TestDatabase.connect().facts.database)
    let context = RunContext(runID: "test", command: "migrate", log: .silent)
    let folder = try TemporaryDirectory()
    do {
      try await TestDatabase.withTestSchema { _, schema in
        let one = try await PostgresConnection.connect(url)
        let two = try await PostgresConnection.connect(url)
        #expect(one.facts.isPooled)
        async let first = MigrationRunner(one, schema: schema, live: schema + "_live").migrate(context)
        async let second = MigrationRunner(two, schema: schema, live: schema + "_live").migrate(context)
        let applied = try await first.applied + second.applied
        #expect(applied.sorted() == (try MigrationFiles.bundled().list().map(\.fileName)))
        try await MigrationRunner(two, schema: schema, live: schema + "_live").requireCurrent()
        let report = try await DumpStore.run(
          one, DumpOptions(schema: schema, folder: folder.url), context: context)
        #expect(report.tables.count == ResourceName.allCases.count)
        #expect(report.tables.allSatisfy { $0.rows == 0 })
        await one.close()
        await two.close()
      }
    } catch {
      await pooler.stop()
      throw error
    }
    await pooler.stop()
  }
}
