import Foundation
import PlatformCore

/// An https server on `localhost` with a certificate of its own making, which nobody trusts unless told.
package struct TLSServer: Sendable {
  /// Where it answers.
  package let url: String
  /// Its certificate, for those who are to trust it.
  package let certificateFile: String

  /// Lends `body` a server that is up; every request is answered 200 with some text.
  ///
  /// - Parameter http2: whether it offers HTTP/2 (nghttpd); then it serves the `files`, by their paths, only.
  package static func with<Answer>(
    http2: Bool = false, files: [String: String] = [:], _ body: (TLSServer) async throws -> Answer
  ) async throws -> Answer {
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
    for (path, text) in files {
      let file = folder.url.appending(path: "files/" + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let command =
      http2
      ? ["nghttpd", "-a", "127.0.0.1", "-d", folder.path + "/files", String(port), key, certificate]
      : ["openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate, "-www", "-quiet"]
    // Servers lie where an ordinary user's path does not lead.
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin") + ":/usr/sbin"
    let server = try RunningBinary("/usr/bin/env", command, environment: ["PATH": path])
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
