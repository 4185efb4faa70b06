import Foundation
import PlatformCore
import Workspace

/// Debian's PgBouncer in transaction mode before the tests' cluster, with one server connection for all clients.
package final class Pooler: Sendable {
  /// The URL of a database through it.
  package func url(database: String) -> String { "postgresql://okapi:pooled@127.0.0.1:\(port)/\(database)" }
  /// The loopback port it listens on.
  package let port: Int
  private let process: RunningBinary
  private let folder: TemporaryDirectory

  /// Starts it and waits until it listens; it ends with `stop()`.
  package init() async throws {
    let state = try await TestDatabase.ensureCluster()
    let environment = ProcessInfo.processInfo.environment
    let places = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
    guard
      let program = places.map({ $0 + "/pgbouncer" }).first(where: FileManager.default.isExecutableFile(atPath:))
    else { throw PlatformError(.inputMissing, "pgbouncer is not installed", nextStep: "make setup") }
    folder = try TemporaryDirectory()
    port = try FreePort.find()
    // Readable for the user PgBouncer steps down to when started as root; the password guards nothing but the test.
    let users = try folder.write("userlist.txt", "\"okapi\" \"pooled\"\n")
    let settings = try folder.write(
      "pgbouncer.ini",
      """
      [databases]
      * = host=\(state.socketDirectory) port=\(state.socketPort)
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = \(port)
      unix_socket_dir =
      auth_type = scram-sha-256
      auth_file = \(users.path)
      pool_mode = transaction
      default_pool_size = 1
      max_client_conn = 50
      \(geteuid() == 0 ? "user = \(state.user)" : "")

      """)
    process = try RunningBinary(program, [settings.path])
    do {
      try await Wait.until("pgbouncer listens", limit: .seconds(30)) { [port] in LoopbackProbe.connects(port) }
    } catch {
      process.signal(SIGKILL)
      let outcome = await process.outcome()
      throw PlatformError(.unavailable, "pgbouncer did not start", cause: outcome.stderr)
    }
  }

  /// Ends it.
  package func stop() async {
    process.signal(SIGKILL)
    _ = await process.outcome()
  }
}
