import Foundation
import PostgresClient
import TestSupport
import Testing

/// Signals in the middle of a long load.
@Suite("Interruption", .serialized) struct InterruptionTests {
  private static let count = 100_000

  @Test("a signal ends a load early with its status, and the next run completes it", arguments: [SIGINT, SIGTERM])
  func signals(_ number: Int32) async throws {
    try await LoadedSource.empty { source in
      let file = try source.writeCustomers(Self.count)
      let watcher = try await TestDatabase.connect()
      let load = try source.start("ingest", "customers", "--source", "json", "--file", file)
      let count = "select count(*) from \(source.schema).customers"
      try await Wait.until("the load has begun") {
        guard Int(try await watcher.query(count)[0, 0] ?? "") ?? 0 > 0 else { return false }
        // Here: until the wait is over, the load may be.
        load.signal(number)
        return true
      }
      let outcome = await load.outcome()
      #expect(!outcome.isTimedOut)
      #expect(outcome.status == 128 + number, "\(outcome.stderr)")
      #expect(outcome.stderr.contains(number == SIGINT ? "error: Interrupted" : "error: Terminated"))
      #expect(outcome.stdout.isEmpty)
      let kept = Int(try await watcher.query(count)[0, 0] ?? "") ?? 0
      #expect(kept > 0 && kept < Self.count, "the signal came too late to interrupt anything: \(kept)")

      let again = try await source.run("ingest", "customers", "--source", "json", "--file", file, "--json")
      #expect(again.status == 0, "\(again.stderr)")
      let report = try again.document()["resources"]?.array?.first { $0["resource"]?.string == "customers" }
      #expect(report?["inserted"]?.integer == Int64(Self.count - kept))
      #expect(report?["unchanged"]?.integer == Int64(kept))
      #expect(try await watcher.query(count)[0, 0] == "\(Self.count)")
      await watcher.close()
    }
  }
}
