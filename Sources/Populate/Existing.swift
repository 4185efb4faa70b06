import JSONReader

// What populating wants to know of the objects that are there, and how it recognises them. Lists come newest first:
// where several objects fit, the oldest counts, which a later duplicate does not change.

/// A customer that is there.
struct ExistingCustomer: Sendable, Equatable {
  let id: String
  /// Whether renewals have something to charge.
  let hasCard: Bool

  init(id: String, hasCard: Bool) {
    self.id = id
    self.hasCard = hasCard
  }

  /// Nil for a deleted one.
  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue, value["deleted"]?.bool != true else { return nil }
    let method = value.value(at: ["invoice_settings", "default_payment_method"])
    let source = value["default_source"]
    self.init(id: id, hasCard: method.map { !$0.isNull } ?? false || source.map { !$0.isNull } ?? false)
  }
}

/// A product that is there.
struct ExistingProduct: Sendable, Equatable {
  let id: String
  let tag: String?

  init(id: String, tag: String?) {
    self.id = id
    self.tag = tag
  }

  /// Nil for an archived one: nobody can subscribe to it.
  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue, value["active"]?.bool == true else { return nil }
    self.init(id: id, tag: value.value(at: ["metadata", "tag"])?.stringValue)
  }

  static func of(_ product: Fixture.Product, among products: [ExistingProduct]) -> ExistingProduct? {
    products.last { $0.tag == product.tag }
  }
}

/// A price that is there.
struct ExistingPrice: Sendable, Equatable {
  let id: String
  let terms: Fixture.Price

  init(id: String, terms: Fixture.Price) {
    self.id = id
    self.terms = terms
  }

  /// Nil for one that no fixture can name: archived, one-time, tiered, metered, due every second month.
  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue, value["active"]?.bool == true,
      value["billing_scheme"]?.stringValue == "per_unit", value["transform_quantity"]?.kind != .object,
      let amount = value["unit_amount"]?.int64, let currency = value["currency"]?.stringValue,
      let recurring = value["recurring"], recurring["interval_count"]?.int64 == 1,
      recurring["usage_type"]?.stringValue == "licensed",
      let interval = recurring["interval"]?.stringValue.flatMap(Fixture.Interval.init)
    else { return nil }
    self.init(id: id, terms: Fixture.Price(amount: amount, currency: currency, interval: interval))
  }

  static func of(_ terms: Fixture.Price, among prices: [ExistingPrice]) -> ExistingPrice? {
    prices.last { $0.terms == terms }
  }
}

/// A subscription that is there, or was.
struct ExistingSubscription: Sendable, Equatable {
  let id: String
  let status: String

  init(id: String, status: String) {
    self.id = id
    self.status = status
  }

  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue, let status = value["status"]?.stringValue else { return nil }
    self.init(id: id, status: status)
  }

  /// Whether it still counts: neither cancelled nor given up before its first payment.
  var isAlive: Bool { status != "canceled" && status != "incomplete_expired" }
}

/// What is to be done about one subscription.
struct SubscriptionPlan: Sendable, Equatable {
  /// The one to leave as it is; nil when one is to be made.
  let kept: ExistingSubscription?
  /// Those to end first.
  let canceled: [String]
  /// Those that have ended when a new one is made. They make its idempotency key: another one than theirs, and the
  /// same again after a kill between the ending and the making.
  let ended: [String]

  /// Decides from all subscriptions of the customer to the price, in whatever state.
  init(_ existing: [ExistingSubscription], isForced: Bool) {
    let alive = existing.filter(\.isAlive)
    kept = isForced ? nil : alive.last
    canceled = isForced ? alive.map(\.id) : []
    ended = (kept == nil ? existing.map(\.id) : []).sorted()
  }
}
