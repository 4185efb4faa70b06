import Foundation
import PlatformCore

/// An HTTP proxy on a loopback port that notes what it is asked, and takes every host for one port of this machine.
package struct ForwardProxy: Sendable {
  /// Where it listens, as `http_proxy` wants it.
  package let url: String
  private let notes: URL

  /// What it was asked so far, a request a line: `GET http://host/path`, `CONNECT host:443`.
  package var requests: [String] {
    ((try? String(contentsOf: notes, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }

  /// Lends `body` a proxy that is up and leads to a port.
  package static func with<Answer>(
    to target: Int, _ body: (ForwardProxy) async throws -> Answer
  ) async throws -> Answer {
    let folder = try TemporaryDirectory()
    let script = try folder.write("proxy.py", source)
    let notes = folder.url.appending(path: "notes")
    let port = try FreePort.find()
    let proxy = try RunningBinary(
      "/usr/bin/env", ["python3", script.path, String(port), String(target), notes.path])
    let answer: Result<Answer, any Error>
    do {
      try await Wait.until("the proxy listens") { LoopbackProbe.connects(port) }
      answer = .success(try await body(ForwardProxy(url: "http://127.0.0.1:\(port)", notes: notes)))
    } catch {
      answer = .failure(error)
    }
    proxy.signal(SIGKILL)
    _ = await proxy.outcome()
    withExtendedLifetime(folder) {}
    return try answer.get()
  }

  private static let source = """
    import http.client, http.server, select, socket, sys, urllib.parse
    port, target, notes = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

    class Proxy(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words): pass

        def note(self):
            with open(notes, "a") as file: file.write(f"{self.command} {self.path}\\n")

        def do_GET(self):
            self.note()
            parts = urllib.parse.urlsplit(self.path)
            server = http.client.HTTPConnection("127.0.0.1", target)
            headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
            server.request("GET", parts.path + ("?" + parts.query if parts.query else ""), headers=headers)
            answer = server.getresponse()
            body = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection"): self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self):
            self.note()
            server = socket.create_connection(("127.0.0.1", target))
            self.send_response_only(200)
            self.end_headers()
            ways = {self.connection: server, server: self.connection}
            while True:
                for end in select.select(list(ways), [], [], 30)[0]:
                    data = end.recv(65536)
                    if not data: return
                    ways[end].sendall(data)

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Proxy).serve_forever()
    """
}
