import Foundation
package import HTTPServer
package import Sandbox
import Synchronization

/// Stands around the API: decides which requests go wrong, makes them go wrong, and answers the control endpoint.
package final class FaultInjector: Sendable {
  private let plan: Mutex<FaultPlan>
  private let limiter: Mutex<RateLimiter?>
  private let turns = Atomic<UInt64>(0)
  /// Signalled when the sandbox ends: whoever is late on purpose goes on at once.
  private let ending = DispatchSemaphore(value: 0)

  /// Begins with these faults, and lets through at most so many requests a second where `rateLimit` is given.
  package init(_ faults: [Fault] = [], rateLimit: Int? = nil) {
    plan = Mutex(FaultPlan(faults))
    limiter = Mutex(rateLimit.map { RateLimiter(perSecond: $0) })
  }

  /// What is to go wrong with a delivery: for `WebhookOptions.fault`.
  package func webhookFault(type: String, url: String) -> WebhookFault? {
    guard let fault = plan.withLock({ $0.fault(forEvent: type, to: url) }) else { return nil }
    switch fault.kind {
    case .webhookDuplicate: return .duplicate
    case .webhookReorder: return .reorder(fault.delay)
    default: return .delay(fault.delay)
    }
  }

  // MARK: requests

  /// Answers a request by `serve`, or wrongly.
  ///
  /// - Parameter refuse: makes the API's own form of an error.
  package func answer(
    _ request: HTTPRequest, refuse: (StripeError) -> HTTPResponse, serve: (HTTPRequest) -> HTTPResponse
  ) -> HTTPResponse {
    if limiter.withLock({ $0?.admits() == false }) { return Self.limited(refuse) }
    let key = request.method == "POST" ? request.header("Idempotency-Key") : nil
    let faults = plan.withLock { $0.isEmpty ? [] : $0.faults(forRequestTo: request.path, hasKey: key != nil) }
    guard !faults.isEmpty else { return serve(request) }
    for fault in faults {
      if fault.kind == .latency { wait(fault.delay) }
      if fault.kind == .keyInUse, let key { return refuse(KeysInFlight.inUse(key)) }
      if let refusal = Self.refusal(fault.kind, refuse) { return refusal }
    }
    if faults.contains(where: { $0.kind == .shiftPage }), let call = PageShift.call(before: request) {
      _ = serve(call)
    }
    return faults.reduce(serve(request)) { damaged($0, by: $1) }
  }

  /// Lets no answer be late any more, so that the server can end.
  func stop() { ending.signal() }

  private func wait(_ delay: Duration) {
    // Who is woken wakes the next one.
    if ending.wait(timeout: .now() + delay / .seconds(1)) == .success { ending.signal() }
  }

  private static func limited(_ refuse: (StripeError) -> HTTPResponse) -> HTTPResponse {
    var response = refuse(
      StripeError(
        status: 429, code: "rate_limit",
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."))
    response.headers.append(("Stripe-Rate-Limited-Reason", "global-rate"))
    return response
  }

  /// The answer to a request that is not even tried; nil for the faults that come later.
  private static func refusal(_ kind: Fault.Kind, _ refuse: (StripeError) -> HTTPResponse) -> HTTPResponse? {
    switch kind {
    case .rateLimit: return limited(refuse)
    case .lockTimeout: return refuse(.lockTimeout)
    case .serverError: return refuse(StripeError(status: 500, type: "api_error", "An unknown error occurred"))
    case .unavailable:
      return refuse(
        StripeError(status: 503, type: "api_error", "Stripe is temporarily unavailable. Please try again later."))
    case .forbidden:
      return refuse(
        StripeError(
          status: 403, code: "more_permissions_required",
          "The provided key does not have the required permissions for this endpoint."))
    case .cutBefore: return HTTPResponse(fault: .cutBefore)
    default: return nil
    }
  }

  private func damaged(_ response: HTTPResponse, by fault: Fault) -> HTTPResponse {
    var response = response
    switch fault.kind {
    case .cutAfter: response.fault = .cutBefore
    case .cutDuring: response.fault = .cutDuring
    case .truncate: response.body = .bytes(AnswerDamage.truncated(response.body.joined))
    case .reorderKeys:
      let turn = turns.add(1, ordering: .relaxed).newValue &+ fault.seed
      response.body = .bytes(AnswerDamage.reordered(response.body.joined, turn: turn))
    default: break
    }
    return response
  }

  // MARK: control

  /// What `/_okapi/faults` does: POST sets one, GET lists them with their counts, DELETE clears them.
  ///
  /// - Throws: `StripeError` naming what is wrong with a fault.
  package func control(_ request: HTTPRequest) throws -> JSON {
    switch request.method {
    case "GET": break
    case "DELETE": plan.withLock { $0.clear() }
    case "POST":
      guard let members = (try? JSONParser().parse(request.body))?.object else {
        throw StripeError.invalid("The body is not a JSON object.")
      }
      let fault = try Fault(members)
      plan.withLock { _ = $0.add(fault) }
    default: throw StripeError(status: 405, "Use GET, POST or DELETE.")
    }
    return .object(plan.withLock { $0.list })
  }
}

extension StripeError {
  /// Another request holds the object. Source: a recorded answer.
  static let lockTimeout = StripeError(
    status: 429, code: "lock_timeout",
    """
    This object cannot be accessed right now because another API request or Stripe process is currently accessing it. \
    If you see this error intermittently, retry the request. If you see this error frequently and are making multiple \
    concurrent requests to a single object, make your requests serially or at a lower rate.
    """)
}
