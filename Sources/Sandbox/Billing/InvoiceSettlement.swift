extension World {
  /// Carries the new state of an invoice's payment over to the invoice and its subscription.
  ///
  /// Payments call it whenever an intent with `hidden["invoice"]` changed outside of the invoice's own code.
  func paymentIntentChanged(_ intent: Record) throws {}
}
