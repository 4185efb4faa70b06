import Digest
import Foundation
import HTTPServer
import Sandbox

/// A webhook receiver on loopback that remembers what came, in the order of coming.
final class Receiver: @unchecked Sendable {  // `condition` guards what changes
  struct Delivery: Sendable {
    let event: String
    let type: String
    let status: Int
    let body: [UInt8]
    let signature: String?
    let contentType: String?
    let userAgent: String?
  }

  private let condition = NSCondition()
  private var received: [Delivery] = []
  private var answer: @Sendable (Delivery) -> Int
  private var server: HTTPServer?

  /// `answer` decides the status.
  init(port: UInt16 = 0, answer: @escaping @Sendable (Delivery) -> Int = { _ in 200 }) throws {
    self.answer = answer
    server = try HTTPServer(port: port) { [unowned self] in take($0) }
  }

  var url: String { "http://127.0.0.1:\(server?.port ?? 0)/hooks" }
  var port: UInt16 { server?.port ?? 0 }

  func stop() { server?.stop() }

  func answers(_ answer: @escaping @Sendable (Delivery) -> Int) { condition.withLock { self.answer = answer } }

  private func take(_ request: HTTPRequest) -> HTTPResponse {
    let event = (try? JSONParser().parse(request.body)) ?? .null
    let decide = condition.withLock { answer }
    let probe = Delivery(
      event: event["id"].string ?? "", type: event["type"].string ?? "", status: 0, body: request.body,
      signature: request.header("Stripe-Signature"), contentType: request.header("Content-Type"),
      userAgent: request.header("User-Agent"))
    let status = decide(probe)
    condition.withLock {
      received.append(
        Delivery(
          event: probe.event, type: probe.type, status: status, body: probe.body, signature: probe.signature,
          contentType: probe.contentType, userAgent: probe.userAgent))
      condition.broadcast()
    }
    return HTTPResponse(status: status)
  }

  var all: [Delivery] { condition.withLock { received } }

  /// Waits until what came satisfies; false when it does not within the time.
  @discardableResult
  func wait(seconds: TimeInterval = 120, until isEnough: @Sendable ([Delivery]) -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    return condition.withLock {
      while !isEnough(received) { if !condition.wait(until: deadline) { return isEnough(received) } }
      return true
    }
  }
}
