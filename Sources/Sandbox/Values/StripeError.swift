/// An answer that is an error in Stripe's shape: `{"error": {…}}`.
///
/// Source: docs.stripe.com/api/errors.
package struct StripeError: Error, Sendable, Equatable {
  /// The HTTP status: 400, 401, 402, 403, 404, 409, 429, 500 …
  package var status: Int
  /// `invalid_request_error`, `card_error`, `idempotency_error` or `api_error`.
  package var type: String
  /// Stripe's error code, such as `resource_missing`; many errors have none.
  package var code: String?
  /// The sentence for people.
  package var message: String
  /// The parameter it is about, in brackets form: `items[0][price]`.
  package var param: String?
  /// What else the error carries: `decline_code`, `charge`, `payment_intent` …
  package var details: JSONObject = [:]

  /// Any error; see the named ones below first.
  package init(
    status: Int = 400, type: String = "invalid_request_error", code: String? = nil, _ message: String,
    param: String? = nil, details: JSONObject = [:]
  ) {
    self.status = status
    self.type = type
    self.code = code
    self.message = message
    self.param = param
    self.details = details
  }

  /// A request that its parameters or the state of an object forbid: 400.
  package static func invalid(_ message: String, code: String? = nil, param: String? = nil) -> StripeError {
    StripeError(code: code, message, param: param)
  }

  /// A required parameter that was not sent.
  package static func missing(_ param: String) -> StripeError {
    .invalid("Missing required param: \(param).", code: "parameter_missing", param: param)
  }

  /// A parameter that the endpoint does not know.
  package static func unknown(_ param: String) -> StripeError {
    .invalid("Received unknown parameter: \(param)", code: "parameter_unknown", param: param)
  }

  /// A parameter or a call that Stripe has and the sandbox has not: never a canned success.
  package static func unsupported(_ what: String, param: String? = nil) -> StripeError {
    .invalid(
      "The Okapi sandbox does not support \(what) yet (docs/sandbox-fidelity.md).", code: "unsupported", param: param)
  }

  /// An id that nothing has; 404 when it stands in the path, 400 when it is a parameter.
  package static func noSuch(_ noun: String, _ id: String, param: String, inPath: Bool = false) -> StripeError {
    StripeError(
      status: inPath ? 404 : 400, code: "resource_missing", "No such \(noun): '\(id)'", param: param)
  }

  /// A value outside an enumeration.
  package static func notOneOf(_ values: [String], param: String) -> StripeError {
    let list =
      values.count < 3
      ? values.joined(separator: " or ")
      : values.dropLast().joined(separator: ", ") + ", or " + (values.last ?? "")
    return .invalid("Invalid \(param): must be one of \(list)", param: param)
  }

  /// The body of the answer; names in alphabetical order, as Stripe writes them, and none of them null.
  package var body: JSON {
    var members = details.members.map { (name: $0.name, value: $0.value) }
    members.append(("type", .string(type)))
    members.append(("message", .string(message)))
    if let code {
      members.append(("code", .string(code)))
      let page = code.split(separator: "_").joined(separator: "-")
      members.append(("doc_url", .string("https://stripe.com/docs/error-codes/\(page)")))
    }
    if let param { members.append(("param", .string(param))) }
    return ["error": .object(JSONObject(members.sorted { $0.name < $1.name }))]
  }
}
