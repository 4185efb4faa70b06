extension World {
  /// Puts the customer's pending invoice items on an invoice, newest first: those of the subscription and those of
  /// none.
  func sweepPendingItems(
    of customer: Record, subscription: String?, currency: String, into invoice: String
  ) throws -> [Record] {
    // Counted on the customer, so that a renewal without any asks the store nothing.
    let count = try find(.customer, customer.id)?.hidden["pending_items"].integer ?? 0
    guard count > 0 else { return [] }
    let pending = try records(ListQuery(.invoiceItem, [.equals("customer", customer.id), .isNull("invoice")]))
    var swept = pending.filter { item in
      let owner = item["parent"]["subscription_details"]["subscription"].string
      return (owner == nil || owner == subscription) && item.text("currency") == currency
    }
    for index in swept.indices {
      swept[index]["invoice"] = .string(invoice)
      try save(&swept[index])
    }
    try countPending(customer.id, -Int64(swept.count))
    // Those made in one second keep the order of their making: a credit stands before its debit.
    return swept.sorted { ($1.created, $0.sequence) < ($0.created, $1.sequence) }
  }

  /// Keeps the number of a customer's pending items.
  func countPending(_ customer: String, _ change: Int64) throws {
    guard change != 0, var record = try find(.customer, customer) else { return }
    record.hidden["pending_items"] = .integer(max(0, (record.hidden["pending_items"].integer ?? 0) + change))
    try save(&record)
  }

  /// A new invoice item; the caller sets its amount and text, then keeps it with `keepInvoiceItem`.
  func makeInvoiceItem(of customer: Record, currency: String) -> Record {
    var item = Record(blank: .invoiceItem, created: now)
    item["id"] = .string(newID(.invoiceItem))
    item["amount"] = 0
    item["currency"] = .string(currency)
    item["customer"] = .string(customer.id)
    item["date"] = .integer(now)
    item["discountable"] = true
    item["discounts"] = []
    item["metadata"] = [:]
    item["period"] = BillingPeriod(start: now, end: now).json
    item["proration"] = false
    item["quantity"] = 1
    item["quantity_decimal"] = "1"
    item["tax_rates"] = []
    item["test_clock"] = customer["test_clock"]
    return item
  }

  /// Keeps a new invoice item, pending or on an invoice.
  func keepInvoiceItem(_ item: inout Record) throws {
    item["net_amount"] = item["amount"]
    try save(&item, emitting: "invoiceitem.created")
    if item["invoice"].isNull, let customer = item.reference("customer") { try countPending(customer, 1) }
  }
}
