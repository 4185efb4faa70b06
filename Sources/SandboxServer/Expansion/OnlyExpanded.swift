import Sandbox

/// The members that Stripe leaves out unless `expand` names them.
enum OnlyExpanded {
  private typealias Provider = @Sendable (_ object: JSONObject, _ id: String, any RecordSource) throws -> JSON

  /// The value of such a member; what is not listed here is kept in the record's hidden part, or null.
  static func value(_ name: String, of object: JSONObject, _ source: any RecordSource) throws -> JSON {
    let type = object["object"].string ?? ""
    let id = object["id"].string ?? ""
    if let provider = providers["\(type).\(name)"] { return try provider(object, id, source) }
    guard let type = RecordType(rawValue: type), let record = try source.find(type, id) else { return nil }
    return record.hidden[name]
  }

  private static let providers: [String: Provider] = [
    "charge.refunds": { _, id, source in
      try list(ListQuery(.refund, [.equals("charge", id)]), url: "/v1/charges/\(id)/refunds", source)
    },
    "customer.subscriptions": { _, id, source in
      let filters: [ListQuery.Filter] = [
        .equals("customer", id), .noneOf("status", ["canceled", "incomplete_expired"]),
      ]
      return try list(ListQuery(.subscription, filters), url: "/v1/customers/\(id)/subscriptions", source)
    },
    "customer.sources": { _, id, _ in empty(url: "/v1/customers/\(id)/sources") },
    "customer.tax_ids": { _, id, _ in empty(url: "/v1/customers/\(id)/tax_ids") },
    "customer.invoice_credit_balance": { _, id, source in
      guard let customer = try source.find(.customer, id), let own = customer.text("currency") else { return [:] }
      // A credit is above zero here, and below zero in `balance`.
      let others = (customer.hidden["balances"].object ?? [:]).members.filter { $0.name != own && $0.value != 0 }
      let all = [(own, customer["balance"])] + others.map { ($0.name, $0.value) }
      return .object(JSONObject(all.map { ($0.0, .integer(-($0.1.integer ?? 0))) }))
    },
    "customer.tax": { customer, _, _ in
      let hasPlace = !customer["address"]["country"].isNull || !customer["shipping"]["address"]["country"].isNull
      return [
        "automatic_tax": hasPlace ? "not_collecting" : "unrecognized_location", "ip_address": nil, "location": nil,
        "provider": "stripe",
      ]
    },
    // A plan is its price in old words.
    "plan.tiers": { _, id, source in try source.find(.price, id)?.hidden["tiers"] ?? nil },
    "invoice.payments": { _, id, source in
      try list(
        ListQuery(.invoicePayment, [.equals("invoice", id)]), url: "/v1/invoices/payments", counts: false, source)
    },
    "invoice.confirmation_secret": { _, id, source in
      let payments = try source.records(ListQuery(.invoicePayment, [.equals("invoice", id)]))
      guard let payment = payments.first(where: { $0.flag("is_default") }) ?? payments.first,
        let intent = payment["payment"]["payment_intent"].id,
        let secret = try source.find(.paymentIntent, intent)?.text("client_secret")
      else { return nil }
      return ["client_secret": .string(secret), "type": "payment_intent"]
    },
  ]

  private static let embedded = 10

  /// An embedded list of the newest ten.
  static func list(_ query: ListQuery, url: String, counts: Bool = true, _ source: any RecordSource) throws -> JSON {
    var query = query
    query.limit = embedded + 1
    let records = try source.records(query)
    var list: JSONObject = [
      "object": "list", "data": .array(records.prefix(embedded).map { .object($0.body) }),
      "has_more": .bool(records.count > embedded),
    ]
    if counts {
      let count = records.count > embedded ? try source.count(query) : records.count
      list["total_count"] = .integer(Int64(count))
    }
    list["url"] = .string(url)
    return .object(list)
  }

  private static func empty(url: String) -> JSON {
    ["object": "list", "data": [], "has_more": false, "total_count": 0, "url": .string(url)]
  }
}
