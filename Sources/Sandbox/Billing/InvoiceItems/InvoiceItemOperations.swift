/// The calls about invoice items.
enum InvoiceItemOperations {
  static let operations: [Operation] = [
    Operation("POST", "/v1/invoiceitems") { world, call in try world.createInvoiceItem(call.params) },
    Operation("POST", "/v1/invoiceitems/{invoiceitem}") { world, call in
      try world.updateInvoiceItem(call.id("invoiceitem"), call.params)
    },
    Operation("DELETE", "/v1/invoiceitems/{invoiceitem}") { world, call in
      try world.deleteInvoiceItem(call.id("invoiceitem"))
    },
  ]
}

extension World {
  /// `POST /v1/invoiceitems`: pending, or a line of the draft named.
  func createInvoiceItem(_ params: Params) throws -> Reply {
    try params.refuse("tax_behavior", "tax_code", "tax_rates", "customer_account")
    let customer = try require(.customer, try params.require("customer"), param: "customer")
    try enter(clockOf: customer)
    var item = makeInvoiceItem(of: customer, currency: "")
    try setAmount(&item, params, customer: customer)
    params.copy(["description", "discountable"], to: &item)
    if let period = params.hash("period") {
      item["period"] =
        BillingPeriod(
          start: try period.requireInt("start"), end: try period.requireInt("end")
        ).json
    }
    item["metadata"] = try params.mergedMetadata(nil)
    if let list = params.hashes("discounts") {
      item["discounts"] = .strings(
        try discounts(from: list, on: DiscountPlace(customer: customer.id, invoiceItem: item.id)))
    }
    if let id = params.text("subscription") {
      let subscription = try require(.subscription, id, param: "subscription")
      try checkCurrency(of: item, matches: subscription.text("currency") ?? "", param: "currency")
      item["parent"] = [
        "subscription_details": ["subscription": .string(subscription.id)], "type": "subscription_details",
      ]
    }
    if let id = params.text("invoice") {
      var invoice = try require(.invoice, id, param: "invoice")
      guard invoice.reference("customer") == customer.id else {
        throw StripeError.invalid("The invoice and the invoice item belong to different customers.", param: "invoice")
      }
      try checkEditable(invoice)
      try checkCurrency(of: item, matches: invoice.text("currency") ?? "", param: "currency")
      item["invoice"] = .string(id)
      try keepInvoiceItem(&item)
      try addLine(LineDraft(item), to: invoice)
      try recompute(&invoice)
      try save(&invoice, emitting: "invoice.updated")
    } else {
      try keepInvoiceItem(&item)
    }
    if customer["currency"].isNull {
      let currency = item["currency"]
      try changeCustomer(customer.id) { $0["currency"] = currency }
    }
    try announceCustomer(customer.id)
    return .record(item)
  }

  /// The amount, the price and the currency that a call gives an invoice item.
  private func setAmount(_ item: inout Record, _ params: Params, customer: Record) throws {
    let quantity = params.int("quantity") ?? params.text("quantity_decimal").flatMap(Int64.init) ?? 1
    if let pricing = params.hash("pricing"), let id = pricing.text("price") {
      let price = try require(.price, id, param: "pricing[price]")
      guard price.text("type") == "one_time" else {
        throw StripeError.invalid(
          "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.",
          param: "pricing[price]")
      }
      return try setPricing(&item, price: price, quantity: quantity)
    }
    if let price = try price(params) { return try setPricing(&item, price: price, quantity: quantity) }
    let currency = try self.currency(params, of: customer)
    item["currency"] = .string(currency)
    var unit: ExactAmount
    if let amount = params.int("amount") {
      guard quantity == 1 else {
        throw StripeError.invalid("`amount` and `quantity` cannot be sent together.", param: "quantity")
      }
      unit = ExactAmount(amount)
      item["pricing"] = LineDraft.pricing(price: nil, product: nil, unitAmount: .string(String(amount)))
    } else if let text = params.text("unit_amount_decimal") ?? params.int("unit_amount").map(String.init) {
      guard let amount = ExactAmount(decimal: text) else {
        throw StripeError.invalid("Invalid decimal: \(text)", param: "unit_amount_decimal")
      }
      unit = amount
      item["pricing"] = LineDraft.pricing(price: nil, product: nil, unitAmount: .string(text))
    } else {
      throw StripeError.missing("amount")
    }
    unit = unit * quantity
    item["amount"] = .integer(unit.rounded)
    item["quantity"] = .integer(quantity)
    item["quantity_decimal"] = .string(String(quantity))
  }

