import HTTPClient

/// One call as its caller means it; each attempt sends the same.
struct StripeCall: Sendable {
  let method: String
  let path: String
  let parameters: [(String, String)]
  var idempotencyKey: String?
  /// Whether the answer must say how new it is.
  var needsTime = true

  /// The method and the path without parameters, as errors and logs name it.
  var name: String { "\(method) \(path)" }
  var endpoint: String { StripePath.endpoint(method, path) }

  func request(_ options: StripeClientOptions) -> HTTPClient.Request {
    let form = StripePath.form(parameters)
    let isPost = method == "POST"
    var headers = [
      (name: "Authorization", value: "Bearer \(options.key)"), (name: "Stripe-Version", value: options.apiVersion),
      (name: "User-Agent", value: "okapi"), (name: "Accept", value: "application/json"),
    ]
    if let account = options.account { headers.append(("Stripe-Account", account)) }
    if let idempotencyKey { headers.append(("Idempotency-Key", idempotencyKey)) }
    if isPost { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
    return HTTPClient.Request(
      method, options.address + path + (isPost || form.isEmpty ? "" : "?" + form), headers: headers,
      body: isPost ? Array(form.utf8) : [], timeout: options.timeout)
  }
}

extension StripeClientOptions {
  /// The base without a slash at its end.
  var address: String { base.hasSuffix("/") ? String(base.dropLast()) : base }
}
