import HTTPClient
import JSONReader
import PlatformCore

/// What Stripe said of a call that it refused, for code that goes on by it.
package struct StripeErrorBody: Sendable, Equatable {
  /// The HTTP status.
  package let status: Int
  /// The kind, such as `invalid_request_error` or `card_error`.
  package let type: String?
  /// What exactly, such as `resource_missing`.
  package let code: String?
  /// The parameter that is at fault.
  package let param: String?
  /// Stripe's own words.
  package let message: String?
  /// Why a card was declined.
  package let declineCode: String?
  /// Stripe's id of the request.
  package let requestID: String?

  static let statusPlace = "http_status"
  static let requestIDPlace = "request_id"

  /// The coordinates of the error that is thrown; `init(_:)` reads them back.
  var places: [(name: String, value: String)] {
    let all = [
      (Self.statusPlace, String(status)), (Self.requestIDPlace, requestID), ("type", type), ("param", param),
      ("decline_code", declineCode),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }

  /// Reads what a client threw; nil if it was no refusal.
  init?(_ error: PlatformError) {
    let places = Dictionary(error.context.map { ($0.name, $0.value) }) { first, _ in first }
    guard let status = places[Self.statusPlace].flatMap({ Int($0) }) else { return nil }
    self.status = status
    type = places["type"]
    code = error.code
    param = places["param"]
    message = error.cause
    declineCode = places["decline_code"]
    requestID = places[Self.requestIDPlace]
  }

  /// Reads the answer; one that is not Stripe's has a status only.
  init(_ response: HTTPClient.Response) {
    let document = JSONDocument()
    let error = (try? document.parse(response.body))?["error"]
    func text(_ name: String) -> String? { error?[name]?.stringValue }
    status = response.status
    type = text("type")
    code = text("code")
    param = text("param")
    message = text("message")
    declineCode = text("decline_code")
    requestID = response.header("Request-Id")
    withExtendedLifetime(document) {}
  }
}
