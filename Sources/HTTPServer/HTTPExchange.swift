internal import CMicroHTTPD
import Foundation

/// Between libmicrohttpd's callbacks and the handler: collects a request, has it answered, counts what runs.
///
/// The daemon holds it unretained; the server keeps it until the daemon has stopped.
final class HTTPExchange: @unchecked Sendable {  // `condition` guards the variables
  let limits: HTTPServer.Limits
  private let answering: @Sendable (HTTPRequest, @escaping HTTPServer.Reply) -> Void
  private let onRefusal: @Sendable (HTTPServer.Refusal) -> Void
  private let condition = NSCondition()
  private var running = 0
  /// Requests whose answer is waited for, their connections suspended.
  private var suspended = 0
  /// What large bodies hold of `limits.heldBytes`.
  private var held = 0
  private var isStopping = false
  /// Whether nothing is suspended any more: libmicrohttpd ends the process where it stops with something suspended.
  private var isClosing = false
  private var clients: [OpaquePointer: Client] = [:]

  /// Where a client is, and when what it sends must be whole, or the answer with it; nil while it is served.
  private struct Client {
    let socket: Int32
    var deadline: ContinuousClock.Instant?
    /// Whether it is being answered.
    var isAnswered = false
    /// Its request, until that is over.
    var request: UnsafeMutableRawPointer?
  }

  init(
    limits: HTTPServer.Limits, onRefusal: @escaping @Sendable (HTTPServer.Refusal) -> Void,
    answering: @escaping @Sendable (HTTPRequest, @escaping HTTPServer.Reply) -> Void
  ) {
    self.limits = limits
    self.onRefusal = onRefusal
    self.answering = answering
  }

  // MARK: stopping

  /// Whether this call is the first to stop the server.
  func beginStop() -> Bool {
    condition.withLock {
      defer {
        isStopping = true
        condition.broadcast()
      }
      return !isStopping
    }
  }

  /// Waits until no request is under way, or the time is over.
  func waitUntilIdle(seconds: Int) {
    let deadline = Date(timeIntervalSinceNow: TimeInterval(seconds))
    condition.withLock {
      while running > 0, condition.wait(until: deadline) {}
    }
  }

  /// Waits until nobody owes an answer; a request that comes from now on has none.
  func waitUntilReplied() {
    condition.withLock {
      while suspended > 0 { condition.wait() }
      isClosing = true
    }
  }

  /// Counts a connection that is about to be suspended; false when it must not be.
  private func countSuspended() -> Bool {
    condition.withLock {
      if !isClosing { suspended += 1 }
      return !isClosing
    }
  }

  private func count(_ change: Int) {
    condition.withLock {
      running += change
      if running == 0 { condition.broadcast() }
    }
  }

  // MARK: slow clients

  /// Closes, from a thread of its own, connections whose request or answer takes too long; libmicrohttpd itself only
  /// looks at the time since the last byte.
  func watchSlowClients() {
    let thread = Thread { [self] in
      condition.withLock {
        while !isStopping {
          let now = ContinuousClock.now
          for (connection, client) in clients where client.deadline.map({ $0 <= now }) ?? false {
            clients[connection]?.deadline = nil
            if !client.isAnswered { onRefusal(.tooSlow) }
            // Whoever serves it finds the end of the stream. The socket is closed only after `connected` was told.
            shutdown(client.socket, Int32(SHUT_RDWR))
          }
          _ = condition.wait(until: Date(timeIntervalSinceNow: 0.25))
        }
      }
    }
    thread.name = "okapi slow clients"
    thread.start()
  }

  /// Whether connections are scarce: then nobody keeps one for the next request. Known where slow clients are watched.
  private var isNearlyFull: Bool { clients.count * 4 > limits.connections * 3 }

  /// Gives a client so long from now, or for ever.
  private func expect(_ connection: OpaquePointer?, within seconds: Int?, isAnswered: Bool = false) {
    guard limits.requestSeconds != nil, let connection else { return }
    condition.withLock {
      clients[connection]?.deadline = seconds.map { .now + .seconds($0) }
      clients[connection]?.isAnswered = isAnswered
    }
  }

  /// Forgets a client's request, which is over.
  private func forgetRequest(_ connection: OpaquePointer?) {
    guard let connection else { return }
    condition.withLock { clients[connection]?.request = nil }
  }

  /// Gives a client whose request has begun no more time than it had: a first one's counts from the connection on.
  private func expectRest(of request: UnsafeMutableRawPointer, _ connection: OpaquePointer?) {
    guard let seconds = limits.requestSeconds, let connection else { return }
    let latest = ContinuousClock.now + .seconds(seconds)
    condition.withLock {
      let deadline = clients[connection]?.deadline ?? latest
      clients[connection]?.deadline = min(deadline, latest)
      clients[connection]?.request = request
    }
  }

  // MARK: libmicrohttpd's callbacks

  /// A connection was made, or is about to be closed.
  static let connected: MHD_NotifyConnectionCallback = { context, connection, _, change in
    guard let exchange = HTTPExchange.from(context), let seconds = exchange.limits.requestSeconds, let connection
    else { return }
    let isNew = change == .CONNECTION_NOTIFY_STARTED
    let socket = isNew ? okapi_connection_socket(connection) : -1
    let left = exchange.condition.withLock {
      defer { exchange.clients[connection] = isNew ? Client(socket: socket, deadline: .now + .seconds(seconds)) : nil }
      return exchange.clients[connection]?.request
    }
    // Version 0.9.75 does not tell the end of a request whose query has more parts than its memory holds.
    if let left { exchange.letGo(of: left) }
  }

