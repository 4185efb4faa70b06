extension World {
  func createCoupon(_ params: Params) throws -> Record {
    var coupon = Record(blank: .coupon, created: now)
    if let id = params.text("id") {
      if let known = try find(.coupon, id) {
        guard known.isDeleted else {
          throw StripeError.invalid("Coupon already exists.", code: "resource_already_exists")
        }
      }
      coupon["id"] = .string(id)
    }
    coupon["metadata"] = [:]
    coupon["times_redeemed"] = 0
    coupon["valid"] = true
    try takeReduction(params, into: &coupon)
    try takeDuration(params, into: &coupon)
    if let most = params.int("max_redemptions") {
      guard most >= 1 else { throw StripeError.tooSmall(1, param: params.path("max_redemptions")) }
      coupon["max_redemptions"] = .integer(most)
    }
    if let by = params.int("redeem_by") {
      guard by > now else {
        throw StripeError.invalid(
          "The parameter `redeem_by` expects a unix timestamp representing a date and time in the future. "
            + "You specified the value `\(by)` which is in the past.", param: params.path("redeem_by"))
      }
      coupon["redeem_by"] = .integer(by)
    }
    if let products = params.hash("applies_to")?.strings("products") {
      for (index, id) in products.enumerated() {
        _ = try require(.product, id, param: "\(params.path("applies_to"))[products][\(index)]")
      }
      coupon.hidden["applies_to"] = ["products": .strings(products)]
    }
    coupon.take(params, "name")
    try coupon.takeMetadata(params)
    try save(&coupon, emitting: "coupon.created")
    if let by = coupon["redeem_by"].integer { try schedule(Job(.expireCoupon, coupon.id, due: by, clock: nil)) }
    return coupon
  }

  func updateCoupon(_ id: String, _ params: Params) throws -> Record {
    var coupon = try require(.coupon, id, param: "id", inPath: true)
    coupon.take(params, "name")
    try coupon.takeMetadata(params)
    try takeCurrencyOptions(params, into: &coupon)
    try save(&coupon, emitting: "coupon.updated")
    return coupon
  }

  /// Deletes a coupon; discounts that were given stay.
  func deleteCoupon(_ id: String) throws {
    var coupon = try require(.coupon, id, param: "id", inPath: true)
    coupon["valid"] = false
    try unschedule(id, .expireCoupon)
    try delete(&coupon, emitting: "coupon.deleted")
  }

  /// The last moment to redeem a coupon is over. No event tells of it.
  func expireCoupon(_ id: String) throws {
    guard var coupon = try find(.coupon, id), !coupon.isDeleted else { return }
    coupon["valid"] = false
    try save(&coupon)
  }

  /// Counts one more use of a coupon.
  ///
  /// - Throws: `coupon_expired` when its time or its number of uses is over.
  package func redeem(_ coupon: inout Record, param: String) throws {
    let isOver = coupon["redeem_by"].integer.map { $0 <= now } ?? false
    guard coupon.flag("valid"), !isOver else {
      throw StripeError.invalid("Coupon expired: \(coupon.id)", code: "coupon_expired", param: param)
    }
    let times = coupon.int("times_redeemed") + 1
    coupon["times_redeemed"] = .integer(times)
    if let most = coupon["max_redemptions"].integer, times >= most { coupon["valid"] = false }
    try save(&coupon, emitting: "coupon.updated")
  }

  private func takeReduction(_ params: Params, into coupon: inout Record) throws {
    switch (params.has("percent_off"), params.has("amount_off")) {
    case (false, false):
      throw StripeError.invalid("Must provide percent_off or amount_off.", code: "parameter_missing")
    case (true, true):
      throw StripeError.invalid("Received both percent_off and amount_off parameters. Please pass in only one.")
    case (true, false):
      guard !params.has("currency_options") else {
        throw StripeError.onlyOne(of: "currency_options", "percent_off")
      }
      coupon["percent_off"] = try percent(params)
    case (false, true):
      let amount = try params.requireInt("amount_off")
      guard amount >= 1 else { throw StripeError.tooSmall(1, param: params.path("amount_off")) }
      guard params.has("currency") else {
        throw StripeError.invalid("You must pass currency when passing amount_off", param: params.path("currency"))
      }
      coupon["amount_off"] = .integer(amount)
      coupon["currency"] = .string(try CurrencyRules.check(currency: params.require("currency")))
      coupon.hidden["currency_options"][coupon.text("currency") ?? ""] = ["amount_off": .integer(amount)]
      try takeCurrencyOptions(params, into: &coupon)
    }
  }

  private func percent(_ params: Params) throws -> JSON {
    let param = params.path("percent_off")
    guard let percent = DecimalText(params["percent_off"]) else {
      throw StripeError.invalid("Invalid decimal: \(params.text("percent_off") ?? "")", param: param)
    }
    guard let hundredths = percent.hundredths else {
      throw StripeError.invalid("Invalid decimal: \(percent.text); at most 2 decimals", param: param)
    }
    guard hundredths >= 1 else {
      throw StripeError.invalid(
        "This value must be greater than or equal to 0.01 (it currently is '\(percent.withDecimal)').", param: param)
    }
    guard hundredths <= 10_000 else {
      throw StripeError.invalid(
        "This value must be less than or equal to 100 (it currently is '\(percent.withDecimal)').", param: param)
    }
    return .decimal(percent.withDecimal)
  }

  private func takeDuration(_ params: Params, into coupon: inout Record) throws {
    let duration = params.text("duration") ?? "once"
    coupon["duration"] = .string(duration)
    guard duration == "repeating" else {
      if params.has("duration_in_months") {
        throw StripeError.invalid(
          "The duration_in_months param may only be set when creating a coupon with a repeating duration",
          param: params.path("duration_in_months"))
      }
      return
    }
    guard let months = params.int("duration_in_months") else {
      throw StripeError.invalid(
        "The duration_in_months param must be set when creating a coupon with a repeating duration", param: "duration")
    }
    guard months >= 1 else { throw StripeError.tooSmall(1, param: params.path("duration_in_months")) }
    coupon["duration_in_months"] = .integer(months)
  }

  private func takeCurrencyOptions(_ params: Params, into coupon: inout Record) throws {
    guard let sent = params.hash("currency_options") else { return }
    var options = coupon.hidden["currency_options"].object ?? [:]
    for member in sent.values.members {
      guard let option = sent.hash(member.name) else { continue }
      options[member.name] = ["amount_off": .integer(try option.requireInt("amount_off"))]
    }
    coupon.hidden["currency_options"] = .object(options)
  }
}
