internal import CMicroHTTPD
import Foundation

/// Between libmicrohttpd's callbacks and the handler: collects a request, has it answered, counts what runs.
///
/// The daemon holds it unretained; the server keeps it until the daemon has stopped.
final class HTTPExchange: @unchecked Sendable {  // `condition` guards the two variables
  let limits: HTTPServer.Limits
  private let handler: @Sendable (HTTPRequest) -> HTTPResponse
  private let condition = NSCondition()
  private var running = 0
  private var isStopping = false

  init(limits: HTTPServer.Limits, handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
    self.limits = limits
    self.handler = handler
  }

  // MARK: stopping

  /// Whether this call is the first to stop the server.
  func beginStop() -> Bool {
    condition.withLock {
      defer { isStopping = true }
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

  private func count(_ change: Int) {
    condition.withLock {
      running += change
      if running == 0 { condition.broadcast() }
    }
  }

  // MARK: libmicrohttpd's callbacks

  /// A request line was read: what it asks for, as sent.
  static let begin:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?)
      -> UnsafeMutableRawPointer? = { context, target, _ in
        guard let exchange = HTTPExchange.from(context) else { return nil }
        exchange.count(1)
        return Unmanaged.passRetained(IncomingRequest(target: target.map { String(cString: $0) } ?? "/")).toOpaque()
      }

  /// A request is over, answered or not.
  static let end: MHD_RequestCompletedCallback = { context, _, request, _ in
    guard let exchange = HTTPExchange.from(context), let kept = request?.pointee else { return }
    Unmanaged<IncomingRequest>.fromOpaque(kept).release()
    request?.pointee = nil
    exchange.count(-1)
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
      let isTaken = incoming.take(
        UnsafeRawBufferPointer(start: part, count: partBytes.pointee), limit: exchange.limits.bodyBytes)
      partBytes.pointee = 0
      return isTaken ? .YES : .NO
    }
    return exchange.reply(to: incoming, connection)
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPExchange? {
    context.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  // MARK: answering

  /// Answers a body that is not worth reading at once; the connection is then closed.
  private func refuseEarly(_ incoming: IncomingRequest, _ connection: OpaquePointer) -> MHD_Result {
    guard let length = incoming.contentLength, length > limits.bodyBytes * IncomingRequest.drainedBodies else {
      return .YES
    }
    return queue(Self.tooLarge(limits.bodyBytes), connection)
  }

  private func reply(to incoming: IncomingRequest, _ connection: OpaquePointer) -> MHD_Result {
    if incoming.isTooLarge { return queue(Self.tooLarge(limits.bodyBytes), connection) }
    let request = incoming.request()
    guard request.method != "HEAD" else {
      return queue(HTTPResponse(status: 405, headers: [("Allow", "GET, POST, DELETE")]), connection)
    }
    return queue(handler(request), connection)
  }

  private static func tooLarge(_ limit: Int) -> HTTPResponse {
    let text = "{\"error\": {\"message\": \"The body is longer than \(limit) bytes.\"}}\n"
    return HTTPResponse(
      status: 413, headers: [("Content-Type", "application/json"), ("Connection", "close")],
      body: .bytes(Array(text.utf8)))
  }

  private func queue(_ response: HTTPResponse, _ connection: OpaquePointer) -> MHD_Result {
    guard response.fault != .cutBefore, let made = OutgoingBody.makeResponse(response) else { return .NO }
    defer { MHD_destroy_response(made) }  // the connection keeps it until it is sent
    for header in response.headers { MHD_add_response_header(made, header.name, header.value) }
    if condition.withLock({ isStopping }) { MHD_add_response_header(made, "Connection", "close") }
    return MHD_queue_response(connection, UInt32(response.status), made)
  }
}
