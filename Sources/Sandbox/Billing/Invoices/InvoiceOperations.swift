/// The calls about invoices.
enum InvoiceOperations {
  static let operations: [Operation] = [
    Operation("POST", "/v1/invoices") { world, call in try world.createInvoice(call.params) },
    Operation("POST", "/v1/invoices/create_preview") { world, call in
      .object(try world.previewInvoice(call.params))
    },
    Operation("POST", "/v1/invoices/{invoice}") { world, call in
      try world.updateInvoice(call.id("invoice"), call.params)
    },
    Operation("DELETE", "/v1/invoices/{invoice}") { world, call in try world.deleteInvoice(call.id("invoice")) },
    Operation("POST", "/v1/invoices/{invoice}/finalize") { world, call in
      try world.actOnInvoice(call.id("invoice")) { invoice in
        let wantsCollection = call.params.flag("auto_advance") ?? invoice.flag("auto_advance")
        invoice["auto_advance"] = .bool(wantsCollection)
        try world.finalize(&invoice)
        if wantsCollection && invoice.status == "open" && invoice.text("collection_method") == "charge_automatically" {
          _ = try world.collect(&invoice, by: .automatic)
        }
      }
    },
    Operation("POST", "/v1/invoices/{invoice}/pay") { world, call in
      try world.payInvoice(call.id("invoice"), call.params)
    },
    Operation("POST", "/v1/invoices/{invoice}/send") { world, call in
      try world.actOnInvoice(call.id("invoice")) { invoice in try world.send(&invoice) }
    },
    Operation("POST", "/v1/invoices/{invoice}/void") { world, call in
      try world.actOnInvoice(call.id("invoice")) { invoice in try world.void(&invoice) }
    },
    Operation("POST", "/v1/invoices/{invoice}/mark_uncollectible") { world, call in
      try world.actOnInvoice(call.id("invoice")) { invoice in try world.markUncollectible(&invoice) }
    },
    Operation("POST", "/v1/invoices/{invoice}/add_lines") { world, call in
      try world.addLines(to: call.id("invoice"), call.params)
    },
  ]
}

extension World {
  /// Does something to the invoice of a path at the time of its clock, and answers with the invoice.
  func actOnInvoice(_ id: String, _ action: (inout Record) throws -> Void) throws -> Reply {
    var invoice = try enterInvoice(id)
    try action(&invoice)
    try announceInvoiceCustomer(invoice)
    return .record(try require(.invoice, id, param: "invoice"))
  }

  private func enterInvoice(_ id: String) throws -> Record {
    let invoice = try require(.invoice, id, param: "invoice", inPath: true)
    if let customer = try referred(.customer, by: invoice.reference("customer")) { try enter(clockOf: customer) }
    return invoice
  }

  /// Throws unless an invoice is a draft.
  func checkEditable(_ invoice: Record) throws {
    guard invoice.status != "draft" else { return }
    throw StripeError.invalid(
      "This invoice is no longer editable: it is not a draft.", code: "invoice_not_editable", param: "invoice")
  }

  /// `POST /v1/invoices`: a draft, with the pending items if it is to include them.
  func createInvoice(_ params: Params) throws -> Reply {
    try params.refuse(
      "account_tax_ids", "application_fee_amount", "default_source", "default_tax_rates", "from_invoice",
      "on_behalf_of", "shipping_cost", "transfer_data", "customer_account")
    try params.refuseAutomaticTax()
    let customer = try require(.customer, try params.require("customer"), param: "customer")
    try enter(clockOf: customer)
    let subscription = try params.text("subscription").map {
      try require(.subscription, $0, param: "subscription")
    }
    let currency = try subscription?.text("currency") ?? self.currency(params, of: customer)
    var draft = InvoiceDraft(
      customer: customer, subscription: subscription, reason: "manual", currency: currency,
      period: BillingPeriod(start: now, end: now))
    draft.id = newID(.invoice)
    draft.autoAdvance = params.flag("auto_advance") ?? false
    draft.sendsInvoice = params.text("collection_method").map { $0 == "send_invoice" } ?? draft.sendsInvoice
    draft.daysUntilDue = params.int("days_until_due") ?? draft.daysUntilDue
    if draft.sendsInvoice && draft.daysUntilDue == nil && params.int("due_date") == nil {
      throw StripeError.invalid(
        "If invoice is `send_invoice`, you must pass `days_until_due`, or `due_date`.", param: "days_until_due")
    }
    if draft.autoAdvance {
      draft.finalizesAt = params.int("automatically_finalizes_at") ?? now + settings.finalizeAfter
    }
    if let list = params.hashes("discounts") {
      draft.discounts = try discounts(from: list, on: DiscountPlace(customer: customer.id, invoice: draft.id))
    } else {
      draft.discounts = try running([customer["discount"].id].compactMap(\.self))
    }
    // Since 2022-08-01 a new invoice leaves the pending items out unless told otherwise.
    if params.text("pending_invoice_items_behavior") == "include" || subscription != nil {
      draft.lines = try sweepPendingItems(
        of: customer, subscription: subscription?.id, currency: currency, into: draft.id ?? ""
      ).map(LineDraft.init)
    }
    var (invoice, _) = try makeInvoice(draft)
    try set(params, on: &invoice)
    try save(&invoice)
    if customer["currency"].isNull { try changeCustomer(customer.id) { $0["currency"] = .string(currency) } }
    try announceCustomer(customer.id)
    return .record(invoice)
  }

