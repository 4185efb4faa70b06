/// The smallest objects that keep to their declarations; what a test is about is added with `with`.
package enum StripeObjects {
  /// Some day in 2026.
  package static let created: Int64 = 1_790_000_000

  /// `cus_…`
  package static func customer(_ id: String, name: String = "Ada") -> JSONText {
    [
      "id": .text(id), "object": "customer", "created": .integer(created), "livemode": false, "name": .text(name),
      "metadata": [:],
    ]
  }

  /// `prod_…`
  package static func product(_ id: String) -> JSONText {
    ["id": .text(id), "object": "product", "created": .integer(created), "livemode": false, "name": "Tea"]
  }

  /// `price_…`
  package static func price(_ id: String, product: JSONText = "prod_1") -> JSONText {
    [
      "id": .text(id), "object": "price", "created": .integer(created), "livemode": false, "product": product,
      "currency": "eur", "unit_amount": 500, "unit_amount_decimal": "500",
    ]
  }

  /// `ch_…`
  package static func charge(_ id: String, customer: JSONText = nil, amount: Int64 = 1200) -> JSONText {
    [
      "id": .text(id), "object": "charge", "created": .integer(created), "livemode": false, "status": "succeeded",
      "amount": .integer(amount), "amount_refunded": 0, "currency": "eur", "customer": customer,
    ]
  }

  /// `re_…`
  package static func refund(_ id: String, charge: JSONText = nil, amount: Int64 = 100) -> JSONText {
    [
      "id": .text(id), "object": "refund", "created": .integer(created), "amount": .integer(amount), "currency": "eur",
      "status": "succeeded", "charge": charge,
    ]
  }

  /// `pi_…`
  package static func paymentIntent(_ id: String) -> JSONText {
    [
      "id": .text(id), "object": "payment_intent", "created": .integer(created), "livemode": false,
      "status": "succeeded", "amount": 1200, "currency": "eur",
      "client_secret": .text(id + "_secret_abcdefghijklmnopqrstuvwxy"),
    ]
  }

  /// `txn_…`
  package static func balanceTransaction(_ id: String) -> JSONText {
    [
      "id": .text(id), "object": "balance_transaction", "created": .integer(created), "status": "available",
      "type": "charge", "amount": 1200, "fee": 60, "net": 1140, "currency": "eur",
    ]
  }

  /// `sub_…`
  package static func subscription(_ id: String, customer: JSONText = nil, items: JSONText? = nil) -> JSONText {
    let bare: JSONText = [
      "id": .text(id), "object": "subscription", "created": .integer(created), "livemode": false, "status": "active",
      "customer": customer,
    ]
    return items.map { bare.with("items", $0) } ?? bare
  }

  /// `si_…`
  package static func subscriptionItem(_ id: String, price: JSONText, subscription: JSONText? = nil) -> JSONText {
    let bare: JSONText = [
      "id": .text(id), "object": "subscription_item", "created": .integer(created), "price": price, "quantity": 1,
    ]
    return subscription.map { bare.with("subscription", $0) } ?? bare
  }

  /// `in_…`
  package static func invoice(_ id: String, lines: JSONText? = nil, customer: JSONText = nil) -> JSONText {
    let bare: JSONText = [
      "id": .text(id), "object": "invoice", "created": .integer(created), "livemode": false, "currency": "eur",
      "subtotal": 1000, "total": 1000, "amount_due": 1000, "amount_paid": 0, "amount_remaining": 1000,
      "customer": customer,
    ]
    return lines.map { bare.with("lines", $0) } ?? bare
  }

  /// `il_…`
  package static func line(_ id: String, invoice: JSONText? = nil, amount: Int64 = 500) -> JSONText {
    let bare: JSONText = [
      "id": .text(id), "object": "line_item", "livemode": false, "amount": .integer(amount), "currency": "eur",
    ]
    return invoice.map { bare.with("invoice", $0) } ?? bare
  }

  /// A list envelope as Stripe answers it.
  package static func list(_ data: [JSONText], hasMore: Bool = false, totalCount: Int64? = nil) -> JSONText {
    let bare: JSONText = ["object": "list", "data": .array(data), "has_more": .boolean(hasMore), "url": "/v1/x"]
    return totalCount.map { bare.with("total_count", .integer($0)) } ?? bare
  }

  /// What Stripe answers for an object that was deleted.
  package static func deleted(_ id: String, object: String) -> JSONText {
    ["id": .text(id), "object": .text(object), "deleted": true]
  }

  /// JSON Lines.
  package static func lines(_ records: [JSONText]) -> String { records.map { $0.rendered + "\n" }.joined() }
}
