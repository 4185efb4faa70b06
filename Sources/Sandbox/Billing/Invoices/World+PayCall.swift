extension World {
  /// `POST /v1/invoices/{invoice}/pay`; a draft is finalised first.
  func payInvoice(_ id: String, _ params: Params) throws -> Reply {
    try params.refuse("mandate", "source", "forgive")
    var invoice = try require(.invoice, id, param: "invoice", inPath: true)
    if let customer = try referred(.customer, by: invoice.reference("customer")) { try enter(clockOf: customer) }
    if invoice.status == "paid" { throw StripeError.invalid("Invoice is already paid") }
    if invoice.status == "void" { throw StripeError.invalid("This invoice is void and can no longer be paid.") }
    if invoice.status == "draft" { try finalize(&invoice) }
    defer { unannouncedCustomers.removeAll() }
    guard invoice.status != "paid" else { return try answer(invoice) }
    if params.flag("paid_out_of_band") == true {
      try payOutsideStripe(&invoice)
      return try answer(invoice)
    }
    let chosen = try ownMethod(params, "payment_method", of: invoice.reference("customer"))
    let offSession = params.flag("off_session") ?? true
    switch try collect(&invoice, with: chosen, by: .payCall(offSession: offSession)) {
    case .paid, .processing: return try answer(invoice)
    case .failed(let error):
      try announceInvoiceCustomer(invoice)
      return .failure(error)
    case .actionRequired:
      try announceInvoiceCustomer(invoice)
      return .failure(
        StripeError(
          status: 402, type: "invalid_request_error", code: "invoice_payment_intent_requires_action",
          """
          This payment requires additional user action before it can be completed successfully. Payment can be \
          completed using the PaymentIntent associated with the invoice. For more details see: \
          https://stripe.com/docs/billing/subscriptions/overview#requires-action
          """))
    case .noPaymentMethod:
      throw StripeError.invalid(
        """
        There is no `default_payment_method` set on this Customer or Invoice. Please set either \
        `invoice_settings.default_payment_method` on the Customer or `default_payment_method` on the Invoice, or \
        provide an explicit payment_method.
        """, code: "resource_missing")
    }
  }

  private func answer(_ invoice: Record) throws -> Reply {
    try announceInvoiceCustomer(invoice)
    return .record(try require(.invoice, invoice.id, param: "invoice"))
  }

  /// `POST /v1/invoices/{invoice}/send`; a draft is finalised first.
  func send(_ invoice: inout Record) throws {
    guard invoice.text("collection_method") == "send_invoice" else {
      throw StripeError.invalid(
        "You can only manually send an invoice if its collection method is 'send_invoice'.")
    }
    if invoice.status == "draft" { try finalize(&invoice) }
    guard ["open", "paid", "uncollectible"].contains(invoice.status) else {
      throw StripeError.invalid("You can't send an invoice that is \(invoice.status).")
    }
    try emit("invoice.sent", invoice)
  }

  /// `POST /v1/invoices/{invoice}/add_lines`: pending items, or new lines.
  func addLines(to id: String, _ params: Params) throws -> Reply {
    try actOnInvoice(id) { invoice in
      try checkEditable(invoice)
      let customer = try require(.customer, invoice.reference("customer") ?? "", param: "customer")
      for entry in params.hashes("lines") ?? [] {
        try entry.refuse("tax_amounts", "tax_rates")
        if let itemID = entry.text("invoice_item") {
          var item = try require(.invoiceItem, itemID, param: entry.path("invoice_item"))
          guard item["invoice"].isNull else {
            throw StripeError.invalid(
              "The invoice item \(itemID) is already on an invoice.", param: entry.path("invoice_item"))
          }
          guard item.reference("customer") == customer.id else {
            throw StripeError.invalid(
              "The invoice and the invoice item belong to different customers.", param: entry.path("invoice_item"))
          }
          try checkCurrency(of: item, matches: invoice.text("currency") ?? "", param: entry.path("invoice_item"))
          item["invoice"] = .string(id)
          try save(&item)
          try countPending(customer.id, -1)
          try addLine(LineDraft(item), to: invoice)
        } else {
          var values = entry.values
          values["customer"] = .string(customer.id)
          values["invoice"] = .string(id)
          if !values.has("currency") { values["currency"] = invoice["currency"] }
          _ = try createInvoiceItem(Params(values))
          invoice = try require(.invoice, id, param: "invoice")
        }
      }
      invoice["metadata"] = .object(
        try Merge.metadata(invoice["metadata"].object ?? [:], with: metadata(of: params)))
      try recompute(&invoice)
      try save(&invoice, emitting: "invoice.updated")
    }
  }

  private func metadata(of params: Params) -> Params {
    params.has("invoice_metadata") ? Params(["metadata": params["invoice_metadata"]]) : Params()
  }
}
