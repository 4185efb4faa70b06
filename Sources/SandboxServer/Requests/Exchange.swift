import HTTPServer
import Sandbox

/// One request on its way: what its headers say, and the id it was given.
struct Exchange: Sendable {
  let request: HTTPRequest
  let requestID: String
  /// Who asks; nil before the key is looked at.
  var key: APIKey?
  /// The version to render in.
  var version = APIVersion.current
  /// The idempotency key of a POST.
  var idempotencyKey: String?
  /// The account header, which is echoed.
  var account: String?

  init(_ request: HTTPRequest, requestID: String) {
    self.request = request
    self.requestID = requestID
  }

  /// That the body is a form: v1 takes neither JSON nor files.
  ///
  /// - Throws: 400 for a body that says it is something else.
  func requireForm() throws(StripeError) {
    guard !request.body.isEmpty, let type = request.header("Content-Type"), !type.isEmpty else { return }
    guard !type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { return }
    guard !type.lowercased().hasPrefix("multipart/") else { throw .unsupported("multipart bodies") }
    throw .invalid(
      """
      Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any \
      questions, we can help at https://support.stripe.com/.
      """)
  }

  /// Reads the version and the idempotency key.
  ///
  /// - Throws: 400 for one that cannot be.
  mutating func readHeaders() throws(StripeError) {
    if let text = request.header("Stripe-Version"), !text.isEmpty {
      guard let version = APIVersion(text) else { throw .invalid("Invalid Stripe API version: \(text)") }
      self.version = version
    }
    guard request.method == "POST", let key = request.header("Idempotency-Key"), !key.isEmpty else { return }
    guard key.count <= 255 else {
      throw StripeError(type: "idempotency_error", "Idempotency keys can have up to 255 characters.")
    }
    idempotencyKey = key
  }
}
