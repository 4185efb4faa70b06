extension World {
  func createPrice(_ params: Params) throws -> Record {
    let product: String
    switch (params.text("product"), params.hash("product_data")) {
    case (.some, .some): throw StripeError.onlyOne(of: "product", "product_data")
    case (nil, nil):
      throw StripeError.invalid("You must specify either `product` or `product_data` when creating a price.")
    case (let id?, nil): product = try require(.product, id, param: params.path("product")).id
    case (nil, let data?): product = try createProduct(data).id
    }
    return try makePrice(params, product: product)
  }

  /// Makes a price of a product: what `POST /v1/prices`, `default_price_data` and `price_data` ask for.
  ///
  /// Those of `price_data` are `inline`: not active, so that nobody finds them on offer.
  package func makePrice(_ params: Params, product: String, inline: Bool = false) throws -> Record {
    var price = Record(blank: .price, created: now)
    price["active"] = .bool(!inline)
    price["currency"] = .string(try CurrencyRules.check(currency: params.require("currency"), params.path("currency")))
    price["metadata"] = [:]
    price["product"] = .string(product)
    price["tax_behavior"] = "unspecified"
    price["recurring"] = try recurring(params)
    price["type"] = price["recurring"].isNull ? "one_time" : "recurring"
    let amounts = try PriceAmounts(params, isRecurring: price["type"] == "recurring")
    amounts.write(to: &price)
    price.hidden["currency_options"] = .object(
      JSONObject([(price.text("currency") ?? "", amounts.option(params))]))
    if let divide = params.hash("transform_quantity") { price["transform_quantity"] = .object(divide.values) }
    try takeCurrencyOptions(params, into: &price)
    try take(params, into: &price)
    try save(&price, emitting: "price.created")
    if let plan = PlanMirror.plan(of: price) { try emit("plan.created", object: plan) }
    return price
  }

  func updatePrice(_ id: String, _ params: Params) throws -> Record {
    var price = try require(.price, id, param: "price", inPath: true)
    let oldPlan = PlanMirror.plan(of: price)
    try takeCurrencyOptions(params, into: &price)
    try take(params, into: &price)
    try save(&price, emitting: "price.updated")
    if let oldPlan, let plan = PlanMirror.plan(of: price) {
      let previous = Events.previousAttributes(from: oldPlan, to: plan)
      if !previous.isEmpty { try emit("plan.updated", object: plan, previous: previous) }
    }
    return price
  }

  private func take(_ params: Params, into price: inout Record) throws {
    if let behavior = params.text("tax_behavior"), price["tax_behavior"] != "unspecified" {
      guard price.text("tax_behavior") == behavior else {
        throw StripeError.invalid(
          "The tax behavior of a price cannot be changed once it is exclusive or inclusive.",
          param: params.path("tax_behavior"))
      }
    }
    price.take(params, "active", "nickname", "tax_behavior")
    try price.takeMetadata(params)
    guard params.has("lookup_key") else { return }
    if let key = params.text("lookup_key") { try freeLookupKey(key, for: price, params) }
    price["lookup_key"] = params["lookup_key"]
  }

  /// A key leads to one price, active or not: the other one loses it, or the call fails.
  private func freeLookupKey(_ key: String, for price: Record, _ params: Params) throws {
    let owners = try records(ListQuery(.price, [.equals("lookup_key", key)]))
    for var owner in owners where owner.id != price.id {
      guard params.flag("transfer_lookup_key") == true else {
        throw StripeError.invalid(
          "A price (`\(owner.id)`) already uses that lookup key.", param: params.path("lookup_key"))
      }
      owner["lookup_key"] = .null
      try save(&owner, emitting: "price.updated")
    }
  }

  private func recurring(_ params: Params) throws -> JSON {
    guard let sent = params.hash("recurring") else { return .null }
    let interval = try sent.require("interval")
    let intervals: [String: Int64] = ["day": 1_095, "week": 156, "month": 36, "year": 3]
    guard let most = intervals[interval] else {
      throw StripeError.notOneOf(["day", "month", "week", "year"], param: sent.path("interval"))
    }
    let count = sent.int("interval_count") ?? 1
    guard count >= 1 else { throw StripeError.tooSmall(1, param: sent.path("interval_count")) }
    guard count <= most else {
      throw StripeError.invalid(
        "You cannot specify a plan with a billing frequency larger than three years.",
        param: sent.path("interval_count"))
    }
    if sent.text("usage_type") == "metered" {
      guard origin.version < .basil || sent.has("meter") else {
        throw StripeError.invalid(
          "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.")
      }
      throw StripeError.unsupported("metered prices", param: sent.path("usage_type"))
    }
    return [
      "interval": .string(interval), "interval_count": .integer(count), "meter": .null,
      "trial_period_days": sent["trial_period_days"], "usage_type": "licensed",
    ]
  }

  private func takeCurrencyOptions(_ params: Params, into price: inout Record) throws {
    guard let sent = params.hash("currency_options") else { return }
    var options = price.hidden["currency_options"].object ?? [:]
    for member in sent.values.members {
      guard let option = sent.hash(member.name) else {
        options.remove(member.name)
        continue
      }
      options[member.name] = try PriceAmounts(option, isRecurring: price["type"] == "recurring").option(option)
    }
    price.hidden["currency_options"] = .object(options)
  }
}
