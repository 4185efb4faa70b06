extension World {
  /// Makes a customer, on a test clock if one is named; its payment method is attached in the same call.
  func createCustomer(_ params: Params) throws -> Record {
    var customer = Record(blank: .customer, created: now)
    if let clock = params.text("test_clock") {
      try join(&customer, clock: clock, param: params.path("test_clock"))
      customer["created"] = .integer(now)
    }
    customer["balance"] = 0
    customer["delinquent"] = false
    customer["invoice_prefix"] = .string(randomText(8).uppercased())
    customer["invoice_settings"] = Merge.hash(.null, with: [:], members: Self.invoiceSettings)
    customer["metadata"] = [:]
    customer["next_invoice_sequence"] = 1
    customer["preferred_locales"] = []
    customer["tax_exempt"] = "none"
    try take(params, into: &customer)
    let methods = try takePaymentMethods(params, into: &customer)
    try save(&customer)
    if let balance = params.int("balance"), balance != 0 {
      try changeBalance(of: &customer, by: balance, type: "initial")
    }
    if let coupon = params.text("coupon") { try giveDiscount(&customer, coupon: coupon, param: params.path("coupon")) }
    try save(&customer, emitting: "customer.created")
    for var method in methods { try attach(&method, to: customer) }
    return customer
  }

  func updateCustomer(_ id: String, _ params: Params) throws -> Record {
    var customer = try require(.customer, id, param: "id", inPath: true)
    try enter(clockOf: customer)
    try take(params, into: &customer)
    for var method in try takePaymentMethods(params, into: &customer) { try attach(&method, to: customer) }
    if let balance = params.int("balance"), balance != customer.int("balance") {
      try changeBalance(of: &customer, by: balance - customer.int("balance"), type: "adjustment")
    }
    if let coupon = params.text("coupon") { try giveDiscount(&customer, coupon: coupon, param: params.path("coupon")) }
    try save(&customer, emitting: "customer.updated")
    return customer
  }

  /// Deletes a customer and cancels what it subscribes to.
  func deleteCustomer(_ customer: Record) throws {
    try enter(clockOf: customer)
    try cancelSubscriptions(ofDeleted: customer)
    var customer = try find(.customer, customer.id) ?? customer
    try delete(&customer, emitting: "customer.deleted")
  }

  private static let invoiceSettings = ["custom_fields", "default_payment_method", "footer", "rendering_options"]

  private func take(_ params: Params, into customer: inout Record) throws {
    customer.take(
      params, "business_name", "description", "email", "individual_name", "name", "phone", "tax_exempt")
    if customer["tax_exempt"].isNull { customer["tax_exempt"] = "none" }
    customer.takeArrays(params, "preferred_locales")
    customer.takeHash(params, "address", members: Merge.address)
    customer.takeShipping(params, "shipping", members: ["address", "name", "phone"])
    takeInvoiceSettings(params, into: &customer)
    try customer.takeMetadata(params)
    if let prefix = params.text("invoice_prefix") {
      try checkInvoicePrefix(prefix, of: customer, param: params.path("invoice_prefix"))
      customer["invoice_prefix"] = .string(prefix)
    }
    if let next = params.int("next_invoice_sequence") {
      guard next >= 1 else { throw StripeError.tooSmall(1, param: params.path("next_invoice_sequence")) }
      customer["next_invoice_sequence"] = .integer(next)
    }
  }

  private func takeInvoiceSettings(_ params: Params, into customer: inout Record) {
    guard let sent = params.hash("invoice_settings") else { return }
    let options = Merge.hash(
      customer["invoice_settings"]["rendering_options"], with: sent["rendering_options"],
      members: ["amount_tax_display", "template"])
    customer.takeHash(params, "invoice_settings", members: Self.invoiceSettings)
    if sent.has("rendering_options") { customer["invoice_settings"]["rendering_options"] = options }
    if sent["custom_fields"] == [] { customer["invoice_settings"]["custom_fields"] = .null }
  }

  private func checkInvoicePrefix(_ prefix: String, of customer: Record, param: String) throws {
    guard prefix.wholeMatch(of: #/[A-Z0-9]{3,12}/#) != nil else {
      throw StripeError.invalid(
        "Invoice prefixes must be 3 to 12 characters long and hold only uppercase letters or numbers.", param: param)
    }
    let others = try records(
      ListQuery(.customer, [.sql("json_extract(body, '$.invoice_prefix') = ?", [.string(prefix)])], limit: 2))
    guard others.allSatisfy({ $0.id == customer.id }) else {
      throw StripeError.invalid("The invoice prefix \(prefix) is already used by another customer.", param: param)
    }
  }

  /// Puts a new customer on a clock and begins to act in the clock's time.
  private func join(_ customer: inout Record, clock: String, param: String) throws {
    _ = try require(.testClock, clock, param: param)
    guard try count(ListQuery(.customer, [.equals("test_clock", clock)])) < Self.customersPerClock else {
      throw StripeError.invalid(
        "A test clock can have at most \(Self.customersPerClock) customers.", param: param)
    }
    customer["test_clock"] = .string(clock)
    try enter(clockOf: customer)
  }

  private static let customersPerClock = 3
}

extension StripeError {
  /// A whole number below what the parameter may hold.
  package static func tooSmall(_ least: Int64, param: String) -> StripeError {
    .invalid(
      "This value must be greater than or equal to \(least).", code: "parameter_invalid_integer", param: param)
  }

  /// Two parameters of which only one may be sent.
  package static func onlyOne(of params: String..., param: String? = nil) -> StripeError {
    .invalid(
      "You may only specify one of these parameters: \(params.joined(separator: ", ")).", param: param ?? params[0])
  }
}
