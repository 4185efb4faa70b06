extension World {
  /// Makes a payment intent and emits `payment_intent.created`.
  package func makePaymentIntent(_ draft: PaymentIntentDraft) throws -> Record {
    throw StripeError.unsupported("payment intents")
  }

  /// Tries to pay: makes the charge and its balance transaction, emits their events; a decline is an outcome.
  ///
  /// - Throws: `payment_intent_unexpected_state` for an intent that cannot be confirmed.
  package func confirm(
    _ intent: inout Record, paymentMethod: Record?, offSession: Bool = false
  ) throws -> PaymentOutcome {
    throw StripeError.unsupported("payment intents")
  }

  /// Cancels an intent; a hold is released.
  package func cancel(_ intent: inout Record, reason: String? = nil) throws {
    throw StripeError.unsupported("payment intents")
  }

  /// What a customer's subscription or invoice is paid with: the subscription's own method, else the customer's default.
  package func defaultPaymentMethod(of customer: Record, subscription: Record? = nil) throws -> Record? { nil }
}
