extension World {
  /// Takes a customer's discount away and answers its last state.
  func deleteDiscount(ofCustomer id: String) throws -> JSONObject {
    var customer = try require(.customer, id, param: "id", inPath: true)
    try enter(clockOf: customer)
    guard case .object(let discount) = customer["discount"] else {
      throw StripeError(
        status: 404, code: "resource_missing", "No active discount for customer: \(id)")
    }
    if let kept = discount["id"].string, var record = try find(.discount, kept) { try delete(&record) }
    try emit("customer.discount.deleted", object: discount, testClock: customer.testClock)
    customer["discount"] = .null
    try save(&customer, emitting: "customer.updated")
    var stub = discount
    stub["deleted"] = true
    return stub
  }

  /// Gives a customer a coupon's discount: what versions before basil do with `coupon`.
  func giveDiscount(_ customer: inout Record, coupon id: String, param: String) throws {
    var coupon = try require(.coupon, id, param: param)
    try redeem(&coupon, param: param)
    var discount = Record(blank: .discount, created: now)
    discount["customer"] = .string(customer.id)
    if coupon.text("duration") == "repeating" {
      discount["end"] = .integer(CivilTime(now).adding(months: Int(coupon.int("duration_in_months"))).seconds)
    }
    discount["source"] = ["coupon": .string(coupon.id), "type": "coupon"]
    discount["start"] = .integer(now)
    discount.hidden["test_clock"] = .text(customer.testClock)
    try save(&discount)
    customer["discount"] = .object(discount.body)
    try emit("customer.discount.created", discount)
  }
}
