import Foundation

/// Hands bytes on between a loopback port and another one, and cuts connections when it is told to.
package struct CuttingRelay: Sendable {
  /// What becomes of a connection.
  package enum Order: String, Sendable {
    /// The next request passes.
    case pass
    /// The next request never arrives.
    case request
    /// The next request arrives, its answer does not.
    case answer
    /// No request arrives until it is ordered otherwise.
    case down
  }

  /// Where it listens.
  package let port: Int
  private let orders: URL

  /// Lends `body` a relay that is up and leads to a port of this machine.
  package static func with<Answer>(
    to target: Int, _ body: (CuttingRelay) async throws -> Answer
  ) async throws -> Answer {
    let folder = try TemporaryDirectory()
    let script = try folder.write("relay.py", source)
    let orders = folder.url.appending(path: "orders")
    let port = try FreePort.find()
    let relay = try RunningBinary(
      "/usr/bin/env", ["python3", script.path, String(port), String(target), orders.path])
    let answer: Result<Answer, any Error>
    do {
      try await Wait.until("the relay listens") { LoopbackProbe.connects(port) }
      answer = .success(try await body(CuttingRelay(port: port, orders: orders)))
    } catch {
      answer = .failure(error)
    }
    relay.signal(SIGKILL)
    _ = await relay.outcome()
    withExtendedLifetime(folder) {}
    return try answer.get()
  }

  /// Says what becomes of the next requests, one each; none: they pass.
  package func order(_ orders: [Order] = []) throws {
    let text = orders.map { $0.rawValue + "\n" }.joined()
    try Data(text.utf8).write(to: self.orders, options: .atomic)
  }

  /// The orders that nobody has met yet.
  package var left: Int {
    ((try? String(contentsOf: orders, encoding: .utf8)) ?? "").split(separator: "\n").count
  }

  private static let source = """
    import os, socket, sys, threading
    port, target, orders = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    lock = threading.Lock()

    def order():
        with lock:
            try:
                with open(orders) as file: lines = file.read().split()
            except FileNotFoundError: return ""
            if not lines: return ""
            if lines[0] != "down":
                with open(orders + ".new", "w") as file: file.write("".join(line + "\\n" for line in lines[1:]))
                os.rename(orders + ".new", orders)
            return lines[0]

    def cut(*ends):
        for end in ends:
            try: end.shutdown(socket.SHUT_RDWR)
            except OSError: pass

    def answers(client, server, state):
        try:
            while True:
                part = server.recv(1 << 16)
                if not part or state["cut"]: break
                # First: the client may ask again as soon as it has this.
                state["asks"] = True
                client.sendall(part)
        except OSError: pass
        cut(client, server)

    def serve(client):
        server = socket.create_connection(("127.0.0.1", target))
        state = {"asks": True, "cut": False}
        threading.Thread(target=answers, args=(client, server, state), daemon=True).start()
        try:
            while True:
                part = client.recv(1 << 16)
                if not part: break
                if state["asks"]:
                    said = order()
                    if said in ("request", "down"): break
                    state["cut"] = said == "answer"
                    state["asks"] = False
                server.sendall(part)
        except OSError: pass
        cut(client, server)

    listener = socket.create_server(("127.0.0.1", port))
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()
    """
}
