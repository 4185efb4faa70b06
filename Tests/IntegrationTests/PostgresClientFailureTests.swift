import Foundation
import PlatformCore
import PostgresClient
import TestSupport
import Testing
import Workspace

@Suite("PostgreSQL client: connections that fail")
struct PostgresClientFailureTests {
  private func failure(_ url: String) async -> PlatformError? {
    await #expect(throws: PlatformError.self) { try await PostgresConnection.connect(url) }
  }

  @Test("nothing listens")
  func refused() async throws {
    let port = try FreePort.find()
    let error = await failure("postgresql://u:hushhush@127.0.0.1:\(port)/x")
    #expect(error?.status == .unavailable)
    #expect(error?.isRetryable == true)
    #expect(error?.message == "nothing listens at the server's address")
    #expect(error?.cause?.contains("Connection refused") == true)
    #expect(error?.nextStep?.contains("DATABASE_URL") == true)
    #expect(error?.rendered.contains("hushhush") == false)
  }

  @Test("a name that DNS does not know")
  func unknownHost() async {
    let error = await failure("postgresql://u:hushhush@no-such-host.invalid/x")
    #expect(error?.status == .unavailable)
    #expect(error?.message.contains("DNS") == true)
    #expect(error?.rendered.contains("hushhush") == false)
  }

  @Test("a server that accepts and says nothing")
  func silent() async throws {
    let listener = try SilentListener()
    let error = await failure("postgresql://u@127.0.0.1:\(listener.port)/x?connect_timeout=2")
    #expect(error?.status == .unavailable)
    #expect(error?.message == "the server did not answer in time")
    #expect(error?.nextStep?.contains("connect_timeout") == true)
  }

  @Test("a socket folder without a server")
  func noSocket() async throws {
    let folder = try TemporaryDirectory()
    let error = await failure("postgresql://u@/x?host=\(folder.path)")
    #expect(error?.status == .unavailable)
    #expect(error?.message == "no server listens on the socket")
    #expect(error?.nextStep == "okapi db start")
  }

  @Test("a database that is not there")
  func noDatabase() async throws {
    try await TestDatabase.ensureCluster()
    let error = await failure(try await TestDatabase.cluster.url(database: "no_such_database"))
    #expect(error?.status == .configuration)
    #expect(error?.code == "3D000")
    #expect(error?.nextStep == "okapi db init")
  }

  @Test("a user that is not there")
  func noUser() async throws {
    try await TestDatabase.ensureCluster()
    let url = try await TestDatabase.cluster.url(database: "postgres")
    let error = await failure(url.replacingOccurrences(of: "okapi@", with: "nobody_we_know@"))
    #expect(error?.status == .permission)
    #expect(error?.code == "28000")
  }

  @Test(
    "URLs that cannot be read never show their password",
    arguments: [
      "postgresql://u:hush/hush@localhost/x", "postgresql://u:hush@hush@localhost/x",
      "postgresql://u:hu%zzhush@localhost/x", "postgresql://u:hush@localhost:hush/x",
      "postgresql//u:hush@localhost/x", "hush", "postgresql://u:hush@localhost/x?sslmode=hush",
      "postgresql://u:hush@[hush/x",
    ])
  func unreadable(url: String) async {
    let error = await failure(url)
    #expect(error?.status == .configuration, "\(error?.rendered ?? "")")
    #expect(error?.nextStep != nil)
    if !url.contains("sslmode") { #expect(error?.rendered.contains("hush") == false, "\(error?.rendered ?? "")") }
  }

  @Test("a parameter that libpq does not know is named")
  func unknownParameter() async {
    let error = await failure("postgresql://u@localhost/x?pgbouncer=true")
    #expect(error?.status == .configuration)
    #expect(error?.cause?.contains("pgbouncer") == true)
  }
}
