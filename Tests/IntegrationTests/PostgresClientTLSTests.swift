import Foundation
import PlatformCore
import PostgresClient
import TestSupport
import Testing
import Workspace

@Suite("PostgreSQL client over TLS")
struct PostgresClientTLSTests {
  @Test("require encrypts and reports how; verify-full accepts the right authority and name only")
  func modes() async throws {
    try await ClusterFixture.with("tls") { fixture in
      let folder = try TemporaryDirectory()
      let (authority, stranger) = (folder.path + "/ca", folder.path + "/stranger")
      try await makeAuthority(authority)
      try await makeAuthority(stranger)
      try await makeServerCertificate(folder.path + "/server", authority: authority)
      let user = try await fixture.cluster().status().user
      try FileManager.default.setAttributes(
        [.ownerAccountName: user, .posixPermissions: 0o600], ofItemAtPath: folder.path + "/server.key")
      let cluster = fixture.cluster(extraSettings: [
        "ssl": "on", "ssl_cert_file": folder.path + "/server.crt", "ssl_key_file": folder.path + "/server.key",
      ])
      _ = try await cluster.start(port: try FreePort.find())
      let url = try await cluster.loopbackURL(database: "postgres")

      let required = try await PostgresConnection.connect(url + "?sslmode=require")
      #expect(required.facts.tls?.protocolVersion.hasPrefix("TLSv1.") == true)
      #expect(required.facts.tls?.cipher.isEmpty == false)
      let row = try await required.query("SELECT version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
      #expect(row[0, 0] == required.facts.tls?.protocolVersion)
      #expect(row[0, 1] == required.facts.tls?.cipher)
      await required.close()

      let plain = try await PostgresConnection.connect(url + "?sslmode=disable")
      #expect(plain.facts.tls == nil)
      await plain.close()

      let named = url.replacingOccurrences(of: "@127.0.0.1:", with: "@localhost:")
      let full = try await PostgresConnection.connect(named + "?sslmode=verify-full&sslrootcert=\(authority).crt")
      #expect(full.facts.tls != nil)
      await full.close()

      let wrongAuthority = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(named + "?sslmode=verify-full&sslrootcert=\(stranger).crt")
      }
      #expect(
        wrongAuthority?.message.contains("not signed by an authority") == true, "\(wrongAuthority?.rendered ?? "")")
      #expect(wrongAuthority?.nextStep?.contains("sslrootcert") == true)

      let wrongName = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(url + "?sslmode=verify-full&sslrootcert=\(authority).crt")
      }
      #expect(wrongName?.message.contains("another name") == true, "\(wrongName?.rendered ?? "")")

      let noAuthority = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(named + "?sslmode=verify-full&sslrootcert=\(folder.path)/none.crt")
      }
      #expect(noAuthority?.status == .configuration, "\(noAuthority?.rendered ?? "")")

      _ = try await cluster.stop()
      let unencrypted = fixture.cluster()
      _ = try await unencrypted.start(port: try FreePort.find())
      let bare = try await unencrypted.loopbackURL(database: "postgres")
      let offered = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(bare + "?sslmode=require")
      }
      #expect(offered?.message.contains("offers no TLS") == true, "\(offered?.rendered ?? "")")
    }
  }

  private func makeAuthority(_ name: String) async throws {
    try await openssl([
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
      "/CN=okapi test \((name as NSString).lastPathComponent)",
      "-keyout", name + ".key", "-out", name + ".crt",
    ])
  }

  private func makeServerCertificate(_ name: String, authority: String) async throws {
    try await openssl([
      "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", name + ".key", "-out", name + ".csr",
    ])
    try await openssl([
      "x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key", "-CAcreateserial",
      "-days", "2", "-out", name + ".crt",
    ])
    // The server reads it as its own user.
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: name + ".crt")
  }

  private func openssl(_ arguments: [String]) async throws {
    let outcome = await (try RunningBinary("/usr/bin/env", ["openssl"] + arguments)).outcome()
    try #require(outcome.status == 0, "\(outcome.stderr)")
  }
}
