package import Foundation
import PlatformCore
package import PostgresClient
import Synchronization
package import Workspace

/// The PostgreSQL that tests share: a private cluster in the build folder, or the server of OKAPI_TEST_DATABASE_URL.
///
/// The workspace's path is fixed, so that a run after a crash takes over the server that the crash left behind.
package enum TestDatabase {
  private static let name = "okapi_test"
  private static let processID = Atomic<Int32>(0)
  private static let socketDirectory = Mutex("")
  private static let isReady = Atomic<Bool>(false)
  private static let home = packageFolder.appendingPathComponent(".build/test-workspace")
  private static let use = Result { try SharedUse(home.appendingPathComponent("users")) }

  /// The cluster behind the tests, unless a server was given.
  package static let cluster = PrivateCluster(
    home: home,
    extraSettings: [
      // The tests' rows need not outlive a power failure.
      "fsync": "off", "max_connections": "200", "shared_buffers": "128MB",
      // Each test drops a schema of its own, which takes some 1,400 locks.
      "max_locks_per_transaction": "256",
    ])

  /// The folder of the package under test.
  package static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The URL of the test database; starts the server the first time.
  package static func url() async throws -> String {
    if let given = ProcessInfo.processInfo.environment["OKAPI_TEST_DATABASE_URL"], !given.isEmpty { return given }
    try await ensureCluster()
    if !isReady.load(ordering: .relaxed) {
      let connection = try await PostgresConnection.connect(try await cluster.url(database: "postgres"))
      _ = try await connection.createDatabaseIfMissing(name)
      await connection.close()
      isReady.store(true, ordering: .relaxed)
    }
    return try await cluster.url(database: name)
  }

  /// Starts the shared cluster unless it runs, for tests that need a server of a known kind whatever was given.
  @discardableResult
  package static func ensureCluster() async throws -> ClusterState {
    _ = try use.get()
    let state = try await cluster.ensureRunning()
    if let number = state.processID, processID.exchange(number, ordering: .relaxed) == 0 {
      socketDirectory.withLock { $0 = state.socketDirectory }
      stopAtExit()
    }
    return state
  }

  /// A new connection to the test database.
  package static func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(try await url(), applicationName: "okapi-tests")
  }

  /// Lends a connection and the name of a schema that does not exist yet; `<name>` and `<name>_live` are dropped after.
  package static func withTestSchema<Answer: Sendable>(
    create: Bool = false, _ body: @Sendable (PostgresConnection, _ schemaName: String) async throws -> Answer
  ) async throws -> Answer {
    let schema = "t_" + String(UInt64.random(in: .min ... .max), radix: 36)
    let connection = try await connect()
    if create { try await connection.execute("CREATE SCHEMA \(PostgresIdentifier.quoted(schema))") }
    do {
      let answer = try await body(connection, schema)
      try await drop(schema, after: connection)
      return answer
    } catch {
      // The test's own error is the one to show.
      try? await drop(schema, after: connection)
      throw error
    }
  }

  private static func drop(_ schema: String, after connection: PostgresConnection) async throws {
    await connection.close()
    let janitor = try await connect()
    for name in [schema + "_live", schema] {
      try await janitor.execute(
        "SET client_min_messages = warning; DROP SCHEMA IF EXISTS \(PostgresIdentifier.quoted(name)) CASCADE")
    }
    await janitor.close()
  }

  /// No server outlives the tests: an immediate shutdown, for crash recovery puts right what it leaves. The last of
  /// several processes ends it: those that run beside one another share it.
  private static func stopAtExit() {
    atexit {
      guard (try? TestDatabase.use.get())?.isLastToLeave() == true else { return }
      let number = TestDatabase.processID.load(ordering: .relaxed)
      guard number > 0, kill(number, SIGQUIT) == 0 else { return }
      for _ in 0..<250 where kill(number, 0) == 0 { usleep(20_000) }
      _ = TestDatabase.socketDirectory.withLock { rmdir($0) }
    }
  }
}
