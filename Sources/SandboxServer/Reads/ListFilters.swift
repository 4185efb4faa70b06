import Sandbox

/// A list's parameters as conditions on the store (RESOURCES.md, the filters of each resource).
enum ListFilters {
  /// What shapes the page and filters nothing.
  private static let paging: Set<String> = ["limit", "starting_after", "ending_before", "expand"]

  /// The conditions of a call. An id in a filter must exist, as in any parameter.
  static func filters(
    _ type: RecordType, _ params: Params, parent: String?, now: Int64, _ source: RecordReader
  ) throws -> [ListQuery.Filter] {
    var filters: [ListQuery.Filter] = []
    for member in params.values.members where !paging.contains(member.name) && !member.value.isNull {
      try requireReferred(type, member.name, member.value, source)
      if let special = special[type]?[member.name] {
        filters += try special(member.value, params)
      } else {
        filters += try plain(type, member.name, member.value)
      }
    }
    return filters + defaults(type, params, parent: parent, now: now)
  }

  /// A parameter named like a column, or like a member of the body.
  private static func plain(_ type: RecordType, _ name: String, _ value: JSON) throws -> [ListQuery.Filter] {
    let column = type.definition.columns.first { $0.name == name }
    let isKept = column != nil || (name == "created" && type.definition.order == .newestFirst)
    guard isKept else { throw StripeError.unsupported("the filter \(name) of \(type.definition.table)", param: name) }
    switch value {
    case .string(let text): return [.equals(name, text)]
    case .integer(let number): return [.equalsNumber(name, number)]
    case .bool(let flag): return [.equalsNumber(name, flag ? 1 : 0)]
    case .array(let elements): return [.oneOf(name, elements.compactMap(\.string))]
    case .object(let bounds): return bounds.members.compactMap { bound(name, $0.name, $0.value.integer ?? 0) }
    case .null, .decimal: return []
    }
  }

  private static func bound(_ column: String, _ name: String, _ value: Int64) -> ListQuery.Filter? {
    switch name {
    case "gt": .greater(column, value)
    case "gte": .greaterOrEqual(column, value)
    case "lt": .less(column, value)
    case "lte": .lessOrEqual(column, value)
    default: nil
    }
  }

  // MARK: references

  private static let referred: [String: RecordType] = [
    "customer": .customer, "product": .product, "price": .price, "plan": .price, "payment_intent": .paymentIntent,
    "charge": .charge, "invoice": .invoice, "subscription": .subscription, "test_clock": .testClock,
    "payment_method": .paymentMethod, "payout": .payout,
  ]

  private static func requireReferred(
    _ type: RecordType, _ name: String, _ value: JSON, _ source: RecordReader
  ) throws {
    guard let target = referred[name], let id = value.string else { return }
    guard try source.place(target, id) != nil else {
      throw StripeError.noSuch(name == "plan" ? "plan" : target.definition.noun, id, param: name)
    }
  }

  // MARK: what holds unless it is asked for

  private static func defaults(
    _ type: RecordType, _ params: Params, parent: String?, now: Int64
  ) -> [ListQuery.Filter] {
    switch type {
    case .customer: return params.has("test_clock") ? [] : [isOnNoClock]
    case .subscription:
      let isOnClock = params.has("test_clock") || params.has("customer") || parent != nil
      return (params.has("status") ? [] : [.noneOf("status", ["canceled"])])
        + (isOnClock ? [] : [isOnNoClock])
    case .event: return [.greaterOrEqual("created", now - Listing.eventSeconds)]
    default: return []
    }
  }

  /// The sign keeps SQLite from the column's index, which nearly all rows would be read through.
  private static let isOnNoClock = ListQuery.Filter.sql("+test_clock is null", [])

  // MARK: filters of another form

  private typealias Special = @Sendable (_ value: JSON, _ params: Params) throws -> [ListQuery.Filter]

