/// One page of a list.
package struct StripePage: Sendable {
  /// The elements in the order received, each its JSON on one line; secrets are stars.
  package let elements: [ArraySlice<UInt8>]
  /// The elements' ids.
  package let ids: [String]
  /// The Unix seconds of their `created`; nil for elements that have none.
  package let created: [Int64?]
  /// Whether there are further elements in the direction read.
  package let hasMore: Bool
  /// A Unix second at or before the server's clock when the request was begun.
  package let startedAt: Int64
  /// Stripe's id of the request.
  package let requestID: String?
  /// The version the page was rendered in.
  package let apiVersion: String?
}
