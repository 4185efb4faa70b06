/// A subscription with its items, as a change works on them.
struct SubscriptionState {
  var record: Record
  /// In the order of their position; deleted ones are not among them.
  var items: [Record]

  var id: String { record.id }
  var customer: String { record.reference("customer") ?? "" }
  var currency: String { record.text("currency") ?? "" }
  var anchor: Int64 { record.int("billing_cycle_anchor") }
  var isFlexible: Bool { record["billing_mode"]["type"] == "flexible" }
  var isSent: Bool { record.text("collection_method") == "send_invoice" }
  /// Whether it will bill again.
  var isAlive: Bool { !["canceled", "incomplete_expired"].contains(record.status) }
  /// The end of the item's period that ends first.
  var nextEnd: Int64? { items.map { $0.int("current_period_end") }.min() }
  /// The last end of a period: what `cancel_at_period_end` means.
  var lastEnd: Int64? { items.map { $0.int("current_period_end") }.max() }
  /// The start of the period at hand.
  var periodStart: Int64? { items.map { $0.int("current_period_start") }.min() }

  /// Writes the items into the subscription's body, the first ten whole.
  mutating func embed() {
    record["items"] = World.embedded(items, url: "/v1/subscription_items?subscription=\(id)")
    record.hidden["items"] = .strings(items.map(\.id))
    if record.body.has("plan") { record["plan"] = items.count == 1 ? items[0]["plan"] : nil }
    if record.body.has("quantity") { record["quantity"] = items.count == 1 ? items[0]["quantity"] : nil }
  }
}

extension Record {
  /// The period that a subscription item is in.
  var currentPeriod: BillingPeriod {
    get { BillingPeriod(start: int("current_period_start"), end: int("current_period_end")) }
    set {
      self["current_period_start"] = .integer(newValue.start)
      self["current_period_end"] = .integer(newValue.end)
    }
  }

  /// How often a subscription item recurs.
  var interval: BillingInterval { BillingInterval(price: self["price"]) ?? BillingInterval(.month) }
}

extension World {
  /// A subscription with its items.
  func load(_ subscription: Record) throws -> SubscriptionState {
    let ids = (subscription.hidden["items"].array ?? []).compactMap(\.string)
    return SubscriptionState(record: subscription, items: try ids.compactMap { try find(.subscriptionItem, $0) })
  }

  /// Keeps a subscription as it is now with its items embedded; emits an event if one is named.
  func keep(_ state: inout SubscriptionState, emitting event: String? = nil) throws {
    for index in state.items.indices { try save(&state.items[index]) }
    state.embed()
    if let event { try save(&state.record, emitting: event) } else { try save(&state.record) }
  }

  /// A new item; its period is set by whoever adds it.
  func makeItem(price: Record, quantity: Int64, metadata: JSON, of subscription: String, position: Int64) -> Record {
    var item = Record(blank: .subscriptionItem, created: now)
    item["id"] = .string(newID(.subscriptionItem))
    item["discounts"] = []
    item["metadata"] = metadata
    item["plan"] = PlanMirror.plan(of: price).map { .object($0) } ?? nil
    item["price"] = .object(price.body)
    item["quantity"] = .integer(quantity)
    item["subscription"] = .string(subscription)
    item["tax_rates"] = []
    item.hidden["position"] = .integer(position)
    return item
  }
}