  private func letGo(of request: UnsafeMutableRawPointer) {
    hold(-Unmanaged<IncomingRequest>.fromOpaque(request).takeRetainedValue().largeBytes)
    count(-1)
  }

  /// A request line was read: what it asks for, as sent.
  static let begin:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?)
      -> UnsafeMutableRawPointer? = { context, target, connection in
        guard let exchange = HTTPExchange.from(context) else { return nil }
        exchange.count(1)
        let incoming = IncomingRequest(target: target.map { String(cString: $0) } ?? "/")
        let request = Unmanaged.passRetained(incoming).toOpaque()
        exchange.expectRest(of: request, connection)
        return request
      }

  /// A request is over, answered or not.
  static let end: MHD_RequestCompletedCallback = { context, connection, request, _ in
    guard let exchange = HTTPExchange.from(context), let kept = request?.pointee else { return }
    // Until the next one it may be idle; that one's first bytes are not told apart from it, up to its request line.
    exchange.expect(connection, within: exchange.limits.requestSeconds.map { $0 + exchange.limits.idleSeconds })
    exchange.forgetRequest(connection)
    request?.pointee = nil
    exchange.letGo(of: kept)
  }

  /// Called when the head is there, for each part of the body, and at the body's end.
  static let answer: MHD_AccessHandlerCallback = {
    context, connection, _, method, _, part, partBytes, request in
    guard let exchange = HTTPExchange.from(context), let connection, let kept = request?.pointee, let partBytes
    else { return .NO }
    let incoming = Unmanaged<IncomingRequest>.fromOpaque(kept).takeUnretainedValue()
    guard incoming.hasHead else {
      incoming.readHead(method: method, connection)
      return exchange.refuseEarly(incoming, connection)
    }
    guard partBytes.pointee == 0 else {
      let isTaken = exchange.take(UnsafeRawBufferPointer(start: part, count: partBytes.pointee), of: incoming)
      partBytes.pointee = 0
      return isTaken ? .YES : .NO
    }
    return exchange.reply(to: incoming, connection)
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPExchange? {
    context.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  // MARK: bodies

  /// Takes a part of a body, within the limits; false when there is no end to it.
  private func take(_ part: UnsafeRawBufferPointer, of incoming: IncomingRequest) -> Bool {
    let before = incoming.largeBytes
    let isTaken = incoming.take(part, limit: limits.bodyBytes)
    if !hold(incoming.largeBytes - before) {
      hold(-incoming.largeBytes)
      incoming.giveUp()
    }
    if !isTaken { onRefusal(.tooLarge) }
    return isTaken
  }

  /// What large bodies hold now.
  var heldBytes: Int { condition.withLock { held } }

  /// Counts what large bodies hold; whether that is within the limit.
  @discardableResult
  private func hold(_ change: Int) -> Bool {
    guard let limit = limits.heldBytes, change != 0 else { return true }
    return condition.withLock {
      held += change
      return held <= limit
    }
  }

  // MARK: answering

  /// Answers a head that is too long, and a body that is not worth reading, at once; the connection is then closed.
  private func refuseEarly(_ incoming: IncomingRequest, _ connection: OpaquePointer) -> MHD_Result {
    guard incoming.headBytes <= limits.headBytes else {
      onRefusal(.headTooLong)
      let message = "The header fields are longer than \(limits.headBytes) bytes."
      return queue(Self.refusal(431, "head_too_long", message), connection)
    }
    guard let length = incoming.contentLength, length > limits.bodyBytes * IncomingRequest.drainedBodies else {
      return .YES
    }
    return refuseTooLarge(connection)
  }

  private func refuseTooLarge(_ connection: OpaquePointer) -> MHD_Result {
    onRefusal(.tooLarge)
    return queue(Self.refusal(413, "too_large", "The body is longer than \(limits.bodyBytes) bytes."), connection)
  }

  private func reply(to incoming: IncomingRequest, _ connection: OpaquePointer) -> MHD_Result {
    // It was suspended, and is resumed.
    if let response = incoming.response { return queue(response, connection) }
    expect(connection, within: nil)
    if incoming.isTooLarge { return refuseTooLarge(connection) }
    if incoming.lacksRoom {
      onRefusal(.noRoom)
      return queue(Self.refusal(503, "no_room", "The server holds too many long bodies."), connection)
    }
    if condition.withLock({ isClosing }) {
      return queue(Self.refusal(503, "stopping", "The server is stopping."), connection)
    }
    answering(incoming.request()) { [self] response in
      guard let connection = incoming.give(response) else { return }
      MHD_resume_connection(connection)
      condition.withLock {
        suspended -= 1
        if suspended == 0 { condition.broadcast() }
      }
    }
    switch incoming.response(orSuspend: connection, if: countSuspended) {
    case .given(let response): return queue(response, connection)
    case .awaited: return .YES
    case .open: return .NO
    }
  }

  private static func refusal(_ status: Int, _ reason: String, _ message: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json"), ("Connection", "close")],
      body: .bytes(Array("{\"error\": {\"reason\": \"\(reason)\", \"message\": \"\(message)\"}}\n".utf8)))
  }

  private func queue(_ response: HTTPResponse, _ connection: OpaquePointer) -> MHD_Result {
    guard response.fault != .cutBefore, let made = OutgoingBody.makeResponse(response) else { return .NO }
    defer { MHD_destroy_response(made) }  // the connection keeps it until it is sent
    for header in response.headers { MHD_add_response_header(made, header.name, header.value) }
    if condition.withLock({ isStopping || isNearlyFull }) { MHD_add_response_header(made, "Connection", "close") }
    // Who asks and does not read holds no connection either.
    expect(connection, within: limits.requestSeconds, isAnswered: true)
    return MHD_queue_response(connection, UInt32(response.status), made)
  }
}
