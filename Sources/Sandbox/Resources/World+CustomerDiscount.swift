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
  func giveDiscount(_ customer: inout Record, coupon: String, param: String) throws {
    customer["discount"] = .object(
      try redeem(coupon: coupon, param: param, on: DiscountPlace(customer: customer.id)).body)
  }
}
