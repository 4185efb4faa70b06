extension World {
  /// Turns an open or uncollectible invoice paid, with what hangs on it.
  ///
  /// `outsideStripe` is for money that was received elsewhere: no payment succeeds then.
  func markPaid(_ invoice: inout Record, paying amount: Int64, outsideStripe: Bool = false) throws {
    invoice["status"] = "paid"
    invoice["status_transitions"]["paid_at"] = .integer(now)
    invoice["attempted"] = true
    invoice["auto_advance"] = false
    invoice["next_payment_attempt"] = nil
    invoice["amount_paid"] = .integer(invoice.int("amount_paid") + amount)
    invoice["amount_remaining"] = .integer(invoice.int("amount_due") - invoice.int("amount_paid"))
    try unschedule(invoice.id)
    try save(&invoice, emitting: "invoice.updated")
    try emit("invoice.paid", invoice)
    if !outsideStripe { try emit("invoice.payment_succeeded", invoice) }
    if let customer = invoice.reference("customer") {
      if amount > 0 { try changeCustomer(customer) { if $0.flag("delinquent") { $0["delinquent"] = false } } }
      try announceCustomer(customer)
    }
    if !outsideStripe, amount > 0, var payment = try defaultPayment(of: invoice) {
      payment["amount_paid"] = .integer(amount)
      payment["status"] = "paid"
      payment["status_transitions"]["paid_at"] = .integer(now)
      try save(&payment, emitting: "invoice_payment.paid")
    }
    try subscriptionInvoicePaid(invoice)
  }

  /// The invoice payment made at finalisation; nil for an invoice with nothing due.
  func defaultPayment(of invoice: Record) throws -> Record? {
    try referred(.invoicePayment, by: invoice.hidden["payment"].string)
  }

  /// Money received elsewhere pays the rest; the intent is given up.
  func payOutsideStripe(_ invoice: inout Record) throws {
    let amount = invoice.int("amount_remaining")
    try giveUpPayment(of: invoice)
    var payment = Record(blank: .invoicePayment, created: now)
    payment["id"] = .string(newID(.invoicePayment))
    payment["amount_paid"] = .integer(amount)
    payment["amount_requested"] = .integer(amount)
    payment["currency"] = invoice["currency"]
    payment["invoice"] = .string(invoice.id)
    payment["is_default"] = false
    payment["payment"] = ["payment_record": .string("pr_\(randomText(24))"), "type": "payment_record"]
    payment["status"] = "paid"
    payment["status_transitions"] = ["canceled_at": nil, "paid_at": .integer(now)]
    try save(&payment)
    invoice["amount_paid_off_stripe"] = .integer(amount)
    try markPaid(&invoice, paying: amount, outsideStripe: true)
    try emit("invoice_payment.paid", payment)
  }

  /// Cancels the intent of an invoice and its invoice payment.
  private func giveUpPayment(of invoice: Record) throws {
    if var intent = try referred(.paymentIntent, by: invoice.hidden["payment_intent"].string),
      !["succeeded", "canceled"].contains(intent.status)
    {
      try cancel(&intent, reason: "void_invoice")
    }
    guard var payment = try defaultPayment(of: invoice), payment.status == "open" else { return }
    payment["status"] = "canceled"
    payment["status_transitions"]["canceled_at"] = .integer(now)
    try save(&payment)
  }

  /// Voids an open or uncollectible invoice; a balance that it took is given back.
  func void(_ invoice: inout Record) throws {
    guard ["open", "uncollectible"].contains(invoice.status) else {
      throw StripeError.invalid(
        "You can only pass in open invoices. This invoice isn't open.", code: "status_transition_invalid")
    }
    try unschedule(invoice.id)
    try giveUpPayment(of: invoice)
    invoice["status"] = "void"
    invoice["status_transitions"]["voided_at"] = .integer(now)
    invoice["auto_advance"] = false
    invoice["next_payment_attempt"] = nil
    let returned = invoice.int("starting_balance") - invoice.int("ending_balance")
    if returned != 0, let customer = invoice.reference("customer") {
      try moveBalance(of: customer, by: returned, invoice: invoice, type: "unapplied_from_invoice")
    }
    try save(&invoice, emitting: "invoice.voided")
    try announceInvoiceCustomer(invoice)
  }

  /// Writes an open invoice off.
  func markUncollectible(_ invoice: inout Record, reason: String = "user_forgiven") throws {
    guard invoice.status == "open" else {
      throw StripeError.invalid(
        "You can only pass in open invoices. This invoice isn't open.", code: "status_transition_invalid")
    }
    try unschedule(invoice.id)
    invoice["status"] = "uncollectible"
    invoice["status_details"] = ["uncollectible": ["reason": .string(reason)]]
    invoice["status_transitions"]["marked_uncollectible_at"] = .integer(now)
    invoice["auto_advance"] = false
    invoice["next_payment_attempt"] = nil
    try save(&invoice, emitting: "invoice.marked_uncollectible")
  }

  /// What falls due around the due date of an invoice that the customer pays by himself.
  func noteDueDate(_ invoice: Record, isNear: Bool) throws {
    guard invoice.status == "open" else { return }
    if isNear {
      try emit("invoice.will_be_due", invoice)
    } else {
      try emit("invoice.overdue", invoice)
      if let customer = invoice.reference("customer") {
        try changeCustomer(customer) { $0["delinquent"] = true }
        try announceCustomer(customer)
      }
      try subscriptionPaymentFailed(invoice, isLast: false)
    }
  }

  func announceInvoiceCustomer(_ invoice: Record) throws {
    if let customer = invoice.reference("customer") { try announceCustomer(customer) }
  }
}