  private static let special: [RecordType: [String: Special]] = [
    .subscription: [
      "status": { value, _ in
        switch value.string {
        case "all": []
        case "ended": [.oneOf("status", ["canceled", "incomplete_expired"])]
        default: [.equals("status", value.string ?? "")]
        }
      },
      "price": { value, _ in [item("price_id = ?", [value])] },
      "plan": { value, _ in [item("price_id = ?", [value])] },
      "current_period_start": { value, _ in period("current_period_start", value) },
      "current_period_end": { value, _ in period("current_period_end", value) },
      "automatic_tax": { value, _ in
        guard let isEnabled = value["enabled"].bool else { return [] }
        return [.sql("coalesce(json_extract(body, '$.automatic_tax.enabled'), 0) = ?", [.bool(isEnabled)])]
      },
    ],
    .product: [
      "ids": { value, _ in [.oneOf("id", value.array?.compactMap(\.string) ?? [])] },
      "type": { value, _ in [.sql("json_extract(body, '$.type') = ?", [value])] },
    ],
    .price: [
      "lookup_keys": { value, _ in [.oneOf("lookup_key", value.array?.compactMap(\.string) ?? [])] },
      "recurring": { value, _ in
        var filters: [ListQuery.Filter] = []
        if let interval = value["interval"].string { filters.append(.equals("recurring_interval", interval)) }
        if let usage = value["usage_type"].string { filters.append(.equals("recurring_usage_type", usage)) }
        if let meter = value["meter"].string {
          filters.append(.sql("json_extract(body, '$.recurring.meter') = ?", [.string(meter)]))
        }
        return filters
      },
    ],
    .paymentMethod: [
      "allow_redisplay": { value, _ in [.sql("json_extract(body, '$.allow_redisplay') = ?", [value])] }
    ],
    .invoice: [
      "subscription": { value, _ in [.equals("parent_subscription_details_subscription", value.string ?? "")] }
    ],
    .invoiceItem: [
      "pending": { value, _ in [value.bool == true ? .isNull("invoice") : .isNotNull("invoice")] }
    ],
    .invoicePayment: ["payment": { value, _ in payment(value) }],
    .setupIntent: [
      "attach_to_self": { value, _ in
        [.sql("coalesce(json_extract(body, '$.attach_to_self'), 0) = ?", [.bool(value.bool ?? false)])]
      }
    ],
    .balanceTransaction: ["payout": { value, _ in [.equals("hidden_payout", value.string ?? "")] }],
    .event: [
      "type": { value, params in
        guard !params.has("types") else {
          throw StripeError.invalid("You may only specify one of these parameters: type, types.")
        }
        return [eventType(value.string ?? "")]
      },
      "types": { value, _ in [.oneOf("type", value.array?.compactMap(\.string) ?? [])] },
      "delivery_success": { value, _ in
        [value.bool == true ? .equalsNumber("pending_webhooks", 0) : .greater("pending_webhooks", 0)]
      },
    ],
  ]

  private static func item(_ condition: String, _ values: [JSON]) -> ListQuery.Filter {
    .sql("id in (select subscription from subscription_items where deleted = 0 and \(condition))", values)
  }

  /// Periods belong to the items; a subscription counts when one of its items does.
  private static func period(_ member: String, _ value: JSON) -> [ListQuery.Filter] {
    let path = "json_extract(body, '$.\(member)')"
    if let number = value.integer { return [item("\(path) = ?", [.integer(number)])] }
    let signs = ["gt": ">", "gte": ">=", "lt": "<", "lte": "<="]
    let bounds = value.object?.members.compactMap { bound in signs[bound.name].map { ($0, bound.value) } } ?? []
    guard !bounds.isEmpty else { return [] }
    return [item(bounds.map { "\(path) \($0.0) ?" }.joined(separator: " and "), bounds.map(\.1))]
  }

  private static func payment(_ value: JSON) -> [ListQuery.Filter] {
    var filters: [ListQuery.Filter] = []
    if let type = value["type"].string {
      filters.append(.sql("json_extract(body, '$.payment.type') = ?", [.string(type)]))
    }
    if let id = value["payment_intent"].string { filters.append(.equals("payment_payment_intent", id)) }
    if let id = value["charge"].string { filters.append(.equals("payment_charge", id)) }
    if let id = value["payment_record"].string {
      filters.append(.sql("json_extract(body, '$.payment.payment_record') = ?", [.string(id)]))
    }
    return filters
  }

  /// `*` is Stripe's only sign; what SQLite's `glob` understands besides is not let through.
  private static func eventType(_ pattern: String) -> ListQuery.Filter {
    let isPlain = pattern.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "*")
        || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
    return isPlain && pattern.utf8.contains(UInt8(ascii: "*")) ? .like("type", pattern) : .equals("type", pattern)
  }
}
