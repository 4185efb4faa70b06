extension World {
  /// Who tries to collect an invoice.
  enum Collector {
    /// The request that created the subscription or changed it.
    case request(offSession: Bool)
    /// The world, at finalisation or as a retry.
    case automatic
    /// `POST /v1/invoices/{invoice}/pay`.
    case payCall(offSession: Bool)
  }

  /// How an attempt at an invoice ended.
  enum Collection {
    case paid, processing, actionRequired, noPaymentMethod
    case failed(StripeError)
  }

  /// Tries to pay an open invoice; a decline leaves its traces and is a result.
  func collect(_ invoice: inout Record, with chosen: Record? = nil, by collector: Collector) throws -> Collection {
    guard invoice.int("amount_remaining") > 0 else { return .paid }
    guard var intent = try referred(.paymentIntent, by: invoice.hidden["payment_intent"].string) else {
      return .noPaymentMethod
    }
    let method = try chosen ?? paymentMethod(of: invoice)
    guard let method else {
      if case .automatic = collector { try noteFailure(&invoice, by: collector, asksForAction: false) }
      return .noPaymentMethod
    }
    let isOffSession =
      switch collector {
      case .request(let offSession), .payCall(let offSession): offSession
      case .automatic: true
      }
    switch try confirm(&intent, paymentMethod: method, offSession: isOffSession) {
    case .succeeded, .requiresCapture:
      invoice["attempt_count"] = .integer(countAfterAttempt(invoice, by: collector))
      try markPaid(&invoice, paying: invoice.int("amount_remaining"))
      return .paid
    case .processing:
      invoice["attempted"] = true
      invoice["attempt_count"] = .integer(countAfterAttempt(invoice, by: collector))
      try save(&invoice, emitting: "invoice.updated")
      return .processing
    case .requiresAction:
      invoice["attempted"] = true
      try save(&invoice, emitting: "invoice.updated")
      try emit("invoice.payment_action_required", invoice)
      try emit("invoice.payment_failed", invoice)
      return .actionRequired
    case .failed(let error):
      invoice.hidden["refused"] = error.details["advice_code"] == "do_not_try_again" ? .string(method.id) : nil
      let asksForAction = error.code == "authentication_required"
      try noteFailure(&invoice, by: collector, asksForAction: asksForAction)
      return .failed(error)
    }
  }

  /// What an invoice is paid with: its own method, else its subscription's, else the customer's.
  func paymentMethod(of invoice: Record) throws -> Record? {
    guard let customer = try referred(.customer, by: invoice.reference("customer")) else { return nil }
    if let own = try referred(.paymentMethod, by: invoice.reference("default_payment_method")),
      own.reference("customer") == customer.id
    {
      return own
    }
    return try defaultPaymentMethod(
      of: customer, subscription: try referred(.subscription, by: invoice.subscriptionOfInvoice))
  }

  /// Only the first attempt and the automatic ones count.
  private func countAfterAttempt(_ invoice: Record, by collector: Collector) -> Int64 {
    if case .payCall = collector { return max(1, invoice.int("attempt_count")) }
    return invoice.int("attempt_count") + 1
  }

  /// Writes a failed attempt down, plans the next one, and lets the subscription and the customer know.
  func noteFailure(_ invoice: inout Record, by collector: Collector, asksForAction: Bool) throws {
    invoice["attempted"] = true
    invoice["attempt_count"] = .integer(countAfterAttempt(invoice, by: collector))
    let isLast = try planRetry(&invoice, by: collector)
    try save(&invoice, emitting: "invoice.updated")
    if asksForAction { try emit("invoice.payment_action_required", invoice) }
    try emit("invoice.payment_failed", invoice)
    if case .automatic = collector, let customer = invoice.reference("customer") {
      try changeCustomer(customer) { $0["delinquent"] = true }
    }
    try subscriptionPaymentFailed(invoice, isLast: isLast)
  }

  /// Plans the next automatic attempt; true when there is none left. A first invoice is never retried by the world.
  private func planRetry(_ invoice: inout Record, by collector: Collector) throws -> Bool {
    if case .payCall = collector { return false }
    guard invoice.text("collection_method") == "charge_automatically", invoice.flag("auto_advance"),
      invoice.text("billing_reason") != "subscription_create"
    else { return false }
    let attempt = Int(invoice.int("attempt_count")) - 1
    guard settings.retrySchedule.indices.contains(attempt) else {
      invoice["next_payment_attempt"] = nil
      invoice["auto_advance"] = false
      return true
    }
    let due = now + settings.retrySchedule[attempt]
    invoice["next_payment_attempt"] = .integer(due)
    try later(.retryInvoice, invoice, at: due)
    return false
  }

  /// The next automatic attempt; a card that must not be tried again is left alone, but the attempt counts.
  func retry(_ invoice: inout Record) throws {
    guard invoice.status == "open", invoice.flag("auto_advance"),
      try referred(.paymentIntent, by: invoice.hidden["payment_intent"].string)?.status != "processing"
    else { return }
    let method = try paymentMethod(of: invoice)
    if let method, invoice.hidden["refused"].string == method.id {
      return try noteFailure(&invoice, by: .automatic, asksForAction: false)
    }
    _ = try collect(&invoice, with: method, by: .automatic)
  }
}
