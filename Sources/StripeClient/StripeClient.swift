import HTTPClient
package import PlatformCore
import Synchronization

/// The one door to Stripe's API: keeps to a budget, tries again what may succeed, and says in full what does not.
///
/// Errors are `PlatformError`: 401 and 403 `.permission`, a missing object `.inputMissing`, 429 and 409 after the
/// retries `.temporary`, no connection, a refused certificate and 5xx `.unavailable`, everything else
/// `.protocolViolation`. `code` is Stripe's; the place names the request, the HTTP status and the request id.
package final class StripeClient: Sendable {
  /// Whom it speaks to.
  package let options: StripeClientOptions

  private let log: Log
  private let session: HTTPSession
  private let gate: CallGate
  /// Lets one call at a time ask for the time; the others then know it.
  private let clockGate = CallGate(concurrency: 1)
  private let clock = ServerClock()
  private let counts = Mutex(StripeStatistics())
  /// What asking for the account said; nil before.
  private let account = Mutex<Account?>(nil)
  private struct Account { let id: String? }

  /// Makes a client; nothing is sent.
  package init(_ options: StripeClientOptions, log: Log = .silent) {
    self.options = options
    self.log = log
    var transport = HTTPSession.Options()
    transport.connections = options.concurrency
    transport.authorityFile = options.authorityFile
    transport.proxy = options.proxy
    session = HTTPSession(transport)
    gate = CallGate(
      rate: options.ratePerSecond, endpointRate: options.ratePerEndpoint, concurrency: options.concurrency)
  }

  /// Reads an object, or whatever else answers to GET.
  ///
  /// - Parameters:
  ///   - path: from `/v1/` on, without a query; build ids into it with `StripePath.of`.
  ///   - parameters: in brackets form, in order: `("expand[]", "data.customer")`.
  package func get(_ path: String, _ parameters: [(String, String)] = []) async throws -> StripeAnswer {
    try await run(StripeCall(method: "GET", path: path, parameters: parameters), AnswerReader.answer)
  }

  /// Reads one page of a list and checks its envelope; `limit` is the caller's.
  package func page(_ path: String, _ parameters: [(String, String)] = []) async throws -> StripePage {
    try await run(StripeCall(method: "GET", path: path, parameters: parameters), AnswerReader.page)
  }

  /// Creates, changes or acts; a repeated attempt carries the same key, so that it happens once.
  package func post(
    _ path: String, _ parameters: [(String, String)], idempotencyKey: String
  ) async throws -> StripeAnswer {
    let call = StripeCall(method: "POST", path: path, parameters: parameters, idempotencyKey: idempotencyKey)
    return try await run(call, AnswerReader.answer)
  }

  /// Deletes or cancels; a repeated attempt may find that the first one did it, which is 404.
  package func delete(_ path: String, _ parameters: [(String, String)] = []) async throws -> StripeAnswer {
    try await run(StripeCall(method: "DELETE", path: path, parameters: parameters), AnswerReader.answer)
  }

  /// The id of the account that the calls are for (`acct_…`); nil where the key may not ask for it. Asked for once.
  package func account() async throws -> String? {
    if let known = account.withLock({ $0 }) { return known.id }
    let call = StripeCall(method: "GET", path: "/v1/account", parameters: [], needsTime: false)
    var id: String?
    do {
      id = try await run(call) { response, _ throws(AnswerReader.Fault) in try AnswerReader.id(response) }
    } catch {
      let body = Self.body(of: error)
      // A restricted key may lack the permission; a server that imitates Stripe may lack the call.
      guard let body, body.code != "account_invalid",
        [400, 404].contains(body.status) || body.status == 403 && body.type != nil
      else { throw error }
      id = options.account
    }
    account.withLock { [id] in $0 = Account(id: id) }
    return id
  }

  /// A Unix second that the server's clock has certainly reached; nil before the first answer.
  package var serverTime: Int64? { serverTime(at: .now) }

  /// A Unix second that the server's clock had certainly reached at a moment. Of a past one the next answer tells
  /// more than the last: after an hour without a call some seconds are uncertain.
  package func serverTime(at moment: ContinuousClock.Instant) -> Int64? { clock.bound(at: moment) }

  /// What was done so far.
  package var statistics: StripeStatistics {
    var copy = counts.withLock { $0 }
    copy.rate = gate.rate
    return copy
  }

  /// Ends the calls under way, closes the connections; later calls fail.
  package func close() { session.close() }

  /// What Stripe said, if the error is its answer to a call of a client; nil for any other.
  package static func body(of error: any Error) -> StripeErrorBody? {
    (error as? PlatformError).flatMap { StripeErrorBody($0) }
  }

  // MARK: attempts

  private typealias Reader<Value> = (HTTPClient.Response, Int64) throws(AnswerReader.Fault) -> Value

  private func run<Value>(_ call: StripeCall, _ read: Reader<Value>) async throws -> Value {
    var attempt = 1
    while true {
      do {
        return try await gate.pass(call.endpoint) { waited in
          note { $0.secondsWaited += waited / .seconds(1) }
          return try await send(call, read)
        }
      } catch let failure as AttemptFailure {
        guard let reason = failure.reason, attempt < attempts(after: reason) else {
          throw attempt > 1 ? failure.error.adding("attempts", String(attempt)) : failure.error
        }
        try await pause(before: call, reason, attempt, failure)
        attempt += 1
      }
    }
  }

  /// An address where nobody ever answered is rather a wrong one: it is not asked for a minute.
  private func attempts(after reason: StripeStatistics.RetryReason) -> Int {
    reason == .connection && !clock.isKnown ? min(3, options.attempts) : options.attempts
  }

  private func pause(
    before call: StripeCall, _ reason: StripeStatistics.RetryReason, _ attempt: Int, _ failure: AttemptFailure
  ) async throws {
    let backoff = min(options.firstWait * Double(1 << min(attempt - 1, 20)), options.longestWait)
    // Half of it is chance, so that calls that failed together do not come back together.
    var wait = backoff * Double.random(in: 0.5...1)
    if let asked = failure.retryAfter { wait = max(wait, min(asked, Self.longestAskedWait)) }
    note {
      $0.retries[reason, default: 0] += 1
      $0.secondsWaited += wait / .seconds(1)
    }
    log(
      attempt < 4 ? .debug : .warning, "request_retried",
      [
        "request": .string(call.name), "reason": .string(reason.rawValue), "attempt": .integer(attempt + 1),
        "wait_ms": .integer(Int(wait / .milliseconds(1))), "cause": .string(failure.error.cause ?? ""),
      ])
    try await Task.sleep(for: wait)
  }

  private static let longestAskedWait: Duration = .seconds(300)

  private func send<Value>(_ call: StripeCall, _ read: Reader<Value>) async throws -> Value {
    if call.needsTime { try await learnTime(for: call) }
    let begun = ContinuousClock.now
    let known = clock.bound(at: begun)
    let response = try await exchange(call.request(options), for: call)
    guard (200..<300).contains(response.status) else { throw refusal(response, call, begun) }
    // Without a clock nobody could say how new the answer is. Its own date tells more than one from long ago.
    guard let startedAt = [known, clock.bound(at: begun)].compactMap(\.self).max() ?? (call.needsTime ? nil : 0) else {
      throw AttemptFailure(damaged: "it has no Date", response, call)
    }
    do throws(AnswerReader.Fault) {
      return try read(response, startedAt)
    } catch {
      throw AttemptFailure(damaged: error.reason, response, call)
    }
  }

  /// A client that does not know the server's time yet asks for it first, by a request that needs no key.
  private func learnTime(for call: StripeCall) async throws {
    guard !clock.isKnown else { return }
    try await clockGate.pass("") { _ in
      guard !clock.isKnown else { return }
      _ = try await exchange(HTTPClient.Request("GET", options.address + "/", timeout: options.timeout), for: call)
    }
  }

  private func exchange(_ request: HTTPClient.Request, for call: StripeCall) async throws -> HTTPClient.Response {
    note { $0.calls += 1 }
    do throws(HTTPClient.Failure) {
      let response = try await session.send(request)
      if let date = response.date { clock.learn(date, at: .now) }
      note {
        $0.bytesReceived += response.bytesReceived
        $0.httpVersion = response.version
        $0.count(resent: response.resent)
      }
      return response
    } catch {
      note { $0.count(resent: error.resent) }
      guard error.kind != .cancelled else { throw CancellationError() }
      throw AttemptFailure(error, call, options)
    }
  }

  private func refusal(
    _ response: HTTPClient.Response, _ call: StripeCall, _ begun: ContinuousClock.Instant
  ) -> AttemptFailure {
    let failure = AttemptFailure(refusal: response, call, options)
    guard failure.isThrottled else { return failure }
    note { $0.throttled += 1 }
    let why = response.header("Stripe-Rate-Limited-Reason") ?? "global-rate"
    guard why != "resource-specific" else { return failure }
    let endpoint = why.hasPrefix("endpoint") ? call.endpoint : nil
    if let rate = gate.lower(endpoint: endpoint, callBegunAt: begun) {
      log(
        .warning, "rate_lowered",
        ["reason": .string(why), "endpoint": .string(endpoint ?? "all"), "requests_per_second": .number(rate)])
    }
    return failure
  }

  private func note(_ change: (inout StripeStatistics) -> Void) { counts.withLock { change(&$0) } }
}
