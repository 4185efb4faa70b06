/// The calls about subscriptions and their items.
enum SubscriptionOperations {
  static let operations: [Operation] = [
    Operation("POST", "/v1/subscriptions") { world, call in try world.createSubscription(call.params) },
    Operation("POST", "/v1/subscriptions/{subscription_exposed_id}") { world, call in
      try world.updateSubscription(call.id("subscription_exposed_id"), call.params)
    },
    Operation("DELETE", "/v1/subscriptions/{subscription_exposed_id}") { world, call in
      try world.cancelSubscription(call.id("subscription_exposed_id"), call.params)
    },
    Operation("DELETE", "/v1/subscriptions/{subscription_exposed_id}/discount") { world, call in
      try world.deleteDiscount(of: call.id("subscription_exposed_id"))
    },
    Operation("POST", "/v1/subscriptions/{subscription}/migrate") { world, call in
      try world.migrateSubscription(call.id("subscription"), call.params)
    },
    Operation("POST", "/v1/subscriptions/{subscription}/pause") { world, call in
      try world.pauseSubscription(call.id("subscription"), call.params)
    },
    Operation("POST", "/v1/subscriptions/{subscription}/resume") { world, call in
      try world.resumeSubscription(call.id("subscription"), call.params)
    },
    Operation("POST", "/v1/subscription_items") { world, call in try world.createItem(call.params) },
    Operation("POST", "/v1/subscription_items/{item}") { world, call in
      try world.updateItem(call.id("item"), call.params)
    },
    Operation("DELETE", "/v1/subscription_items/{item}") { world, call in
      try world.deleteItem(call.id("item"), call.params)
    },
  ]
}

extension World {
  /// `POST /v1/subscriptions/{id}/migrate`: to the flexible billing mode; there is no way back.
  func migrateSubscription(_ id: String, _ params: Params) throws -> Reply {
    var state = try changeable(id)
    guard params.hash("billing_mode")?.text("type") == "flexible" else {
      throw StripeError.notOneOf(["flexible"], param: "billing_mode[type]")
    }
    state.record["billing_mode"] = [
      "flexible": ["proration_discounts": "included"], "type": "flexible", "updated_at": .integer(now),
    ]
    try keep(&state, emitting: "customer.subscription.updated")
    return .record(state.record)
  }

  /// `POST /v1/subscription_items`.
  func createItem(_ params: Params) throws -> Reply {
    let subscription = try require(.subscription, try params.require("subscription"), param: "subscription")
    var state = try changeable(subscription.id)
    var request = try itemRequest(params)
    request.id = nil
    let ids = try change(&state, [request], params)
    return .record(try require(.subscriptionItem, ids.first ?? "", param: "id"))
  }

  /// `POST /v1/subscription_items/{item}`.
  func updateItem(_ id: String, _ params: Params) throws -> Reply {
    let item = try require(.subscriptionItem, id, param: "item", inPath: true)
    var state = try changeable(item.text("subscription") ?? "")
    var request = try itemRequest(params)
    request.id = id
    _ = try change(&state, [request], params)
    return .record(try require(.subscriptionItem, id, param: "item"))
  }

  /// `DELETE /v1/subscription_items/{item}`.
  func deleteItem(_ id: String, _ params: Params) throws -> Reply {
    let item = try require(.subscriptionItem, id, param: "item", inPath: true)
    var state = try changeable(item.text("subscription") ?? "")
    guard state.items.count > 1 else {
      throw StripeError.invalid(
        """
        A subscription must have at least one active plan. If you would like to cancel the subscription, please \
        cancel it instead of removing the last plan.
        """)
    }
    var request = try itemRequest(params)
    request.id = id
    request.isDeleted = true
    _ = try change(&state, [request], params)
    return .deleted(.subscriptionItem, id: id)
  }
}
