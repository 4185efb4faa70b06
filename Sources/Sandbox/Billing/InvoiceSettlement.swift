extension World {
  /// Carries the new state of an invoice's payment over to the invoice and its subscription.
  ///
  /// Payments call it whenever an intent with `hidden["invoice"]` changed outside of the invoice's own code. The
  /// invoice acts at the time of its own clock, whatever time the payment has.
  func paymentIntentChanged(_ intent: Record) throws {
    guard var invoice = try referred(.invoice, by: intent.hidden["invoice"].string),
      ["open", "uncollectible"].contains(invoice.status)
    else { return }
    try inClockTime(of: invoice) { try settle(&invoice, by: intent) }
  }

  /// Acts at the time of the test clock that an object lives on; without one nothing changes.
  func inClockTime(of record: Record, _ body: () throws -> Void) throws {
    let time = now
    defer { now = time }
    if let clock = try referred(.testClock, by: record.testClock) { now = clock.int("frozen_time") }
    try body()
  }

  private func settle(_ invoice: inout Record, by intent: Record) throws {
    switch intent.status {
    case "succeeded":
      invoice["attempt_count"] = .integer(max(1, invoice.int("attempt_count")))
      try markPaid(&invoice, paying: invoice.int("amount_remaining"))
    case "requires_payment_method" where !intent["last_payment_error"].isNull:
      try noteFailure(&invoice, by: .payCall(offSession: false), asksForAction: false)
    case "requires_action":
      invoice["attempted"] = true
      try save(&invoice, emitting: "invoice.updated")
      try emit("invoice.payment_action_required", invoice)
    case "processing":
      invoice["attempted"] = true
      try save(&invoice, emitting: "invoice.updated")
    default: break
    }
    try announceInvoiceCustomer(invoice)
  }
}
