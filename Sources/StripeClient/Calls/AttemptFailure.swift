import Foundation
import HTTPClient
import JSONReader
import PlatformCore

/// Why one attempt at a call failed, and whether another one makes sense.
struct AttemptFailure: Error {
  /// What is thrown when there is no further attempt.
  var error: PlatformError
  /// Why another attempt may succeed; nil when none will.
  var reason: StripeStatistics.RetryReason?
  /// How long the server asks to be left alone.
  var retryAfter: Duration?
  /// Whether the server said that the requests are too many.
  var isThrottled = false

  private init(
    _ call: StripeCall, _ status: ExitStatus, _ message: String, cause: String?, reason: StripeStatistics.RetryReason?,
    nextStep: String
  ) {
    error = PlatformError(
      status, message, cause: cause, context: ["request": call.name], nextStep: nextStep, isRetryable: reason != nil)
    self.reason = reason
  }

  /// There is no answer.
  init(_ failure: HTTPClient.Failure, _ call: StripeCall, _ options: StripeClientOptions) {
    let (message, reason): (String, StripeStatistics.RetryReason?) =
      switch failure.kind {
      case .name: ("The host of the API is not known", .connection)
      case .connect: ("Nobody answers at the API's address", .connection)
      case .timeout: ("The API did not answer in time", .timeout)
      case .certificate: ("The API's certificate is not to be trusted", nil)
      case .tls: ("The API cannot be spoken to safely", .connection)
      case .cut: ("The connection broke before the API's answer was complete", .cut)
      case .tooLarge: ("The API's answer is longer than is read", nil)
      case .url: ("The API's address cannot be used", nil)
      case .cancelled, .other: ("The API cannot be reached", .connection)
      }
    let status: ExitStatus =
      switch failure.kind {
      case .url: .configuration
      case .tooLarge: .protocolViolation
      default: .unavailable
      }
    self.init(
      call, status, message, cause: failure.reason, reason: reason,
      nextStep: failure.kind == .certificate
        ? "see whom STRIPE_API_BASE names; an authority of your own belongs into the system's trust store"
        : "check STRIPE_API_BASE and the network, then run it again")
    error = error.adding("host", options.host)
  }

  /// The answer is not what the API answers.
  init(damaged why: String, _ response: HTTPClient.Response, _ call: StripeCall) {
    self.init(
      call, .protocolViolation, "The API's answer is not what the call answers", cause: why, reason: .damaged,
      nextStep: "see whether STRIPE_API_BASE is Stripe's API, or what stands between")
    error = error.adding(StripeErrorBody.statusPlace, String(response.status))
    if let id = response.header("Request-Id") { error = error.adding(StripeErrorBody.requestIDPlace, id) }
  }

  /// The API refused the call.
  init(refusal response: HTTPClient.Response, _ call: StripeCall, _ options: StripeClientOptions) {
    let body = StripeErrorBody(response)
    let verdict = Verdict(body)
    self.init(
      call, verdict.status, verdict.message,
      // Stripe shows the tail of a key only; whoever else stands there is not to put it into a log either.
      cause: body.message.map { $0.replacing(options.key, with: "…") },
      reason: verdict.reason, nextStep: verdict.nextStep)
    switch response.header("Stripe-Should-Retry") {
    case "false": reason = nil
    case "true": reason = reason ?? .server
    default: break
    }
    error.isRetryable = reason != nil
    error.code = body.code
    for (name, value) in body.places { error = error.adding(name, value) }
    retryAfter = response.retryAfter
    isThrottled = verdict.reason == .rateLimit
  }
}

/// What a refusal means to us.
private struct Verdict {
  var status: ExitStatus
  var message: String
  var reason: StripeStatistics.RetryReason?
  var nextStep: String

  init(_ body: StripeErrorBody) {
    switch (body.status, body.code) {
    case (401, _):
      self.init(.permission, "The API key is refused", "check STRIPE_API_KEY")
    case (403, "account_invalid"):
      self.init(.permission, "The API key does not reach this account", "check STRIPE_ACCOUNT and STRIPE_API_KEY")
    case (403, _) where body.type == nil:
      self.init(
        .protocolViolation, "Somebody refuses the call, and not in Stripe's form",
        "see what lies between: a proxy, a firewall, STRIPE_API_BASE")
    case (403, _):
      self.init(
        .permission, "The API key may not do this", "give the key the permission that Stripe names, or use another key")
    case (404, "resource_missing"):
      self.init(.inputMissing, "Stripe has no such object", "check the id, and that the key is of the same account")
    case (404, _):
      self.init(.protocolViolation, "The API does not know this call", "check STRIPE_API_BASE and STRIPE_API_VERSION")
    case (402, _):
      self.init(.protocolViolation, "The payment failed", "see the decline code")
    case (429, "lock_timeout"):
      self.init(.temporary, "Another request holds the object", "run it again", .lock)
    case (429, _), (_, "rate_limit"):
      self.init(
        .temporary, "Too many requests for Stripe's limits", "run it again later, or with a lower --rate", .rateLimit)
    case (409, _):
      self.init(.temporary, "Another request is at work on the same", "run it again", .conflict)
    case (500..., _):
      self.init(
        .unavailable, "The API fails with status \(body.status)", "run it again later; https://status.stripe.com",
        .server)
    case (300..<400, _):
      self.init(.protocolViolation, "The API's address points elsewhere", "set STRIPE_API_BASE to the final address")
    default:
      self.init(.protocolViolation, "Stripe refused the call", "see Stripe's words above")
    }
  }

  private init(
    _ status: ExitStatus, _ message: String, _ nextStep: String, _ reason: StripeStatistics.RetryReason? = nil
  ) {
    self.status = status
    self.message = message
    self.nextStep = nextStep
    self.reason = reason
  }
}

extension StripeClientOptions {
  /// Host and port, for errors: an address may hold a password.
  var host: String {
    guard let url = URL(string: base), let host = url.host() else { return "?" }
    return url.port.map { "\(host):\($0)" } ?? host
  }
}
