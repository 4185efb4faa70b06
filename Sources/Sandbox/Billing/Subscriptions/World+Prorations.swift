extension World {
  /// Credits the unused part of what was billed for an item's period, as a pending invoice item.
  func credit(_ item: Record, of state: SubscriptionState, at date: Int64) throws {
    let billed = item.hidden["billed"]
    guard let amount = billed["amount"].integer, let start = billed["period"]["start"].integer,
      let end = billed["period"]["end"].integer, amount > 0, date < end
    else { return }
    var proration = try makeProration(
      item, of: state, amount: -ExactAmount(amount).share(end - max(date, start), of: end - start),
      period: BillingPeriod(start: date, end: end), word: "Unused")
    if let line = billed["line"].string, let invoice = billed["invoice"].string {
      let lines: JSON = ["invoice": .string(invoice), "invoice_line_items": [.string(line)]]
      proration.hidden["credited"] = lines
      proration["proration_details"] = [
        "credited_items": ["invoice_item": nil, "invoice_line_item_details": lines, "type": "invoice_line_items"],
        "discount_amounts": [],
      ]
    } else if let debit = billed["invoice_item"].string {
      proration["proration_details"] = [
        "credited_items": [
          "invoice_item": .string(debit), "invoice_line_item_details": nil, "type": "invoice_item",
        ], "discount_amounts": [],
      ]
    }
    try keepInvoiceItem(&proration)
  }

  /// Charges an item for the rest of its period, as a pending invoice item, unless `isBilled` is false.
  ///
  /// What a period costs is remembered for later credits: those are a part of what was billed, in the classic mode of
  /// what the item costs, billed or not. Source: docs.stripe.com/billing/subscriptions/billing-mode/compare.
  func debit(_ item: inout Record, of state: SubscriptionState, at date: Int64, isBilled: Bool) throws {
    let price = try priceRecord(of: item)
    let full = price.amount(ofQuantity: item.int("quantity"))
    let net = try discounted(full.rounded, item, price, of: state)
    let period = item.currentPeriod
    if isBilled || !state.isFlexible { item.hidden["billed"] = ["amount": .integer(net), "period": period.json] }
    guard isBilled, net != 0, date < period.end else { return }
    let exact = net == full.rounded ? full : ExactAmount(net)
    var proration = try makeProration(
      item, of: state, amount: exact.share(period.end - max(date, period.start), of: period.length),
      period: BillingPeriod(start: date, end: period.end), word: "Remaining")
    item.hidden["billed"]["invoice_item"] = .string(proration.id)
    try keepInvoiceItem(&proration)
  }

  /// What is left of an item's price after the discounts that prorations include. An amount off a whole subscription is
  /// included only where one item bears it.
  private func discounted(
    _ amount: Int64, _ item: Record, _ price: Record, of state: SubscriptionState
  ) throws -> Int64 {
    let own = try terms(of: running(item.references("discounts")), currency: state.currency)
    let shared = try terms(of: running(state.record.references("discounts")), currency: state.currency)
      .filter { $0.percent != nil || state.items.count == 1 }
    guard !own.isEmpty || !shared.isEmpty else { return amount }
    let line = InvoiceTotals.Line(amount: amount, product: price.reference("product"), discounts: own)
    return InvoiceTotals(lines: [line], discounts: shared).total
  }

  private func makeProration(
    _ item: Record, of state: SubscriptionState, amount: Int64, period: BillingPeriod, word: String
  ) throws -> Record {
    let customer = try require(.customer, state.customer, param: "customer")
    var proration = makeInvoiceItem(of: customer, currency: state.currency)
    let product = try referred(.product, by: item["price"]["product"].id)
    let quantity = item.int("quantity")
    let name = (quantity == 1 ? "" : "\(quantity) x ") + (product?.text("name") ?? "Subscription")
    proration["amount"] = .integer(amount)
    proration["description"] = .string("\(word) time on \(name) after \(CivilTime(period.start).text)")
    proration["discountable"] = false
    proration["parent"] = [
      "subscription_details": ["subscription": .string(state.id), "subscription_item": .string(item.id)],
      "type": "subscription_details",
    ]
    proration["period"] = period.json
    proration["pricing"] = LineDraft.pricing(
      price: item["price"].id, product: item["price"]["product"].id, unitAmount: nil)
    proration["proration"] = true
    proration["proration_details"] = ["credited_items": nil, "discount_amounts": []]
    proration["quantity"] = .integer(quantity)
    proration["quantity_decimal"] = .string(String(quantity))
    proration.hidden["subscription_item"] = .string(item.id)
    proration.hidden["mode"] = state.record["billing_mode"]["type"]
    return proration
  }
}
