extension World {
  /// Books a change of a customer's balance (below zero: credit held for the customer) in the customer's currency.
  ///
  /// The caller saves the customer, with the event that fits.
  @discardableResult
  package func changeBalance(
    of customer: inout Record, by amount: Int64, currency: String? = nil, type: String, invoice: String? = nil,
    description: JSON = .null, metadata: JSONObject = [:]
  ) throws -> Record {
    let currency = currency ?? customer.text("currency") ?? settings.defaultCurrency
    // A balance has one currency: the first that comes binds the customer.
    if customer["currency"].isNull { customer["currency"] = .string(currency) }
    customer["balance"] = .integer(customer.int("balance") + amount)
    var entry = Record(blank: .customerBalanceTransaction, created: now)
    entry["amount"] = .integer(amount)
    entry["currency"] = .string(currency)
    entry["customer"] = .string(customer.id)
    entry["description"] = description
    entry["ending_balance"] = customer["balance"]
    entry["invoice"] = .text(invoice)
    entry["metadata"] = .object(metadata)
    entry["type"] = .string(type)
    try save(&entry)
    return entry
  }

  func createCustomerBalanceTransaction(_ id: String, _ params: Params) throws -> Record {
    var customer = try require(.customer, id, param: "customer", inPath: true)
    try enter(clockOf: customer)
    let amount = try params.requireInt("amount")
    let currency = try params.require("currency").lowercased()
    if let fixed = customer.text("currency"), fixed != currency {
      throw StripeError.invalid(
        "The customer's currency is \(fixed); its balance cannot be changed in \(currency).",
        param: params.path("currency"))
    }
    let entry = try changeBalance(
      of: &customer, by: amount, currency: currency, type: "adjustment", description: params["description"],
      metadata: try Merge.metadata([:], with: params))
    customer["currency"] = .string(currency)
    try save(&customer, emitting: "customer.updated")
    return entry
  }

  func updateCustomerBalanceTransaction(_ id: String, _ transaction: String, _ params: Params) throws -> Record {
    let customer = try require(.customer, id, param: "customer", inPath: true)
    try enter(clockOf: customer)
    var entry = try require(.customerBalanceTransaction, transaction, param: "transaction", inPath: true)
    guard entry.reference("customer") == customer.id else {
      throw StripeError.noSuch(entry.type.definition.noun, transaction, param: "transaction", inPath: true)
    }
    entry.take(params, "description")
    try entry.takeMetadata(params)
    try save(&entry)
    return entry
  }
}