  /// The members of a draft that a call may set.
  private func set(_ params: Params, on invoice: inout Record) throws {
    params.copy(
      [
        "description", "footer", "statement_descriptor", "custom_fields", "effective_at", "number",
      ], to: &invoice)
    if params.has("default_payment_method") {
      let method = try ownMethod(params, "default_payment_method", of: invoice.reference("customer"))
      invoice["default_payment_method"] = .text(method?.id)
    }
    if let date = params.int("due_date") {
      invoice["due_date"] = .integer(date)
      invoice.hidden.remove("days_until_due")
    }
    invoice["metadata"] = try params.mergedMetadata(invoice["metadata"])
    invoice.takeShipping(params, "shipping_details")
    if let rendering = params.hash("rendering") {
      if invoice["rendering"].isNull { invoice["rendering"] = Self.rendering(pageSize: "auto") }
      for member in rendering.values.members { invoice["rendering"][member.name] = member.value }
    }
    if let settings = params.hash("payment_settings") {
      for name in ["default_mandate", "payment_method_options", "payment_method_types"] where settings.has(name) {
        invoice["payment_settings"][name] = settings[name]
      }
    }
  }

  /// `POST /v1/invoices/{invoice}`.
  func updateInvoice(_ id: String, _ params: Params) throws -> Reply {
    try params.refuse(
      "account_tax_ids", "application_fee_amount", "default_source", "default_tax_rates", "on_behalf_of",
      "shipping_cost", "transfer_data")
    try params.refuseAutomaticTax()
    var invoice = try enterInvoice(id)
    if invoice.status != "draft",
      params.values.members.contains(where: {
        !["metadata", "auto_advance", "default_payment_method"].contains($0.name)
      })
    {
      try checkEditable(invoice)
    }
    try set(params, on: &invoice)
    if let method = params.text("collection_method") { invoice["collection_method"] = .string(method) }
    if let days = params.int("days_until_due") {
      invoice.hidden["days_until_due"] = .integer(days)
      invoice["due_date"] = .integer(invoice.created + days * CivilTime.secondsPerDay)
    }
    let moment = params.int("automatically_finalizes_at")
    if params.has("auto_advance") || moment != nil {
      try setAutoAdvance(params.flag("auto_advance") ?? true, at: moment, of: &invoice)
    }
    if let list = params.hashes("discounts") {
      invoice["discounts"] = .strings(
        try discounts(
          from: list, on: DiscountPlace(customer: invoice.reference("customer"), invoice: invoice.id)))
      try recompute(&invoice)
    }
    try save(&invoice, emitting: "invoice.updated")
    return .record(invoice)
  }

  private func setAutoAdvance(_ isAutomatic: Bool, at wanted: Int64?, of invoice: inout Record) throws {
    invoice["auto_advance"] = .bool(isAutomatic)
    try unschedule(invoice.id, .finalizeInvoice)
    let moment = max(now, wanted ?? invoice.created + settings.finalizeAfter)
    let waits = isAutomatic && invoice.status == "draft"
    invoice["automatically_finalizes_at"] = waits ? .integer(moment) : nil
    if invoice.status == "draft" {
      invoice["next_payment_attempt"] =
        waits && invoice.text("collection_method") == "charge_automatically" ? .integer(moment) : nil
    }
    if waits { try later(.finalizeInvoice, invoice, at: moment) }
  }

  /// `DELETE /v1/invoices/{invoice}`: drafts that are not a subscription's; their items are pending again.
  func deleteInvoice(_ id: String) throws -> Reply {
    var invoice = try enterInvoice(id)
    guard invoice.status == "draft", invoice.subscriptionOfInvoice == nil else {
      throw StripeError.invalid(
        "You can only delete draft invoices that are not for a subscription; void a finalized one instead.",
        code: "invoice_not_editable")
    }
    try unschedule(id)
    for var line in try records(ListQuery(.lineItem, [.equals("invoice", id)])) { try delete(&line) }
    for var item in try records(ListQuery(.invoiceItem, [.equals("invoice", id)])) {
      item["invoice"] = nil
      try save(&item)
      try countPending(item.reference("customer") ?? "", 1)
    }
    try delete(&invoice, emitting: "invoice.deleted")
    return .deleted(.invoice, id: id)
  }
}
