extension SeedRun {
  /// Puts the company's products, prices and coupons up.
  func open(_ world: World) throws {
    var products: [String: String] = [:]
    for offer in SeedOffer.catalog {
      if products[offer.product] == nil {
        var params: JSONObject = ["name": .string(offer.product), "metadata": ["family": .string(offer.key)]]
        if let unit = offer.unit { params["unit_label"] = .string(unit) }
        products[offer.product] = try make(world, "/v1/products", [], params).id
      }
      for market in markets {
        let params = offer.params(product: products[offer.product] ?? "", market: market)
        prices["\(offer.key)-\(market.currency)"] = try make(world, "/v1/prices", [], params).id
      }
      world.now += 1
    }
    for coupon in SeedCoupon.all(markets) { try call(world, "POST", "/v1/coupons", [], coupon) }
  }

  /// Does one step; what no longer fits (a change of a subscription that has ended) is left out.
  func perform(_ step: SeedStep, _ world: World) throws {
    if case .join(let subscription, let card) = step.action {
      return try join(step.customer, subscription, card: card, world)
    }
    guard let customer = customers[step.customer], let record = try world.find(.customer, customer.id),
      !record.isDeleted
    else { return }
    switch step.action {
    case .join: break
    case .subscribe(let subscription): try subscribe(step.customer, subscription, world)
    case .switchTo(let offer): try change(step.customer, offer: offer, quantity: nil, world)
    case .seats(let seats): try change(step.customer, offer: nil, quantity: seats, world)
    case .useCard(let card): try useCard(card, record, world)
    case .settle(let outOfBand): try settle(record, outOfBand: outOfBand, world)
    case .cancel(let atPeriodEnd): try cancel(customer, atPeriodEnd: atPeriodEnd, world)
    case .stay: try stay(customer, world)
    case .pause(let pauses): try pause(customer, pauses, world)
    case .refund(let percent): try refund(record, percent: percent, world)
    case .answerDisputes(let evidence): try answerDisputes(record, evidence, world)
    case .buy(let cents, let card):
      try buy(record, amount: person(step.customer).market.amount(cents), card: card, step.customer, world)
    case .bill(let lines): try bill(record, lines: lines, step.customer, world)
    case .credit(let cents):
      let market = person(step.customer).market
      try call(
        world, "POST", "/v1/customers/{}/balance_transactions", [record.id],
        [
          "amount": .integer(-market.amount(cents)), "currency": .string(market.currency),
          "description": "Goodwill credit",
        ])
    case .move:
      try call(
        world, "POST", "/v1/customers/{}", [record.id],
        ["address": ["line1": .string("\(step.customer % 90 + 1) New Street")], "metadata": ["moved": "yes"]])
    case .leaveForGood: try call(world, "DELETE", "/v1/customers/{}", [record.id], [:])
    }
  }

  // MARK: subscriptions

  private func join(_ index: Int, _ subscription: SeedSubscription?, card: String?, _ world: World) throws {
    var params = person(index).params(index: index)
    if let card {
      params["payment_method"] = .string(card)
      params["invoice_settings"] = ["default_payment_method": .string(card)]
    }
    customers[index] = SeededCustomer(id: try make(world, "/v1/customers", [], params).id)
    if let subscription { try subscribe(index, subscription, world) }
  }

  private func subscribe(_ index: Int, _ wish: SeedSubscription, _ world: World) throws {
    guard let customer = customers[index] else { return }
    if let record = try subscription(of: customer, world), Self.isRunning(record) { return }
    let currency = person(index).market.currency
    var params: JSONObject = [
      "customer": .string(customer.id),
      "items": .array(
        wish.offers.map { ["price": .text(prices["\($0)-\(currency)"]), "quantity": .integer(wish.quantity)] }),
      "metadata": ["plan": .string(wish.offers.first ?? "")],
    ]
    if let coupon = wish.coupon { params["discounts"] = [["coupon": .string(coupon)]] }
    if let days = wish.trialDays {
      params["trial_period_days"] = .integer(days)
      params["trial_settings"] = ["end_behavior": ["missing_payment_method": "cancel"]]
    }
    if wish.isInvoiced {
      params["collection_method"] = "send_invoice"
      params["days_until_due"] = 30
    }
    let made = try make(world, "/v1/subscriptions", [], params)
    customers[index]?.subscription = made.id
    customers[index]?.offer = wish.offers.count == 1 ? wish.offers[0] : nil
  }

  private func change(_ index: Int, offer: String?, quantity: Int64?, _ world: World) throws {
    guard let customer = customers[index], let old = customer.offer,
      let record = try subscription(of: customer, world), ["active", "trialing"].contains(record.text("status")),
      let item = record["items"]["data"].array?.first
    else { return }
    var change: JSONObject = ["id": item["id"]]
    if let offer {
      guard offer != old else { return }
      change["price"] = .text(prices["\(offer)-\(person(index).market.currency)"])
      if !SeedOffer.seatKeys.contains(offer) { change["quantity"] = 1 }
      customers[index]?.offer = offer
    }
    if let quantity {
      guard SeedOffer.seatKeys.contains(old) else { return }
      change["quantity"] = .integer(quantity)
    }
    try call(
      world, "POST", "/v1/subscriptions/{}", [record.id],
      ["items": [.object(change)], "proration_behavior": "create_prorations"])
  }

  private func cancel(_ customer: SeededCustomer, atPeriodEnd: Bool, _ world: World) throws {
    guard let record = try subscription(of: customer, world), Self.isRunning(record) else { return }
    if atPeriodEnd {
      guard record["cancel_at"].isNull else { return }
      try call(world, "POST", "/v1/subscriptions/{}", [record.id], ["cancel_at_period_end": true])
    } else {
      try call(world, "DELETE", "/v1/subscriptions/{}", [record.id], [:])
    }
  }

  private func stay(_ customer: SeededCustomer, _ world: World) throws {
    guard let record = try subscription(of: customer, world), Self.isRunning(record), !record["cancel_at"].isNull
    else { return }
    try call(world, "POST", "/v1/subscriptions/{}", [record.id], ["cancel_at_period_end": false])
  }

  private func pause(_ customer: SeededCustomer, _ pauses: Bool, _ world: World) throws {
    guard let record = try subscription(of: customer, world), Self.isRunning(record),
      pauses == record["pause_collection"].isNull
    else { return }
    try call(
      world, "POST", "/v1/subscriptions/{}", [record.id],
      ["pause_collection": pauses ? ["behavior": "void"] : .null])
  }

  func subscription(of customer: SeededCustomer, _ world: World) throws -> Record? {
    try world.referred(.subscription, by: customer.subscription)
  }

  private static func isRunning(_ subscription: Record) -> Bool {
    ["active", "trialing", "past_due"].contains(subscription.text("status"))
  }
}
