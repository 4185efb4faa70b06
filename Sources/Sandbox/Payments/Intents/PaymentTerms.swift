/// How one confirmation is meant.
struct PaymentTerms {
  /// Whether the customer is away and cannot authenticate.
  var isOffSession = false
  /// Whether a payment that needs the customer shall fail instead.
  var failsOnAction = false
  /// Where the customer goes after authenticating.
  var returnURL: String?
}