  /// Prices an invoice item.
  func setPricing(_ item: inout Record, price: Record, quantity: Int64) throws {
    item["currency"] = price["currency"]
    item["amount"] = .integer(price.amount(ofQuantity: quantity).rounded)
    item["quantity"] = .integer(quantity)
    item["quantity_decimal"] = .string(String(quantity))
    item["pricing"] = LineDraft.pricing(
      price: price.id, product: price.reference("product"), unitAmount: price.unitAmountText)
    if item["description"].isNull {
      item["description"] = .text(try referred(.product, by: price.reference("product"))?.text("name"))
    }
  }

  /// `POST /v1/invoiceitems/{invoiceitem}`: while it is pending or on a draft.
  func updateInvoiceItem(_ id: String, _ params: Params) throws -> Reply {
    try params.refuse("tax_behavior", "tax_code", "tax_rates", "invoicing_rules")
    var item = try require(.invoiceItem, id, param: "invoiceitem", inPath: true)
    let customer = try require(.customer, item.reference("customer") ?? "", param: "customer")
    try enter(clockOf: customer)
    let invoice = try referred(.invoice, by: item.reference("invoice"))
    if let invoice { try checkEditable(invoice) }
    let moneyNames = [
      "amount", "quantity", "quantity_decimal", "unit_amount", "unit_amount_decimal", "pricing", "price", "price_data",
    ]
    if moneyNames.contains(where: params.has) {
      guard !item.flag("proration") else {
        throw StripeError.invalid("You cannot update the amount of a proration.")
      }
      let currency = item.text("currency") ?? ""
      try setAmount(&item, filled(params, from: item), customer: customer)
      try checkCurrency(of: item, matches: currency, param: "pricing")
    }
    params.copy(["description", "discountable"], to: &item)
    if let period = params.hash("period") {
      item["period"] =
        BillingPeriod(
          start: try period.requireInt("start"), end: try period.requireInt("end")
        ).json
    }
    item["metadata"] = try params.mergedMetadata(item["metadata"])
    if let list = params.hashes("discounts") {
      item["discounts"] = .strings(
        try discounts(from: list, on: DiscountPlace(customer: customer.id, invoiceItem: item.id)))
    }
    item["net_amount"] = item["amount"]
    try save(&item)
    if var invoice { try replaceLine(of: item, on: &invoice) }
    return .record(item)
  }

  /// A new quantity alone keeps the price, a new price alone the quantity.
  private func filled(_ params: Params, from item: Record) -> Params {
    var values = params.values
    if !["amount", "unit_amount", "unit_amount_decimal", "pricing", "price", "price_data"].contains(where: values.has) {
      if let price = item["pricing"]["price_details"]["price"].id {
        values["pricing"] = ["price": .string(price)]
      } else {
        values["unit_amount_decimal"] = item["pricing"]["unit_amount_decimal"]
      }
    }
    if !values.has("quantity") && !values.has("amount") { values["quantity"] = item["quantity"] }
    if !values.has("currency") { values["currency"] = item["currency"] }
    return Params(values)
  }

  /// `DELETE /v1/invoiceitems/{invoiceitem}`.
  func deleteInvoiceItem(_ id: String) throws -> Reply {
    var item = try require(.invoiceItem, id, param: "invoiceitem", inPath: true)
    let customer = try require(.customer, item.reference("customer") ?? "", param: "customer", deletedToo: true)
    try enter(clockOf: customer)
    if var invoice = try referred(.invoice, by: item.reference("invoice")) {
      try checkEditable(invoice)
      if var line = try line(of: item, on: invoice) { try delete(&line) }
      try recompute(&invoice)
      try save(&invoice, emitting: "invoice.updated")
    } else {
      try countPending(customer.id, -1)
    }
    try delete(&item, emitting: "invoiceitem.deleted")
    return .deleted(.invoiceItem, id: id)
  }

  private func line(of item: Record, on invoice: Record) throws -> Record? {
    try records(ListQuery(.lineItem, [.equals("invoice", invoice.id)]))
      .first { $0.hidden["invoice_item"].string == item.id }
  }

  private func replaceLine(of item: Record, on invoice: inout Record) throws {
    guard let old = try line(of: item, on: invoice) else { return }
    var new = LineDraft(item).record(
      id: old.id, invoice: invoice.id, currency: item.text("currency") ?? "",
      position: old.hidden["position"].integer ?? 0)
    new.sequence = old.sequence
    try save(&new)
    try recompute(&invoice)
    try save(&invoice, emitting: "invoice.updated")
  }
}
