import Foundation
import PlatformCore

/// An https server on `localhost` with a certificate of its own making, which nobody trusts unless told.
package struct TLSServer: Sendable {
  /// Where it answers.
  package let url: String
  /// Its certificate, for those who are to trust it.
  package let certificateFile: String

  /// Lends `body` a server that is up; every request is answered 200 with some text.
  package static func with<Answer>(_ body: (TLSServer) async throws -> Answer) async throws -> Answer {
    let folder = try TemporaryDirectory()
    let key = folder.url.appending(path: "server.key").path
    let certificate = folder.url.appending(path: "server.crt").path
    let made = await
      (try RunningBinary(
        "/usr/bin/env",
        [
          "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
          "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ])).outcome()
    guard made.status == 0 else { throw PlatformError(.bug, "no certificate", cause: made.stderr) }
    let port = try FreePort.find()
    let server = try RunningBinary(
      "/usr/bin/env",
      ["openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate, "-www", "-quiet"])
    let answer: Result<Answer, any Error>
    do {
      try await Wait.until("the TLS server listens") { LoopbackProbe.connects(port) }
      answer = .success(
        try await body(TLSServer(url: "https://localhost:\(port)", certificateFile: certificate)))
    } catch {
      answer = .failure(error)
    }
    server.signal(SIGKILL)
    _ = await server.outcome()
    withExtendedLifetime(folder) {}
    return try answer.get()
  }

  private init(url: String, certificateFile: String) {
    self.url = url
    self.certificateFile = certificateFile
  }
}
