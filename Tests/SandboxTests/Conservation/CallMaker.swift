@testable import Sandbox

/// Makes up calls about what the books hold: mostly sensible ones, some that Stripe refuses.
struct CallMaker {
  var chance: Chance
  static let currencies = ["usd", "usd", "usd", "eur", "jpy", "kwd"]
  static let cards = [
    "pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_chargeCustomerFail", "pm_card_createDispute",
    "pm_card_createDisputeInquiry", "pm_card_createMultipleDisputes", "pm_card_pendingRefund", "pm_card_refundFail",
    "pm_card_bypassPending", "pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup",
    "pm_card_threeDSecureRequiredChargeDeclined", "pm_card_visa_chargeDeclined", "pm_card_riskLevelElevated",
    "pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds",
  ]

  /// The next thing to happen.
  mutating func next(_ books: Books, time: Int64) -> RandomCall {
    if books.count(.customer) < 2 { return newCustomer(books) }
    if books.count(.price) < 4 { return books.count(.product) < 2 ? newProduct(books) : newPrice(books) }
    // What finds no object to work on leaves its turn to another.
    while true {
      let call =
        switch chance.number(100) {
        case 0..<10: customerCall(books)
        case 10..<16: catalogueCall(books, time: time)
        case 16..<36: subscriptionCall(books)
        case 36..<54: invoiceCall(books)
        case 54..<72: paymentCall(books)
        case 72..<82: moneyCall(books)
        case 82..<90: clockCall(books, time: time)
        default: RandomCall?.some(.wait(wait()))
        }
      if let call { return call }
    }
  }

  private mutating func wait() -> Int64 {
    switch chance.number(4) {
    case 0: chance.amount(0...10)
    case 1: chance.amount(1...86_400)
    default: chance.amount(1...(12 * 86_400))
    }
  }

  // MARK: customers

  private mutating func newCustomer(_ books: Books) -> RandomCall {
    var params: JSONObject = ["email": "jenny@example.com"]
    if chance.once(in: 5) {
      params["balance"] = .integer(chance.amount(-5_000...3_000))
    }
    if !chance.once(in: 4) {
      let card = JSON.string(chance.pick(Self.cards) ?? "")
      params["payment_method"] = card
      params["invoice_settings"] = ["default_payment_method": card]
    }
    if chance.once(in: 2), let clock = chance.pick(books.ids(.testClock)) { params["test_clock"] = .string(clock) }
    if chance.once(in: 8), let coupon = chance.pick(books.ids(.coupon)) { params["coupon"] = .string(coupon) }
    return .post("customers", nil, params)
  }

  private mutating func customerCall(_ books: Books) -> RandomCall? {
    guard let customer = customer(books) else { return nil }
    let id = customer.id
    switch chance.number(13) {
    case 0...2: return newCustomer(books)
    case 3, 4:
      return .post("payment_methods/{payment_method}/attach", chance.pick(Self.cards), ["customer": .string(id)])
    case 5, 6:
      let own = books.all(.paymentMethod) { $0.reference("customer") == id }
      guard let method = chance.pick(own) else { return nil }
      return .post("customers/{customer}", id, ["invoice_settings": ["default_payment_method": method["id"]]])
    case 7:
      guard let method = chance.pick(books.ids(.paymentMethod)) else { return nil }
      return chance.once(in: 3)
        ? .post("payment_methods/{payment_method}/detach", method)
        : .post("payment_methods/{payment_method}", method, ["metadata": ["key": .string(String(chance.number(9)))]])
    case 8, 9:
      return .post(
        "customers/{customer}/balance_transactions", id,
        [
          "amount": .integer(chance.amount(-9_000...6_000)),
          "currency": .string(
            (chance.once(in: 6) ? nil : customer.text("currency")) ?? chance.pick(Self.currencies) ?? "usd"),
        ])
    case 10:
      return .post(
        "customers/{customer}", id,
        chance.once(in: 2)
          ? ["balance": .integer(chance.amount(-4_000...4_000))]
          : ["name": .string("Name \(chance.number(50))"), "metadata": ["a": .string(String(chance.number(5)))]])
    case 11:
      if chance.once(in: 2) { return .delete("customers/{customer}/discount", id) }
      guard let coupon = chance.pick(books.ids(.coupon)) else { return nil }
      return .post("customers/{customer}", id, ["coupon": .string(coupon)])
    default:
      return chance.once(in: 3) ? .delete("customers/{customer}", id) : setup(books, id)
    }
  }

  private mutating func setup(_ books: Books, _ customer: String) -> RandomCall {
    let intents = books.ids(.setupIntent)
    if chance.once(in: 2), let intent = chance.pick(intents) {
      return switch chance.number(3) {
      case 0: .post("setup_intents/{intent}/cancel", intent)
      case 1:
        .post("setup_intents/{intent}/confirm", intent, ["payment_method": .string(chance.pick(Self.cards) ?? "")])
      default: .post("setup_intents/{intent}", intent, ["description": "again"])
      }
    }
    return .post(
      "setup_intents", nil,
      [
        "customer": .string(customer), "payment_method": .string(chance.pick(Self.cards) ?? ""),
        "payment_method_types": ["card", "us_bank_account"], "confirm": .bool(chance.once(in: 2)),
      ])
  }

