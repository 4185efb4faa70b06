extension World {
  /// The lines that bill items for the periods they are in.
  func lines(for items: [Record], of state: SubscriptionState, isTrial: Bool = false) throws -> [LineDraft] {
    // Newest first; those made together keep their order.
    let ordered =
      items.count < 2 || Set(items.map(\.created)).count == 1
      ? items
      : items.enumerated().sorted { ($1.element.created, $0.offset) < ($0.element.created, $1.offset) }.map(\.element)
    return try ordered.map { item in
      let quantity = item.int("quantity")
      let price = try priceRecord(of: item)
      let product = try referred(.product, by: price.reference("product"))
      let period = item.currentPeriod
      var line = LineDraft(
        amount: 0, period: period, parent: LineDraft.itemParent(subscription: state.id, item: item.id))
      if isTrial {
        line.description = MoneyText.trialLine(quantity: quantity, product: product)
        line.unitAmount = "0"
      } else {
        // A first period that is shorter than the interval costs its part of it.
        let whole = item.interval.period(containing: period.start, anchor: state.anchor)
        let isStub = item.hidden["stub"].bool ?? false
        let amount = price.amount(ofQuantity: quantity)
        line.amount = isStub ? amount.share(period.length, of: whole.length) : amount.rounded
        if item.hidden["free"].bool ?? false { line.amount = 0 }
        line.description = MoneyText.line(quantity: quantity, product: product, price: price)
        line.unitAmount = price.unitAmountText
      }
      line.price = price.id
      line.product = price.reference("product")
      line.quantity = quantity
      line.discounts = try running(item.references("discounts"))
      line.metadata = state.record["metadata"]
      line.subscription = state.id
      line.billedItem = item.id
      return line
    }
  }

  /// The price of an item with what is hidden of it, such as its tiers.
  func priceRecord(of item: Record) throws -> Record {
    if let kept = try referred(.price, by: item["price"].id) { return kept }
    return Record(.price, body: item["price"].object ?? [:])
  }

  /// The discounts of an invoice of a subscription: its own, else the customer's.
  func invoiceDiscounts(of state: SubscriptionState, customer: Record) throws -> [String] {
    let own = try running(state.record.references("discounts"))
    guard own.isEmpty else { return own }
    return try running([customer["discount"].id].compactMap(\.self))
  }

  /// Makes an invoice of a subscription: the lines given, and before them the pending invoice items.
  ///
  /// The items remember what was billed for their period, which is what a later credit is a part of; discounts for
  /// `once` are used up.
  func makeInvoice(
    of state: inout SubscriptionState, reason: String, period: BillingPeriod, lines: [LineDraft],
    change: (inout InvoiceDraft) -> Void = { _ in }
  ) throws -> Record {
    let customer = try require(.customer, state.customer, param: "customer")
    var draft = InvoiceDraft(
      customer: customer, subscription: state.record, reason: reason, currency: state.currency, period: period)
    draft.id = newID(.invoice)
    draft.discounts = try invoiceDiscounts(of: state, customer: customer)
    change(&draft)
    let swept = try sweepPendingItems(
      of: customer, subscription: state.id, currency: state.currency, into: draft.id ?? "")
    draft.lines = swept.map(LineDraft.init) + lines
    state.record["latest_invoice"] = .text(draft.id)
    if state.record.hidden["is_new"].isNull {
      try keep(&state, emitting: "customer.subscription.updated")
    }
    let (invoice, records) = try makeInvoice(draft)
    for (line, record) in zip(draft.lines, records) {
      if let item = line.billedItem { remember(record, in: &state, item: item, invoice: invoice.id) }
      if let item = line.invoiceItem, line.amount > 0 {
        rememberDebit(record, in: &state, invoiceItem: item, invoice: invoice.id)
      }
    }
    try useUpDiscounts(&state, customer: customer, invoice: invoice)
    try keep(&state)
    return invoice
  }

  private func remember(_ line: Record, in state: inout SubscriptionState, item: String, invoice: String) {
    guard let place = state.items.firstIndex(where: { $0.id == item }) else { return }
    let off = (line["discount_amounts"].array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
    state.items[place].hidden["billed"] = [
      "amount": .integer(line.int("amount") - off), "period": line["period"], "invoice": .string(invoice),
      "line": .string(line.id),
    ]
  }

  /// A proration that was pending now has a line that a credit can name.
  private func rememberDebit(_ line: Record, in state: inout SubscriptionState, invoiceItem: String, invoice: String) {
    guard let place = state.items.firstIndex(where: { $0.hidden["billed"]["invoice_item"].string == invoiceItem })
    else { return }
    state.items[place].hidden["billed"]["invoice"] = .string(invoice)
    state.items[place].hidden["billed"]["line"] = .string(line.id)
  }

  private func useUpDiscounts(_ state: inout SubscriptionState, customer: Record, invoice: Record) throws {
    guard !(invoice["total_discount_amounts"].array ?? []).isEmpty || !state.record.references("discounts").isEmpty
    else { return }
    state.record["discounts"] = .strings(try left(of: state.record.references("discounts"), after: invoice))
    for index in state.items.indices where !state.items[index].references("discounts").isEmpty {
      state.items[index]["discounts"] = .strings(
        try left(of: state.items[index].references("discounts"), after: invoice))
    }
    try useUpDiscount(of: customer, by: invoice)
  }

  /// A customer's discount for `once` is used up by the first invoice that it takes something off.
  func useUpDiscount(of customer: Record, by invoice: Record) throws {
    guard let id = customer["discount"].id, try left(of: [id], after: invoice).isEmpty else { return }
    try changeCustomer(customer.id) { $0["discount"] = nil }
  }
}
