package import HTTPServer
package import Sandbox

/// Answers are bytes with Stripe's headers (CONTRACT.md, section 1).
extension SandboxAPI {
  /// An answer with the headers that go with its exchange.
  func response(
    _ exchange: Exchange, _ status: Int, _ body: HTTPBody, executed: Bool = false, replayOf original: String? = nil
  ) -> HTTPResponse {
    var headers = [("Content-Type", "application/json"), ("Request-Id", exchange.requestID)]
    headers.append(("Stripe-Version", exchange.version.text))
    if let key = exchange.idempotencyKey {
      headers.append(("Idempotency-Key", key))
      headers.append(("Original-Request", original ?? exchange.requestID))
      if original != nil { headers.append(("Idempotent-Replayed", "true")) }
      if executed { headers.append(("Stripe-Should-Retry", "false")) }
    }
    if let account = exchange.account { headers.append(("Stripe-Account", account)) }
    return HTTPResponse(status: status, headers: headers.map { (name: $0.0, value: $0.1) }, body: body)
  }

  /// The answer to a request that is turned away before anything was done.
  func refusal(_ error: StripeError, _ exchange: Exchange) -> HTTPResponse {
    // Stripe answers these two before it knows the account: without an id, a version and a link to the log.
    guard error.status != 401, error.code != "account_invalid" else {
      var headers = [(name: "Content-Type", value: "application/json")]
      if error.status == 401 { headers.append(("WWW-Authenticate", "Bearer realm=\"Stripe\"")) }
      return HTTPResponse(
        status: error.status, headers: headers, body: .bytes(JSONWriter.bytes(Self.plainBody(error), pretty: true)))
    }
    var response = response(exchange, error.status, .bytes(errorBody(error, exchange)))
    if error.code == "lock_timeout" { response.headers.append(("Stripe-Should-Retry", "true")) }
    return response
  }

  /// The body of an error, with the link that Stripe's dashboard would have.
  func errorBody(_ error: StripeError, _ exchange: Exchange) -> [UInt8] {
    var error = error
    error.details["request_log_url"] = .string(
      "https://dashboard.stripe.com/\(options.account.id)/test/workbench/logs?object=\(exchange.requestID)")
    return JSONWriter.bytes(error.body, pretty: true)
  }

  /// An answer that is an error, for those who stand around the API: with an id and Stripe's headers.
  package func errorAnswer(_ error: StripeError, to request: HTTPRequest) -> HTTPResponse {
    var exchange = Exchange(request, requestID: options.makeRequestID())
    try? exchange.readHeaders()  // a version that cannot be read is not what this answer is about
    return refusal(error, exchange)
  }

  /// The order in which Stripe writes the members of these bodies, other than those of all other errors.
  private static func plainBody(_ error: StripeError) -> JSON {
    let members = error.body["error"].object ?? [:]
    let names = ["message", "type"] + members.members.map(\.name).filter { $0 != "message" && $0 != "type" }
    return ["error": .object(JSONObject(names.map { ($0, members[$0]) }))]
  }
}
