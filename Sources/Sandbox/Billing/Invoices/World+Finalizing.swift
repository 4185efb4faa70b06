extension World {
  /// Finalises a draft: numbers it, applies the customer's balance and makes its payment; nothing due is paid at once.
  func finalize(_ invoice: inout Record) throws {
    guard invoice.status == "draft", let customerID = invoice.reference("customer") else {
      throw StripeError.invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    }
    let customer = try require(.customer, customerID, param: "customer")
    try unschedule(invoice.id, .finalizeInvoice)
    try number(&invoice, of: customerID)
    try applyBalance(&invoice, of: customerID)
    let token = randomText(32)
    invoice["status"] = "open"
    invoice["status_transitions"]["finalized_at"] = .integer(now)
    if invoice["effective_at"].isNull { invoice["effective_at"] = .integer(now) }
    invoice["automatically_finalizes_at"] = nil
    invoice["next_payment_attempt"] = nil
    if !invoice["rendering"].isNull { invoice["rendering"]["pdf"]["page_size"] = "letter" }
    invoice["hosted_invoice_url"] = .string("https://invoice.stripe.com/i/\(settings.id)/test_\(token)?s=ap")
    invoice["invoice_pdf"] = .string("https://pay.stripe.com/invoice/\(settings.id)/test_\(token)/pdf?s=ap")
    if let id = invoice.subscriptionOfInvoice, let subscription = try find(.subscription, id) {
      invoice["parent"]["subscription_details"]["metadata"] = subscription["metadata"]
    }
    if let days = invoice.hidden["days_until_due"].integer {
      invoice["due_date"] = .integer(now + days * CivilTime.secondsPerDay)
    }
    try save(&invoice, emitting: "invoice.finalized")
    // A subscription's invoice does this when it is made, for the next one may be made before it is final.
    if invoice.text("billing_reason") == "manual" { try useUpDiscount(of: customer, by: invoice) }
    guard invoice.int("amount_due") > 0 else { return try markPaid(&invoice, paying: 0) }
    try makePayment(for: &invoice)
    try watchDueDate(of: invoice)
  }

  /// The customer's prefix and next number.
  private func number(_ invoice: inout Record, of customerID: String) throws {
    guard invoice["number"].isNull else { return }
    var number = ""
    try changeCustomer(customerID) { customer in
      let sequence = max(1, customer.int("next_invoice_sequence"))
      let digits = String(sequence)
      let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      number = "\(customer.text("invoice_prefix") ?? "OKAPI")-\(padded)"
      customer["next_invoice_sequence"] = .integer(sequence + 1)
    }
    invoice["number"] = .string(number)
  }

  /// Applies the customer's balance in the invoice's currency: a credit lowers what is due, a debt or a negative total
  /// moves the balance.
  private func applyBalance(_ invoice: inout Record, of customerID: String) throws {
    guard let customer = try find(.customer, customerID) else { return }
    let currency = invoice.text("currency") ?? ""
    let start = customer.balance(in: currency)
    let total = invoice.int("total")
    var due = max(0, total + start)
    // Less than the card networks take is carried over to the next invoice.
    let isSmall = due > 0 && due < CurrencyRules.minimum(currency)
    if isSmall { due = 0 }
    let end = total + start - due
    invoice["starting_balance"] = .integer(start)
    invoice["ending_balance"] = .integer(end)
    invoice["amount_due"] = .integer(due)
    invoice["amount_remaining"] = .integer(due)
    if customer["currency"].isNull {
      try changeCustomer(customerID) { $0["currency"] = .string(currency) }
    }
    guard end != start else { return }
    try moveBalance(
      of: customerID, by: end - start, invoice: invoice, type: isSmall ? "invoice_too_small" : "applied_to_invoice")
  }

  /// Books a change of a customer's balance that an invoice makes.
  func moveBalance(of customerID: String, by amount: Int64, invoice: Record, type: String) throws {
    guard var customer = try find(.customer, customerID), !customer.isDeleted else { return }
    if unannouncedCustomers[customerID] == nil { unannouncedCustomers[customerID] = customer.body }
    try changeBalance(
      of: &customer, by: amount, currency: invoice.text("currency"), type: type, invoice: invoice.id)
    try save(&customer)
  }

  /// The invoice's default payment: an intent, and the invoice payment that links the two.
  private func makePayment(for invoice: inout Record) throws {
    var draft = PaymentIntentDraft(
      amount: invoice.int("amount_remaining"), currency: invoice.text("currency") ?? "",
      customer: invoice.reference("customer"))
    switch invoice.text("billing_reason") {
    case "subscription_create":
      draft.description = "Subscription creation"
      draft.setupFutureUsage = "off_session"
    case "manual": draft.description = "Payment for Invoice"
    default: draft.description = "Subscription update"
    }
    draft.invoice = invoice.id
    draft.testClock = invoice.testClock
    let intent = try makePaymentIntent(draft)
    var payment = Record(blank: .invoicePayment, created: now)
    payment["id"] = .string(newID(.invoicePayment))
    payment["amount_requested"] = invoice["amount_remaining"]
    payment["currency"] = invoice["currency"]
    payment["invoice"] = .string(invoice.id)
    payment["is_default"] = true
    payment["payment"] = ["payment_intent": .string(intent.id), "type": "payment_intent"]
    payment["status"] = "open"
    payment["status_transitions"] = ["canceled_at": nil, "paid_at": nil]
    payment.hidden["test_clock"] = .text(invoice.testClock)
    try save(&payment)
    invoice.hidden["payment"] = .string(payment.id)
    invoice.hidden["payment_intent"] = .string(intent.id)
    invoice.hidden["confirmation_secret"] = [
      "client_secret": intent["client_secret"], "type": "payment_intent",
    ]
    try save(&invoice)
  }

  private func watchDueDate(of invoice: Record) throws {
    guard let due = invoice["due_date"].integer, due > now else { return }
    let soon = due - 3 * CivilTime.secondsPerDay
    if soon > now { try later(.invoiceOverdue, invoice, at: soon, data: "soon") }
    try later(.invoiceOverdue, invoice, at: due)
  }
}
