internal import CMicroHTTPD
import Foundation
package import PlatformCore

/// An HTTP/1.1 server on one address. Its handler either blocks, and each connection has a thread, or answers later,
/// and a few threads serve all connections.
///
/// It leaves out TLS, HTTP/2 and streaming: a request's body is read whole before the handler is called.
package final class HTTPServer: @unchecked Sendable {  // what changes after init is guarded by `exchange`
  /// What a client may ask of the server.
  package struct Limits: Sendable {
    /// Connections at once; a further one is closed without an answer where each has a thread, else it waits until
    /// another ends. Fewer where the process may hold fewer files (`ulimit -n`).
    package var connections = 512
    /// The longest body that is handed to the handler; a longer one is answered 413.
    package var bodyBytes = 8 << 20
    /// What the bodies of all requests under way may hold together, the first 64 KB of each left out; one that finds
    /// no room is answered 503. Nil for as much as they like.
    package var heldBytes: Int?
    /// How long a connection may be idle.
    package var idleSeconds = 120
    /// How long a request may take to arrive whole, however busily it does, and its answer to be read; nil for as long
    /// as they like. It counts from the connection on, or from the request line of a further request, which may not
    /// end later than so long behind the idleness.
    package var requestSeconds: Int?
    /// The longest request line with all header fields, each of which counts 64 bytes more than it has; a longer one
    /// is answered 431, or 414 for the line alone, or its connection is closed.
    package var headBytes = 64 << 10
    /// How long `stop` waits for running requests.
    package var stopSeconds = 10

    /// The limits above.
    package init() {}
  }

  /// Why a request never reached the handler.
  package enum Refusal: Sendable, Equatable {
    /// Its line and header fields are longer than the limit: answered 431. Some are closed without a word, untold.
    case headTooLong
    /// Its body is longer than the limit: answered 413.
    case tooLarge
    /// It took too long to arrive: its connection was closed.
    case tooSlow
    /// The bodies of others held too much: answered 503.
    case noRoom
  }

  /// The version of the libmicrohttpd in use, as in `0.9.75`.
  package static var libraryVersion: String { String(cString: MHD_get_version()) }

  /// The port in use; never 0.
  package let port: UInt16
  /// The address in use, as `127.0.0.1:12111`.
  package let address: String
  /// What `Limits.heldBytes` limits, as it is now.
  package var heldBytes: Int { exchange.heldBytes }
  private let daemon: OpaquePointer
  private let exchange: HTTPExchange

  private static let stackBytes = 8 << 20
  /// Of a connection's memory, what the head of its answer needs beside that of its request.
  private static let answerBytes = 4 << 10

  /// Answers a request, once, on any thread; a further answer is not heard.
  package typealias Reply = @Sendable (HTTPResponse) -> Void

  /// Listens and serves until `stop` is called, each connection on a thread of its own: the handler may block.
  ///
  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - onRefusal: told of each request that the handler never sees; must return soon.
  /// - Throws: `.unavailable` for an address that cannot be had, naming who has it where the system tells.
  package convenience init(
    host: String = "127.0.0.1", port: UInt16, limits: Limits = Limits(),
    onRefusal: @escaping @Sendable (Refusal) -> Void = { _ in },
    handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) throws(PlatformError) {
    try self.init(
      host: host, port: port, threads: 0, limits: limits, onRefusal: onRefusal, answering: { $1(handler($0)) })
  }

  /// The same with so many threads for all connections, at least one: `answering` must return soon, and reply then or
  /// later. Hundreds of connections that wait for one disk cost no change of threads each.
  package convenience init(
    host: String = "127.0.0.1", port: UInt16, sharedThreads: Int, limits: Limits = Limits(),
    onRefusal: @escaping @Sendable (Refusal) -> Void = { _ in },
    answering: @escaping @Sendable (HTTPRequest, @escaping Reply) -> Void
  ) throws(PlatformError) {
    try self.init(
      host: host, port: port, threads: max(1, sharedThreads), limits: limits, onRefusal: onRefusal,
      answering: answering)
  }

  /// - Parameter threads: none for one a connection; `answering` has then replied when it returns.
  private init(
    host: String, port: UInt16, threads: Int, limits: Limits, onRefusal: @escaping @Sendable (Refusal) -> Void,
    answering: @escaping @Sendable (HTTPRequest, @escaping Reply) -> Void
  ) throws(PlatformError) {
    var limits = limits
    limits.connections = Self.affordable(limits.connections, beside: Self.ownFiles + 2 * threads)
    let socket = try ListeningSocket(host: host, port: port)
    self.port = socket.port
    address = socket.address
    exchange = HTTPExchange(limits: limits, onRefusal: onRefusal, answering: answering)
    let started = okapi_start_daemon(
      socket.descriptor, HTTPExchange.answer, HTTPExchange.begin, HTTPExchange.end,
      HTTPExchange.connected, Unmanaged.passUnretained(exchange).toOpaque(), UInt32(threads),
      UInt32(limits.connections), UInt32(limits.idleSeconds), limits.headBytes + Self.answerBytes,
      Self.stackBytes)
    // The socket is left to libmicrohttpd, which closes it where it fails for want of threads.
    guard let started else {
      throw PlatformError(
        .unavailable, "the HTTP server did not start", cause: String(cString: strerror(errno)),
        context: ["address": address], nextStep: "see whether the machine still gives threads (ulimit -u)")
    }
    daemon = started
    if limits.requestSeconds != nil { exchange.watchSlowClients() }
  }

  deinit { stop() }

  /// What a process needs files for beside connections and the server's threads.
  private static let ownFiles = 128

  /// So many connections, or fewer where the process may not hold a file for each: without a file to spare nothing
  /// works, and the runtime itself ends it. At least half of its files are for them.
  private static func affordable(_ connections: Int, beside ownFiles: Int) -> Int {
    var files = rlimit()
    guard getrlimit(fileLimit, &files) == 0 else { return connections }
    let wanted = rlim_t(connections + ownFiles)
    if files.rlim_cur < wanted {
      files.rlim_cur = min(wanted, files.rlim_max)
      // Where it stays as it was, that is read.
      _ = setrlimit(fileLimit, &files)
      getrlimit(fileLimit, &files)
    }
    guard files.rlim_cur < wanted else { return connections }
    return max(1, Int(files.rlim_cur) - min(ownFiles, Int(files.rlim_cur) / 2))
  }

  #if canImport(Darwin)
    private static let fileLimit = RLIMIT_NOFILE
  #else
    private static let fileLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #endif

  /// Takes no new connections, lets running requests end, and closes; a second call does nothing.
  ///
  /// It waits for handlers that are at work, however long they take.
  package func stop() {
    guard exchange.beginStop() else { return }
    let listening = MHD_quiesce_daemon(daemon)
    exchange.waitUntilIdle(seconds: exchange.limits.stopSeconds)
    exchange.waitUntilReplied()
    // What was replied last is still on its way to its connection.
    exchange.waitUntilIdle(seconds: 1)
    MHD_stop_daemon(daemon)
    if listening >= 0 { close(listening) }
  }
}
