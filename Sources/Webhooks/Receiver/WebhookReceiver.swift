import Digest
import Foundation
package import HTTPServer
package import PlatformCore
import StripeModel
import Synchronization

/// Answers deliveries: checked over the bytes as they came, stored, and only then answered 200.
///
/// Beside `POST /webhooks/stripe` it answers `/health`, `/ready` and `/metrics`.
package final class WebhookReceiver: Sendable {
  /// Where deliveries go.
  package static let path = "/webhooks/stripe"

  private let log: EventLog
  private let check: SignatureCheck?
  private let metrics: WebhookMetrics
  private let context: RunContext
  private let furtherMetrics: @Sendable () -> String
  private let probing = DispatchQueue(label: "okapi webhook readiness")
  private let isStopping = Mutex(false)
  /// When a kind of rejection was last told in the log.
  private let told = Mutex<[WebhookMetrics.Rejection: Date]>([:])
  /// Unknown types that were told, up to a limit.
  private let unknownTypes = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - check: nil leaves signatures unchecked.
  ///   - furtherMetrics: lines of `/metrics` besides the receiver's own.
  package init(
    log: EventLog, check: SignatureCheck?, metrics: WebhookMetrics, context: RunContext,
    furtherMetrics: @escaping @Sendable () -> String = { "" }
  ) {
    self.furtherMetrics = furtherMetrics
    self.log = log
    self.check = check
    self.metrics = metrics
    self.context = context
  }

  /// Says `/ready` no more.
  func beginStop() { isStopping.withLock { $0 = true } }

  /// Answers a request; a delivery once its event is on the disk, without waiting for that.
  package func answer(_ request: HTTPRequest, _ reply: @escaping HTTPServer.Reply) {
    switch (request.method, request.path) {
    case ("POST", Self.path): take(request, reply)
    // It may try the disk: not on a thread that deliveries need.
    case ("GET", "/ready"): probing.async { [self] in reply(ready()) }
    default: reply(answerAtOnce(request))
    }
  }

  private func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse {
    switch (request.method, request.path) {
    case ("GET", "/health"): Self.document(200, #"{"status": "running"}"#)
    case ("GET", "/metrics"):
      HTTPResponse(
        headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
        body: .bytes(Array((metrics.rendered(unshipped: log.status.unshipped) + furtherMetrics()).utf8)))
    case (_, Self.path): Self.refusal(405, "method", "deliveries are sent by POST", allow: "POST")
    case (_, "/health"), (_, "/ready"), (_, "/metrics"):
      Self.refusal(405, "method", "this is read by GET", allow: "GET")
    default: Self.refusal(404, "path", "deliveries go to \(Self.path)")
    }
  }

  /// Counts a request that was refused before it was whole.
  func refused(_ refusal: HTTPServer.Refusal) {
    switch refusal {
    case .headTooLong: reject(.headTooLong, "its header fields are longer than is taken")
    case .tooLarge: reject(.tooLarge, "the body is longer than is taken")
    case .tooSlow: reject(.tooSlow, "it took too long to arrive")
    case .noRoom: reject(.noRoom, "too many long bodies at once")
    }
  }

  // MARK: deliveries

  private func take(_ request: HTTPRequest, _ reply: @escaping HTTPServer.Reply) {
    let now = context.clock.now
    metrics.received(bytes: request.body.count)
    do throws(StripeSignature.Mismatch) {
      try check?.require(
        header: request.header("Stripe-Signature"), body: request.body, now: Int64(now.timeIntervalSince1970))
    } catch {
      return reply(reject(error.rejection, error.message, 400))
    }
    do throws(CapturedEvent.Fault) {
      let event = try CapturedEvent(request.body)
      log.append(event) { [self] result in reply(answer(to: result, of: event)) }
    } catch {
      reply(reject(error.isNoJSON ? .notJSON : .notEvent, error.reason, 400))
    }
  }

  private func answer(
    to result: Result<EventLog.Outcome, PlatformError>, of event: CapturedEvent
  ) -> HTTPResponse {
    switch result {
    case .success(.stored):
      let isKnown = !event.isSnapshot || EventTypes.isKnown(event.type)
      metrics.stored(isKnownType: isKnown, at: context.clock.now)
      context.log(.debug, "webhook_stored", ["webhook_event": .string(event.id), "type": .string(event.type)])
      if !isKnown { tellUnknown(event.type) }
      return Self.document(200, #"{"received": true}"#)
    case .success(.duplicate):
      metrics.duplicate()
      return Self.document(200, #"{"received": true, "duplicate": true}"#)
    case .success(.otherMode):
      return reject(.otherMode, "this source's events are of the other mode (livemode)", 400)
    case .failure(let error):
      // Stripe sends it again.
      return reject(.notStored, error.message, 503, error)
    }
  }

  /// Tells a type once.
  private func tellUnknown(_ type: String) {
    let isNew = unknownTypes.withLock { $0.count < 1_000 && $0.insert(type).inserted }
    if isNew { context.log(.info, "webhook_type_unknown", ["type": .string(String(type.prefix(200)))]) }
  }

  /// Counts a rejection, and tells it once a minute for each kind: whoever sends rubbish fills no disk.
  @discardableResult
  private func reject(
    _ reason: WebhookMetrics.Rejection, _ message: String, _ status: Int = 400, _ error: PlatformError? = nil
  ) -> HTTPResponse {
    let count = metrics.rejected(reason)
    let now = context.clock.now
    let isDue = told.withLock { told in
      // A clock that was set back keeps nothing untold.
      guard abs(now.timeIntervalSince(told[reason] ?? .distantPast)) >= 60 else { return false }
      told[reason] = now
      return true
    }
    if isDue {
      context.log(
        error == nil ? .warning : .error, "webhook_rejected",
        [
          "reason": .string(reason.rawValue), "message": .string(error?.rendered ?? message),
          "so_far": .integer(count),
        ])
    }
    return Self.refusal(status, reason.rawValue, message)
  }

  // MARK: readiness

  /// How long bronze may be out of reach before the receiver says so; nothing is lost meanwhile.
  private static let shippingPatience: TimeInterval = 15 * 60

  private func ready() -> HTTPResponse {
    var reasons: [String] = []
    if isStopping.withLock({ $0 }) { reasons.append("stopping") }
    if let failure = log.roomFailure() { reasons.append("not stored: \(failure.cause ?? failure.message)") }
    let status = log.status
    if let since = status.failingSince, context.clock.now.timeIntervalSince(since) >= Self.shippingPatience {
      reasons.append("not shipped since \(since.rfc3339): \(status.shipFailure?.message ?? "")")
    }
    if reasons.isEmpty { return Self.document(200, #"{"status": "ready"}"#) }
    return Self.document(503, #"{"status": "not ready", "reasons": \#(Self.json(reasons))}"#)
  }

  // MARK: answers

  private static func refusal(
    _ status: Int, _ reason: String, _ message: String, allow: String? = nil
  ) -> HTTPResponse {
    var answer = document(
      status, #"{"error": {"reason": \#(json(reason)), "message": \#(json(message))}}"#)
    if let allow { answer.headers.append(("Allow", allow)) }
    return answer
  }

  private static func document(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json")], body: .bytes(Array((text + "\n").utf8)))
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }
}

extension StripeSignature.Mismatch {
  fileprivate var rejection: WebhookMetrics.Rejection {
    switch self {
    case .unreadableHeader, .noSignature: .signatureHeader
    case .noMatch, .noSecret: .signature
    case .tooOld: .tooOld
    }
  }
}
