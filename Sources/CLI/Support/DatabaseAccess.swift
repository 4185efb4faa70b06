import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Workspace

/// Which of the two databases a command works on.
enum DatabaseName: String, CaseIterable, Sendable {
  /// The one with the data.
  case main
  /// The one for tests.
  case test

  /// Its name in the private cluster.
  var privateName: String { self == .main ? "okapi" : "okapi_test" }
}

/// How a command reaches its databases: the server of `DATABASE_URL`, else the workspace's private cluster.
struct DatabaseAccess: Sendable {
  private let settings: Settings
  private let context: RunContext
  private let workContext: RunContext
  let names: StoreNames

  /// Access to the source that the settings name, or to another one.
  init(_ runtime: CommandRuntime, source: String? = nil) {
    settings = runtime.settings
    context = runtime.context
    workContext = runtime.workContext
    names = StoreNames(schema: source ?? runtime.settings.sourceName)
  }

  /// Whether the server is ours to start and stop.
  var isPrivate: Bool { settings.databaseURL == nil }

  /// The private cluster of the workspace, whether it is in use or not.
  var cluster: PrivateCluster {
    PrivateCluster(home: settings.home, runtimeDirectory: settings.runtimeDirectory)
  }

  /// The URL of a database; starts the private cluster where that is in use.
  func url(_ name: DatabaseName) async throws -> String {
    guard let given = settings.databaseURL else {
      let cluster = cluster
      _ = try await cluster.ensureRunning()
      return try await cluster.url(database: name.privateName)
    }
    if name == .main { return given }
    return try settings.testDatabaseURL ?? Self.testURL(beside: given)
  }

  /// The URL for a program other than ours: in the private cluster the database is made if it is missing.
  func readyURL(_ name: DatabaseName) async throws -> String {
    let url = try await url(name)
    if isPrivate { _ = try await Databases.create(url) }
    return url
  }

  /// `…/name` becomes `…/name_test`.
  static func testURL(beside url: String) throws(PlatformError) -> String {
    guard var parts = URLComponents(string: url), parts.path.count > 1 else {
      throw PlatformError(
        .configuration, "the test database cannot be named after DATABASE_URL",
        cause: "only a URL with a database name has a test database beside it",
        nextStep: "set TEST_DATABASE_URL")
    }
    parts.path += "_test"
    return parts.string ?? url
  }

  /// Opens a connection to a database.
  func connect(_ name: DatabaseName = .main) async throws -> PostgresConnection {
    try await PostgresConnection.connect(url(name))
  }

  /// Makes sure that the main database is there with the schema this program expects.
  ///
  /// The private cluster of a development workspace is brought there by itself; any other server is changed only by
  /// `okapi db init` and `okapi db migrate`.
  func requireStore() async throws {
    if isPrivate && settings.environment == .development {
      _ = try await Databases.create(url(.main))
      let connection = try await connect()
      let runner = try MigrationRunner(connection, schema: names.schema, live: names.live)
      let report = try await runner.migrate(workContext)
      if !report.applied.isEmpty {
        context.log(.info, "database_migrated", ["migrations": .integer(report.applied.count)])
      }
      await connection.close()
      return
    }
    let connection = try await connect()
    try await MigrationRunner(connection, schema: names.schema, live: names.live).requireCurrent()
    await connection.close()
  }
}
