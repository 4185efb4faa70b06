/// What an invoice is made of.
struct InvoiceDraft {
  /// The id when it had to be known before.
  var id: String?
  var customer: Record
  var subscription: Record?
  /// `subscription_create`, `subscription_cycle`, `subscription_update`, `manual` …
  var reason: String
  var currency: String
  var period: BillingPeriod
  var lines: [LineDraft] = []
  /// The discounts of the whole invoice.
  var discounts: [String] = []
  var sendsInvoice = false
  var daysUntilDue: Int64?
  var autoAdvance = true
  /// When the world finalises it; nil for a draft that somebody finalises by hand or at once.
  var finalizesAt: Int64?
  var prorationDate: Int64?

  init(customer: Record, subscription: Record?, reason: String, currency: String, period: BillingPeriod) {
    self.customer = customer
    self.subscription = subscription
    self.reason = reason
    self.currency = currency
    self.period = period
    sendsInvoice = subscription?.text("collection_method") == "send_invoice"
    daysUntilDue = subscription?["days_until_due"].integer
  }
}

extension World {
  /// Makes the draft with its lines, keeps them and emits `invoice.created`.
  func makeInvoice(_ draft: InvoiceDraft) throws -> (invoice: Record, lines: [Record]) {
    var invoice = blankInvoice(draft)
    var lines: [Record] = []
    lines.reserveCapacity(draft.lines.count)
    for (position, line) in draft.lines.enumerated() {
      lines.append(
        line.record(
          id: newID(.lineItem), invoice: invoice.id, currency: draft.currency, position: Int64(position)))
    }
    try settleTotals(&invoice, &lines)
    for index in lines.indices { try save(&lines[index]) }
    if let moment = draft.finalizesAt {
      invoice["automatically_finalizes_at"] = .integer(moment)
      if !draft.sendsInvoice { invoice["next_payment_attempt"] = .integer(moment) }
      try later(.finalizeInvoice, invoice, at: moment)
    }
    try save(&invoice, emitting: "invoice.created")
    return (invoice, lines)
  }

  private func blankInvoice(_ draft: InvoiceDraft) -> Record {
    var invoice = Record(blank: .invoice, created: now)
    let customer = draft.customer
    invoice["id"] = .string(draft.id ?? newID(.invoice))
    invoice["account_country"] = .string(settings.country)
    for name in [
      "amount_overpaid", "amount_paid", "amount_shipping", "attempt_count", "post_payment_credit_notes_amount",
      "pre_payment_credit_notes_amount", "starting_balance",
    ] { invoice[name] = 0 }
    invoice["attempted"] = false
    invoice["auto_advance"] = .bool(draft.autoAdvance)
    invoice["automatic_tax"] = [
      "disabled_reason": nil, "enabled": false, "liability": nil, "provider": nil, "status": nil,
    ]
    invoice["billing_reason"] = .string(draft.reason)
    invoice["collection_method"] = draft.sendsInvoice ? "send_invoice" : "charge_automatically"
    invoice["currency"] = .string(draft.currency)
    invoice["customer"] = .string(customer.id)
    for (name, source) in [
      ("customer_address", "address"), ("customer_email", "email"), ("customer_name", "name"),
      ("customer_phone", "phone"), ("customer_shipping", "shipping"), ("customer_tax_exempt", "tax_exempt"),
    ] { invoice[name] = customer[source] }
    invoice["customer_tax_ids"] = []
    invoice["default_tax_rates"] = []
    invoice["discounts"] = .strings(draft.discounts)
    if draft.sendsInvoice, let days = draft.daysUntilDue {
      invoice["due_date"] = .integer(now + days * CivilTime.secondsPerDay)
      invoice.hidden["days_until_due"] = .integer(days)
    }
    invoice["issuer"] = ["type": "self"]
    invoice["metadata"] = [:]
    if let subscription = draft.subscription {
      var details: JSON = ["metadata": subscription["metadata"], "subscription": .string(subscription.id)]
      if let date = draft.prorationDate { details["subscription_proration_date"] = .integer(date) }
      invoice["parent"] = ["quote_details": nil, "subscription_details": details, "type": "subscription_details"]
    } else {
      invoice["rendering"] = Self.rendering(pageSize: "auto")
    }
    invoice["payment_settings"] = [
      "default_mandate": nil, "payment_method_options": nil, "payment_method_types": nil,
    ]
    invoice["period_start"] = .integer(draft.period.start)
    invoice["period_end"] = .integer(draft.period.end)
    invoice["status"] = "draft"
    invoice["status_transitions"] = [
      "finalized_at": nil, "marked_uncollectible_at": nil, "paid_at": nil, "voided_at": nil,
    ]
    invoice["test_clock"] = customer["test_clock"]
    invoice["total_taxes"] = []
    invoice["webhooks_delivered_at"] = .integer(now)
    return invoice
  }

