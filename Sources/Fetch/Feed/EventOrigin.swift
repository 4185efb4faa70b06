package import JSONReader

/// Whose an event is.
package enum EventOrigin {
  /// The connected account it is of; nil for the account whose endpoint it was sent to, or whose feed shows it.
  ///
  /// Source: https://docs.stripe.com/api/events/object (`account`), and of thin events
  /// https://docs.stripe.com/api/v2/core/events/object (`context`). That ids may be joined by `/` there, the innermost
  /// last, is taken from the `Stripe-Context` header of requests, and was not seen.
  package static func account(of event: JSONValue) -> String? {
    if let account = event["account"]?.stringValue { return account }
    guard event["object"]?.stringValue == "v2.core.event" else { return nil }
    let innermost = event["context"]?.stringValue?.split(separator: "/").last.map { String($0) }
    return innermost.flatMap { $0.hasPrefix("acct_") ? $0 : nil }
  }
}
