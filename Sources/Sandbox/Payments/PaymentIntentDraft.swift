/// What a payment intent is made of, whoever asks for it: a caller or an invoice.
package struct PaymentIntentDraft: Sendable {
  /// The amount in minor units.
  package var amount: Int64
  /// ISO 4217, lower case.
  package var currency: String
  /// The customer's id.
  package var customer: String?
  /// The text shown to people.
  package var description: String?
  /// The caller's notes; copied to each charge.
  package var metadata: JSONObject = [:]
  /// `off_session`, `on_session` or nil.
  package var setupFutureUsage: String?
  /// `automatic`, `automatic_async` or `manual`; invoices use `automatic`.
  package var captureMethod = "automatic"
  /// The invoice it pays; kept in `hidden["invoice"]`.
  package var invoice: String?
  /// The test clock that its invoice lives on; kept in `hidden["test_clock"]`.
  package var testClock: String?
  /// The id of the payment method it shall be paid with; it waits for a confirmation then.
  package var paymentMethod: String?
  /// What it may be paid with.
  package var paymentMethodTypes = ["card"]
  /// Further members as they are shown: `shipping`, `receipt_email`, `automatic_payment_methods` …
  package var members: JSONObject = [:]

  /// An intent over an amount; everything else is set afterwards.
  package init(amount: Int64, currency: String, customer: String?) {
    self.amount = amount
    self.currency = currency
    self.customer = customer
  }
}

/// How an attempt to pay ended.
package enum PaymentOutcome: Sendable {
  /// Paid.
  case succeeded
  /// Authorised, and to be captured.
  case requiresCapture
  /// The customer must authenticate first.
  case requiresAction
  /// A slow payment method: known later.
  case processing
  /// Declined; the failed charge and its events are there.
  case failed(StripeError)
}
