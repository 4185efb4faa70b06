import APIReference
package import HTTPServer
import PlatformCore
package import Sandbox

/// Stripe's API over a sandbox's store, as one function from request to answer; any number of threads may call it.
package final class SandboxAPI: Sendable {
  let store: SandboxStore
  let served: ServedAPI
  let options: SandboxAPIOptions
  let keysInFlight = KeysInFlight()
  private let routes: Routes

  /// Makes the API; the store stays the caller's to close.
  package init(store: SandboxStore, served: ServedAPI = .everything, options: SandboxAPIOptions = SandboxAPIOptions()) {
    self.store = store
    self.served = served
    self.options = options
    routes = Routes(served)
  }

  /// Answers one request; never throws, whatever happens inside is an answer too. Blocks while the store is busy.
  package func answer(_ request: HTTPRequest) -> HTTPResponse {
    let started = ContinuousClock.now
    let requestID = options.makeRequestID()
    let response = answer(request, requestID: requestID)
    options.requestLog?(
      RequestLogEntry(
        method: request.method, path: request.path, status: response.status, duration: .now - started,
        // Who stands around the API answers under an id of its own.
        requestID: response.headers.first { $0.name == "Request-Id" }?.value ?? requestID))
    return response
  }

  private func answer(_ request: HTTPRequest, requestID: String) -> HTTPResponse {
    if let page = page(request) { return page }
    guard let around = options.around else { return answerCall(request, requestID: requestID) }
    return around(request) { self.answerCall($0, requestID: requestID) }
  }

  private func page(_ request: HTTPRequest) -> HTTPResponse? {
    guard !request.path.hasPrefix("/v1/") else { return nil }
    if let page = options.pages[request.path] { return page(request) }
    if request.path == "/health", request.method == "GET" {
      return HTTPResponse(
        status: 200, headers: [("Content-Type", "application/json")], body: .bytes(Array(#"{"status":"ok"}"#.utf8)))
    }
    return nil
  }

  private func answerCall(_ request: HTTPRequest, requestID: String) -> HTTPResponse {
    var exchange = Exchange(request, requestID: requestID)
    do {
      guard case .call(let route, let variables) = routes.match(request.method, request.path) else {
        throw unrecognized(request)
      }
      let key = try Authentication.key(request)
      exchange.key = key
      try exchange.readHeaders()
      if exchange.version < .basil, request.method == "GET", Self.goneWithBasil.contains(request.path) {
        throw StripeError.unsupported("GET \(request.path) (use POST /v1/invoices/create_preview)")
      }
      try admit(&exchange, key, route, variables["account"])
      try exchange.requireForm()
      let form = try FormDecoder.decode(query: request.query, body: request.body)
      if case .operation(let operation) = route.action {
        return try write(exchange, route, operation, variables, form)
      }
      return try read(exchange, route, variables, form)
    } catch let error as StripeError {
      return refusal(error, exchange)
    } catch {
      return refusal(internalError(error, exchange), exchange)
    }
  }

  /// Calls of older versions that are not built; from basil on the last part of these paths is an id like any other.
  private static let goneWithBasil: Set<String> = ["/v1/invoices/upcoming", "/v1/invoices/upcoming/lines"]

  /// Whether this key may make this call on this account.
  private func admit(
    _ exchange: inout Exchange, _ key: APIKey, _ route: Route, _ accountInPath: String?
  ) throws(StripeError) {
    if let account = accountInPath, account != options.account.id {
      throw Authentication.noAccess(key, account: account)
    }
    if let account = exchange.request.header("Stripe-Account"), !account.isEmpty {
      guard account == options.account.id else { throw Authentication.noAccess(key, account: account) }
      exchange.account = account
    }
    guard key.isRestricted, !options.forbiddenResources.isEmpty else { return }
    let object = route.endpoint.object
    let collection = RecordType(rawValue: object)?.definition.table
    guard !options.forbiddenResources.contains(object),
      !(collection.map(options.forbiddenResources.contains) ?? false)
    else {
      throw Authentication.forbidden(
        key, object, isWrite: route.endpoint.method != "GET", account: options.account.id)
    }
  }

  private func unrecognized(_ request: HTTPRequest) -> StripeError {
    if isUnbuilt(request.path) { return .unsupported("\(request.method) \(request.path)") }
    let advice =
      request.path.utf8.last == UInt8(ascii: "/") && request.path.utf8.count > 1
      ? """
      If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure \
      you passed a valid (non-empty) identifier in your code. 
      """ : ""
    return StripeError(
      status: 404,
      """
      Unrecognized request URL (\(request.method): \(request.path)). \(advice)Please see https://stripe.com/docs or we \
      can help at https://support.stripe.com/.
      """)
  }

  /// Whether Stripe has something at a path that no declared call matches.
  private func isUnbuilt(_ path: String) -> Bool {
    guard path.utf8.last != UInt8(ascii: "/") else { return false }
    return path.hasPrefix("/v2/") || path.hasPrefix("/v1/test_helpers/") || APIReference.isOfOtherCollection(path)
  }

  /// What the caller is told of a failure that is ours; the log has the rest.
  func internalError(_ error: any Error, _ exchange: Exchange) -> StripeError {
    let words = (error as? PlatformError)?.rendered ?? String(describing: error)
    options.log(
      .error, "request_failed",
      [
        "method": .string(exchange.request.method), "path": .string(exchange.request.path),
        "request_id": .string(exchange.requestID), "error": .string(words),
      ])
    return StripeError(
      status: 500, type: "api_error",
      "An unknown error occurred in the Okapi sandbox; its log has the details under \(exchange.requestID).")
  }
}
