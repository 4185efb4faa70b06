extension World {
  /// What a discount is put on.
  struct DiscountPlace {
    var customer: String?
    var subscription: String?
    var subscriptionItem: String?
    var invoice: String?
    var invoiceItem: String?
  }

  /// Redeems a coupon: makes the discount, counts the redemption and emits `customer.discount.created`.
  ///
  /// - Throws: `resource_missing`, or `coupon_expired` for one that is no longer valid.
  func redeem(coupon id: String, param: String, on place: DiscountPlace) throws -> Record {
    var coupon = try require(.coupon, id, param: param)
    try redeem(&coupon, param: param)
    var discount = Record(blank: .discount, created: now)
    discount["id"] = .string(newID(.discount))
    discount["customer"] = .text(place.customer)
    discount["subscription"] = .text(place.subscription)
    discount["subscription_item"] = .text(place.subscriptionItem)
    discount["invoice"] = .text(place.invoice)
    discount["invoice_item"] = .text(place.invoiceItem)
    discount["source"] = ["coupon": .string(id), "type": "coupon"]
    discount["start"] = .integer(now)
    if coupon.text("duration") == "repeating" {
      discount["end"] = .integer(CivilTime(now).adding(months: Int(coupon.int("duration_in_months"))).seconds)
    }
    discount.hidden["test_clock"] = .text(try referred(.customer, by: place.customer)?.testClock)
    try save(&discount, emitting: "customer.discount.created")
    return discount
  }

  /// The discounts that a call's `discounts` asks for, as ids: coupons are redeemed, discounts that are there are kept.
  func discounts(from list: [Params], on place: DiscountPlace) throws -> [String] {
    try list.map { entry in
      if let coupon = entry.text("coupon") {
        return try redeem(coupon: coupon, param: entry.path("coupon"), on: place).id
      }
      if let id = entry.text("discount") {
        return try require(.discount, id, param: entry.path("discount")).id
      }
      if entry.has("promotion_code") {
        throw StripeError.unsupported("promotion codes", param: entry.path("promotion_code"))
      }
      throw StripeError.invalid("You must pass one of coupon, discount or promotion_code.", param: entry.path("coupon"))
    }
  }

  /// The discounts of a list that have not run out.
  func running(_ ids: [String]) throws -> [String] {
    try ids.filter { id in
      guard let discount = try find(.discount, id), !discount.isDeleted else { return false }
      return discount["end"].integer.map { $0 > now } ?? true
    }
  }

  /// The terms of discounts in their order, of ended ones too: an invoice keeps what it was made with.
  func terms(of ids: [String], currency: String) throws -> [DiscountTerms] {
    guard !ids.isEmpty else { return [] }
    return try ids.compactMap { id in
      guard let discount = try find(.discount, id),
        let coupon = try referred(.coupon, by: discount["source"]["coupon"].id)
      else { return nil }
      return DiscountTerms(id: id, coupon: coupon, currency: currency)
    }
  }

  /// The discounts of a list that last beyond an invoice just made: one for `once` is used up as soon as it took
  /// something off, the others run out by time.
  func left(of ids: [String], after invoice: Record) throws -> [String] {
    guard !ids.isEmpty else { return [] }
    var used: Set<String> = []
    for off in invoice["total_discount_amounts"].array ?? [] where (off["amount"].integer ?? 0) > 0 {
      if let id = off["discount"].id { used.insert(id) }
    }
    return try ids.filter { id in
      guard var discount = try find(.discount, id), !discount.isDeleted else { return false }
      let coupon = try referred(.coupon, by: discount["source"]["coupon"].id)
      if coupon?.text("duration") == "once", used.contains(id) {
        discount["end"] = .integer(now)
        try save(&discount)
        return false
      }
      return discount["end"].integer.map { $0 > now } ?? true
    }
  }

  /// Takes discounts away and emits `customer.discount.deleted`.
  func endDiscounts(_ ids: [String]) throws {
    for id in ids {
      guard var discount = try find(.discount, id), !discount.isDeleted else { continue }
      try delete(&discount, emitting: "customer.discount.deleted")
    }
  }
}