  static func rendering(pageSize: JSON) -> JSON {
    ["amount_tax_display": nil, "pdf": ["page_size": pageSize], "template": nil, "template_version": nil]
  }

  /// Works out the sums of a draft from its lines and writes them to both.
  func settleTotals(_ invoice: inout Record, _ lines: inout [Record]) throws {
    let currency = invoice.text("currency") ?? ""
    let totals = InvoiceTotals(
      lines: try lines.map { line in
        InvoiceTotals.Line(
          amount: line.int("amount"), product: line["pricing"]["price_details"]["product"].string,
          isDiscountable: line.flag("discountable"),
          discounts: try terms(of: (line["discounts"].array ?? []).compactMap(\.id), currency: currency))
      },
      discounts: try terms(of: (invoice["discounts"].array ?? []).compactMap(\.id), currency: currency))
    for index in lines.indices {
      lines[index]["discount_amounts"] = .array(totals.lineOffs[index].map(\.json))
      lines[index]["pretax_credit_amounts"] = .array(totals.lineOffs[index].map(\.pretaxJSON))
    }
    invoice["subtotal"] = .integer(totals.subtotal)
    invoice["subtotal_excluding_tax"] = .integer(totals.subtotal)
    invoice["total"] = .integer(totals.total)
    invoice["total_excluding_tax"] = .integer(totals.total)
    invoice["total_discount_amounts"] = .array(totals.offs.map(\.json))
    invoice["total_pretax_credit_amounts"] = .array(totals.offs.map(\.pretaxJSON))
    invoice["amount_due"] = .integer(max(0, totals.total))
    invoice["amount_remaining"] = .integer(max(0, totals.total))
    invoice["lines"] = Self.embedded(lines, url: "/v1/invoices/\(invoice.id)/lines")
  }

  /// The list envelope inside a parent: the first ten children.
  static func embedded(_ children: [Record], url: String) -> JSON {
    [
      "object": "list", "data": .array(children.prefix(10).map { .object($0.body) }),
      "has_more": .bool(children.count > 10), "total_count": .integer(Int64(children.count)), "url": .string(url),
    ]
  }

  /// Works out a draft again after its lines, its invoice items or its discounts changed.
  func recompute(_ invoice: inout Record) throws {
    var lines = try records(ListQuery(.lineItem, [.equals("invoice", invoice.id)]))
    let before = lines
    try settleTotals(&invoice, &lines)
    for index in lines.indices where lines[index].body != before[index].body { try save(&lines[index]) }
  }

  /// Adds a line at the end of a draft.
  func addLine(_ draft: LineDraft, to invoice: Record) throws {
    let next = try records(ListQuery(.lineItem, [.equals("invoice", invoice.id)])).last?.hidden["position"].integer
    var line = draft.record(
      id: newID(.lineItem), invoice: invoice.id, currency: invoice.text("currency") ?? "", position: (next ?? -1) + 1)
    try save(&line)
  }
}
