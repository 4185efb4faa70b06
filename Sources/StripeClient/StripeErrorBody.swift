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
}