  /// A customer, the deleted ones hardly ever.
  mutating func customer(_ books: Books) -> Record? {
    chance.pick(books.all(.customer) { !$0.isDeleted }) ?? chance.pick(books.all(.customer))
  }

  // MARK: the catalogue

  private mutating func newProduct(_ books: Books) -> RandomCall {
    .post("products", nil, ["name": .string("Product \(chance.number(1_000))")])
  }

  private mutating func newPrice(_ books: Books) -> RandomCall {
    guard let product = chance.pick(books.all(.product) { !$0.isDeleted }) else { return newProduct(books) }
    let currency = chance.pick(Self.currencies) ?? "usd"
    var params: JSONObject = ["currency": .string(currency), "product": product["id"]]
    let isRecurring = !chance.once(in: 4)
    if isRecurring {
      params["recurring"] = [
        "interval": chance.one(of: "day", "week", "month", "month", "month", "year"),
        "interval_count": .integer(chance.amount(1...3)),
      ]
    }
    switch chance.number(isRecurring ? 6 : 3) {
    case 0: params["unit_amount_decimal"] = .string("\(chance.number(400)).\(1 + chance.number(998))")
    case 1, 2: params["unit_amount"] = .integer(chance.once(in: 8) ? 0 : chance.amount(1...30_000))
    case 3:
      params["unit_amount"] = .integer(chance.amount(1...30_000))
      params["transform_quantity"] = [
        "divide_by": .integer(chance.amount(2...5)), "round": chance.one(of: "up", "down"),
      ]
    default:
      params["billing_scheme"] = "tiered"
      params["tiers_mode"] = chance.one(of: "graduated", "volume")
      params["tiers"] = [
        ["up_to": .integer(chance.amount(1...3)), "unit_amount": .integer(chance.amount(100...5_000))],
        [
          "up_to": .integer(chance.amount(4...8)), "unit_amount_decimal": .string("\(chance.number(90)).5"),
          "flat_amount": .integer(chance.amount(0...700)),
        ],
        ["up_to": "inf", "flat_amount": .integer(chance.amount(0...9_000))],
      ]
    }
    return .post("prices", nil, params)
  }

  private mutating func newCoupon(_ books: Books) -> RandomCall {
    var params: JSONObject = ["duration": chance.one(of: "once", "forever", "repeating")]
    if params["duration"] == "repeating" { params["duration_in_months"] = .integer(chance.amount(1...4)) }
    if chance.once(in: 2) {
      params["percent_off"] = .decimal(chance.once(in: 5) ? "100" : "\(chance.number(99)).\(10 + chance.number(89))")
    } else {
      params["amount_off"] = .integer(chance.amount(1...6_000))
      params["currency"] = .string(chance.pick(Self.currencies) ?? "usd")
      if chance.once(in: 3) { params["currency_options"] = ["eur": ["amount_off": 333], "jpy": ["amount_off": 50]] }
    }
    if chance.once(in: 4) { params["max_redemptions"] = .integer(chance.amount(1...4)) }
    if chance.once(in: 4), let product = chance.pick(books.ids(.product)) {
      params["applies_to"] = ["products": [.string(product)]]
    }
    return .post("coupons", nil, params)
  }

  private mutating func catalogueCall(_ books: Books, time: Int64) -> RandomCall? {
    switch chance.number(12) {
    case 0: return newProduct(books)
    case 1...3: return newPrice(books)
    case 4...6: return newCoupon(books)
    case 7:
      guard let price = chance.pick(books.ids(.price)) else { return nil }
      return .post(
        "prices/{price}", price,
        chance.once(in: 3) ? ["active": .bool(chance.once(in: 2))] : ["nickname": .string("n\(chance.number(9))")])
    case 8:
      guard let product = chance.pick(books.ids(.product)) else { return nil }
      return chance.once(in: 4)
        ? .delete("products/{id}", product)
        : .post("products/{id}", product, ["name": .string("Renamed \(chance.number(9))")])
    case 9:
      guard let coupon = chance.pick(books.ids(.coupon)) else { return nil }
      return chance.once(in: 2)
        ? .delete("coupons/{coupon}", coupon) : .post("coupons/{coupon}", coupon, ["name": "Sale"])
    default:
      if books.count(.webhookEndpoint) < 2 {
        return .post("webhook_endpoints", nil, ["url": "https://example.com/hook", "enabled_events": ["*"]])
      }
      guard let endpoint = chance.pick(books.ids(.webhookEndpoint)) else { return nil }
      return chance.once(in: 2)
        ? .delete("webhook_endpoints/{webhook_endpoint}", endpoint)
        : .post("webhook_endpoints/{webhook_endpoint}", endpoint, ["disabled": .bool(chance.once(in: 2))])
    }
  }

  // MARK: clocks

  private mutating func clockCall(_ books: Books, time: Int64) -> RandomCall? {
    let clocks = books.all(.testClock) { !$0.isDeleted }
    if clocks.count < 2 {
      return .post("test_helpers/test_clocks", nil, ["frozen_time": .integer(time - chance.amount(0...9_000_000))])
    }
    guard let clock = chance.pick(clocks) else { return nil }
    if chance.once(in: 25) { return .delete("test_helpers/test_clocks/{test_clock}", clock.id) }
    return .post(
      "test_helpers/test_clocks/{test_clock}/advance", clock.id,
      ["frozen_time": .integer(clock.int("frozen_time") + chance.amount(1...(20 * 86_400)))])
  }
}
