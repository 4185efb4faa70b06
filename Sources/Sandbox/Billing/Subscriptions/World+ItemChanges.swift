/// How a change of items is settled.
struct ItemChangePlan {
  /// Whether the rest of the period is credited and charged.
  var isProrated: Bool
  /// Whether what comes of it is billed at once.
  var isBilledNow: Bool
  /// The moment that prorations are computed for.
  var date: Int64
  /// Whether all periods begin anew.
  var resetsAnchor = false
}

extension World {
  /// The plan that a call's `proration_behavior` and `proration_date` ask for.
  func plan(_ params: Params, for state: SubscriptionState) throws -> ItemChangePlan {
    let behavior = params.text("proration_behavior") ?? "create_prorations"
    let date = params.int("proration_date") ?? now
    if params.has("proration_date"), let start = state.periodStart, let end = state.lastEnd,
      date < start || date > end
    {
      throw StripeError.invalid(
        "Cannot specify `proration_date` outside of the current period.", param: "proration_date")
    }
    let bills = ["active", "past_due"].contains(state.record.status)
    return ItemChangePlan(
      isProrated: behavior != "none" && bills, isBilledNow: behavior == "always_invoice" && bills, date: date)
  }

  /// Changes, adds and takes away items; prorations become pending invoice items.
  ///
  /// Returns the ids of the items asked about, in the order of the requests. A change of the interval in classic mode
  /// turns `resetsAnchor` on: then all periods begin now and the caller bills them.
  func changeItems(
    _ state: inout SubscriptionState, _ requests: [ItemRequest], _ plan: inout ItemChangePlan
  ) throws -> [String] {
    let old = state
    var touched: [(id: String, changesMoney: Bool)] = []
    for request in requests { touched.append(try apply(request, to: &state)) }
    try checkItems(state)
    let known = Dictionary(uniqueKeysWithValues: old.items.map { ($0.id, $0) })
    if !state.isFlexible, state.record.status != "trialing",
      state.items.contains(where: { known[$0.id].map { [new = $0] in $0.interval != new.interval } ?? false })
    {
      plan.resetsAnchor = true
    }
    if plan.resetsAnchor {
      if plan.isProrated { for item in old.items { try credit(item, of: old, at: plan.date) } }
      beginNow(&state)
    } else {
      for change in touched where change.changesMoney {
        if plan.isProrated, let before = known[change.id] { try credit(before, of: old, at: plan.date) }
        guard let place = state.items.firstIndex(where: { $0.id == change.id }) else { continue }
        try settle(&state, at: place, plan, isNew: known[change.id] == nil, from: known[change.id])
      }
    }
    for item in old.items where !state.items.contains(where: { $0.id == item.id }) {
      var gone = item
      try delete(&gone)
    }
    return touched.map(\.id)
  }

  /// All periods begin now.
  func beginNow(_ state: inout SubscriptionState) {
    state.record["billing_cycle_anchor"] = .integer(now)
    for index in state.items.indices {
      state.items[index].currentPeriod = state.items[index].interval.period(containing: now, anchor: now)
      state.items[index].hidden.remove("stub")
      state.items[index].hidden.remove("free")
    }
  }

  private func settle(
    _ state: inout SubscriptionState, at place: Int, _ plan: ItemChangePlan, isNew: Bool, from old: Record?
  ) throws {
    if state.record.status == "trialing" {
      if isNew, let first = state.items.first { state.items[place].currentPeriod = first.currentPeriod }
      return
    }
    if isNew || old?.interval != state.items[place].interval {
      state.items[place].currentPeriod = state.items[place].interval.period(
        containing: now, anchor: state.anchor)
    }
    var item = state.items[place]
    try debit(&item, of: state, at: plan.date, isBilled: plan.isProrated)
    state.items[place] = item
  }

  /// Does what one request says to the items; whether it changes what they cost.
  private func apply(
    _ request: ItemRequest, to state: inout SubscriptionState
  ) throws -> (id: String, changesMoney: Bool) {
    guard let id = request.id else { return (try add(request, to: &state), true) }
    guard let place = state.items.firstIndex(where: { $0.id == id }) else {
      throw StripeError.noSuch("subscription_item", id, param: request.params.path("id"))
    }
    if request.isDeleted {
      state.items.remove(at: place)
      return (id, true)
    }
    var item = state.items[place]
    let before = (item["price"].id, item["quantity"])
    if let price = request.price {
      item["price"] = .object(price.body)
      item["plan"] = PlanMirror.plan(of: price).map { .object($0) } ?? nil
      // A new price without a quantity starts from one again.
      if request.quantity == nil && price.id != before.0 { item["quantity"] = 1 }
    }
    if let quantity = request.quantity { item["quantity"] = .integer(quantity) }
    item["metadata"] = try request.params.mergedMetadata(item["metadata"])
    if let list = request.params.hashes("discounts") {
      item["discounts"] = .strings(
        try discounts(
          from: list, on: DiscountPlace(customer: state.customer, subscription: state.id, subscriptionItem: id)))
    }
    state.items[place] = item
    return (id, item["price"].id != before.0 || item["quantity"] != before.1)
  }

  private func add(_ request: ItemRequest, to state: inout SubscriptionState) throws -> String {
    guard let price = request.price else { throw StripeError.missing(request.params.path("price")) }
    let position = (state.items.map { $0.hidden["position"].integer ?? 0 }.max() ?? -1) + 1
    var item = makeItem(
      price: price, quantity: request.quantity ?? 1, metadata: try request.params.mergedMetadata(nil), of: state.id,
      position: position)
    if let list = request.params.hashes("discounts") {
      item["discounts"] = .strings(
        try discounts(
          from: list, on: DiscountPlace(customer: state.customer, subscription: state.id, subscriptionItem: item.id)))
    }
    state.items.append(item)
    return item.id
  }
}
