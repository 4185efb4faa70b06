/// What the API answered to a call that succeeded.
package struct StripeAnswer: Sendable {
  /// The HTTP status, 200 to 299.
  package let status: Int
  /// The JSON on one line; secrets are stars.
  package let body: [UInt8]
  /// Stripe's id of the request, for its support.
  package let requestID: String?
  /// The version the answer was rendered in.
  package let apiVersion: String?
  /// A Unix second at or before the server's clock when the request was begun: what is read is at least that new.
  package let startedAt: Int64
  /// Whether it is the stored answer to an earlier call with the same idempotency key.
  package let isReplayed: Bool
}
