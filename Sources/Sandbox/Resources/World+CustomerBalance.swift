extension World {
  /// Books a change of a customer's balance (below zero: credit held for the customer), in the customer's own currency
  /// unless another is named.
  ///
  /// The caller saves the customer, with the event that fits.
  @discardableResult
  package func changeBalance(
    of customer: inout Record, by amount: Int64, currency: String? = nil, type: String, invoice: String? = nil,
    description: JSON = .null, metadata: JSONObject = [:]
  ) throws -> Record {
    let currency = currency ?? customer.text("currency") ?? settings.defaultCurrency
    if customer["currency"].isNull { customer["currency"] = .string(currency) }
    let balance = customer.balance(in: currency) + amount
    customer.set(balance: balance, in: currency)
    var entry = Record(blank: .customerBalanceTransaction, created: now)
    entry["amount"] = .integer(amount)
    entry["currency"] = .string(currency)
    entry["customer"] = .string(customer.id)
    entry["description"] = description
    entry["ending_balance"] = .integer(balance)
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
    let currency = try CurrencyRules.check(currency: params.require("currency"))
    let entry = try changeBalance(
      of: &customer, by: amount, currency: currency, type: "adjustment", description: params["description"],
      metadata: try Merge.metadata([:], with: params))
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

/// A customer has a balance in each currency that it is billed in; `balance` shows the one in the customer's own.
extension Record {
  /// The balance in a currency.
  func balance(in currency: String) -> Int64 {
    isOwn(currency) ? int("balance") : hidden["balances"][currency].integer ?? 0
  }

  mutating func set(balance: Int64, in currency: String) {
    if isOwn(currency) { self["balance"] = .integer(balance) } else { hidden["balances"][currency] = .integer(balance) }
  }

  /// Makes a currency the customer's own.
  mutating func bind(to currency: String) {
    if let old = text("currency"), old != currency {
      hidden["balances"][old] = self["balance"]
      self["balance"] = .integer(hidden["balances"][currency].integer ?? 0)
      hidden["balances"][currency] = 0
    }
    self["currency"] = .string(currency)
  }

  private func isOwn(_ currency: String) -> Bool { text("currency").map { $0 == currency } ?? true }
}
