import BronzeStore
import Fetch
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Sandbox
import SandboxServer
import StripeClient
import Synchronization
import TestSupport
import Testing
import Workspace

@testable import Sync

/// A sync that goes on.
@Suite("Watch", .serialized) struct SyncWatchTests {
  /// A log that a test can look into.
  private final class Lines: Sendable {
    private let all = Mutex<[String]>([])
    var log: Log { Log(runID: "run-watch", command: "sync") { line in self.all.withLock { $0.append(line) } } }
    func count(_ event: String, _ side: String) -> Int {
      all.withLock { lines in lines.count { $0.contains("\"\(event)\"") && $0.contains("\"side\":\"\(side)\"") } }
    }
  }

  /// Runs a watch beside the test, and answers its last report when the test is done.
  private func watching(
    _ lab: SyncLab, _ lines: Lines, client: StripeClient? = nil,
    connect: @escaping @Sendable () async throws -> PostgresConnection = { try await TestDatabase.connect() },
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws -> SyncReport {
    let own = client ?? lab.client { $0.attempts = 2 }
    defer { own.close() }
    let sync = Sync(lab.options(own, connect: connect), context: lab.context(lines.log))
    return try await withThrowingTaskGroup(of: SyncReport?.self) { group in
      group.addTask { try await sync.watch(every: .milliseconds(100)) }
      group.addTask {
        try await body()
        return nil
      }
      var last: SyncReport?
      while let ended = try await group.next() {
        if let ended { last = ended }
        group.cancelAll()
      }
      return try #require(last)
    }
  }

  @Test("changes appear by themselves; the source goes away and comes back; one line each time; a clean end")
  func sourceAway() async throws {
    let store = try TemporaryDirectory()
    let port = UInt16(try FreePort.find())
    let serve: @Sendable (inout SandboxServiceOptions) -> Void = {
      $0.port = port
      $0.folder = SandboxFolder(store.url)
    }
    try await SyncLab.run(serve) { lab in
      let customer = try lab.id("/v1/customers", "name=Before")
      let lines = Lines()
      let name = "select name from {s}.customers where id = '\(customer)'"
      let report = try await watching(lab, lines) {
        try await Wait.until("the first state is there") { try await lab.value(name) == "Before" }
        try lab.post("/v1/customers/\(customer)", "name=Changed")
        try await Wait.until("the change is there") { try await lab.value(name) == "Changed" }
        lab.service.stop()
        try await Wait.until("the outage is told") { lines.count("sync_interrupted", "api") == 1 }
        var options = SandboxServiceOptions()
        serve(&options)
        let again = try SandboxService(options)
        defer { again.stop() }
        try lab.post("/v1/customers/\(customer)", "name=After")
        try await Wait.until("what came after the outage is there") { try await lab.value(name) == "After" }
        try await Wait.until("the end of the outage is told") { lines.count("sync_resumed", "api") == 1 }
        // Here: the end of this sandbox is an outage of its own.
        #expect(lines.count("sync_interrupted", "api") == 1 && lines.count("sync_interrupted", "database") == 0)
      }
      #expect(report.readAt != nil)
      #expect(try await lab.value("select count(*) from {s}._leases") == "0")
    }
  }

  @Test("the database goes away and comes back: the API is read on meanwhile, and nothing is lost")
  func databaseAway() async throws {
    try await ClusterFixture.with("sync-watch") { fixture in
      let cluster = fixture.cluster(extraSettings: ["fsync": "off"])
      _ = try await cluster.ensureRunning()
      let url = try await cluster.url(database: "postgres")
      let connect: @Sendable () async throws -> PostgresConnection = { try await PostgresConnection.connect(url) }
      try await SyncLab.run { lab in
        let context = RunContext(runID: "migrate", command: "test", log: .silent)
        let first = try await connect()
        _ = try await MigrationRunner(first, schema: lab.names.schema, live: lab.names.live).migrate(context)
        await first.close()
        let customer = try lab.id("/v1/customers", "name=Before")
        let name: @Sendable () async throws -> String? = {
          let connection = try await connect()
          let result = try await connection.query(
            "select name from \(lab.names.table("customers")) where id = $1", [.text(customer)])
          await connection.close()
          return result.count > 0 ? result[0, 0] : nil
        }
        let lines = Lines()
        _ = try await watching(lab, lines, connect: connect) {
          try await Wait.until("the first state is there") { try await name() == "Before" }
          _ = try await cluster.stop()
          try await Wait.until("the outage is told") { lines.count("sync_interrupted", "database") == 1 }
          let before = try lab.state.feed(FeedCursor.self)
          try lab.post("/v1/customers/\(customer)", "name=Meanwhile")
          try await Wait.until("bronze goes on") {
            let now = try lab.state.feed(FeedCursor.self)
            return now?.newest ?? 0 > before?.newest ?? 0 || now?.handled != before?.handled
          }
          _ = try await cluster.ensureRunning()
          try await Wait.until("the change is there") { (try? await name()) == "Meanwhile" }
          try await Wait.until("the end of the outage is told") { lines.count("sync_resumed", "database") == 1 }
        }
        #expect(lines.count("sync_interrupted", "database") == 1)
      }
    }
  }
}
