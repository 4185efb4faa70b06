import Testing

@testable import Sandbox

/// Whatever is done to a subscription in a year of clock time, the books add up after each step.
@Suite struct BillingPropertyTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func theBooksAddUp(seed: UInt64) throws {
    let lab = try BillingLab(seed: seed)
    var chance = IDGenerator(seed: seed &* 7_919)
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    var prices: [String] = []
    for amount: Int64 in [0, 999, 2_500, 12_345] { prices.append(try lab.price(amount)) }
    prices.append(try lab.price(29_999, "year"))
    prices.append(try lab.price(700, "week"))
    try lab.post("coupons", ["id": "THIRD", "percent_off": .decimal("33.33"), "duration": "once"])
    try lab.post("coupons", ["id": "FIVE", "amount_off": 500, "currency": "usd", "duration": "forever"])
    var subscription: JSON = .null
    var now = lab.time
    while now < lab.time + 365 * day {
      subscription = try step(lab, &chance, customer, prices, subscription)
      try check(lab)
      now += Int64(1 + chance.number(below: 13)) * day + Int64(chance.number(below: 50_000))
      try lab.advance(clock, to: now)
      try check(lab)
    }
    #expect(try lab.all(.invoice).count > 8)
    #expect(try BillingShapeTests.problems(in: lab).sorted() == [])
  }

  /// One call by chance; what Stripe would refuse may be refused here too.
  private func step(
    _ lab: BillingLab, _ chance: inout IDGenerator, _ customer: String, _ prices: [String], _ current: JSON
  ) throws -> JSON {
    let price: JSON = .string(prices[chance.number(below: prices.count)])
    let quantity: JSON = .integer(Int64(1 + chance.number(below: 9)))
    let behavior: JSON = ["create_prorations", "always_invoice", "none"][chance.number(below: 3)]
    let fresh = current.isNull ? current : try lab.get(.subscription, current.id)
    if current.isNull || ["canceled", "incomplete_expired"].contains(fresh["status"].string ?? "") {
      var params: JSONObject = ["customer": .string(customer), "items": [["price": price, "quantity": quantity]]]
      if chance.number(below: 3) == 0 { params["trial_period_days"] = 5 }
      if chance.number(below: 3) == 0 { params["discounts"] = [["coupon": "THIRD"], ["coupon": "FIVE"]] }
      if chance.number(below: 4) == 0 { params["billing_mode"] = ["type": "classic"] }
      return try lab.post("subscriptions", params)
    }
    let path = "subscriptions/\(current.id)"
    let item = fresh["items"]["data"][0]["id"]
    do {
      switch chance.number(below: 11) {
      case 0, 1:
        return try lab.post(
          path, ["items": [["id": item, "price": price, "quantity": quantity]], "proration_behavior": behavior])
      case 2:
        try lab.post("subscription_items/\(item.string ?? "")", ["quantity": quantity, "proration_behavior": behavior])
      case 3:
        try lab.post(
          "subscription_items",
          ["subscription": current["id"], "price": price, "quantity": quantity, "proration_behavior": behavior])
      case 4: try lab.delete("subscription_items/\(item.string ?? "")", ["proration_behavior": behavior])
      case 5: try lab.post(path, ["cancel_at_period_end": .bool(chance.number(below: 2) == 0)])
      case 6: try lab.delete(path, ["prorate": true, "invoice_now": .bool(chance.number(below: 2) == 0)])
      case 7:
        try lab.setCard(chance.number(below: 2) == 0 ? "pm_card_visa" : "pm_card_chargeCustomerFail", of: customer)
      case 8:
        try lab.post(
          "invoiceitems", ["customer": .string(customer), "amount": .integer(Int64(chance.number(below: 900)) - 300)])
      case 9: try lab.post(path, ["discounts": [["coupon": chance.number(below: 2) == 0 ? "THIRD" : "FIVE"]]])
      default:
        if let open = try lab.all(.invoice).first(where: { $0["status"] == "open" }) {
          try lab.post("invoices/\(open.id)/\(chance.number(below: 3) == 0 ? "void" : "pay")")
        }
      }
    } catch let error as StripeError {
      #expect(error.code != "unsupported")
    }
    return current
  }

  /// LIFECYCLES.md, section 6: the identities of invoices, and the sum of the customer's balance.
  private func check(_ lab: BillingLab) throws {
    var paid: [String: Int64] = [:]
    for payment in try lab.all(.invoicePayment) {
      paid[payment["invoice"].string ?? "", default: 0] += payment["amount_paid"].integer ?? 0
      guard payment["status"] == "paid", let id = payment["payment"]["payment_intent"].string else { continue }
      #expect(try lab.get(.paymentIntent, id)["amount_received"] == payment["amount_paid"])
    }
    var lines: [String: (amount: Int64, off: Int64)] = [:]
    for line in try lab.all(.lineItem) {
      let off = (line["discount_amounts"].array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
      lines[line["invoice"].string ?? "", default: (0, 0)].amount += line["amount"].integer ?? 0
      lines[line["invoice"].string ?? "", default: (0, 0)].off += off
    }
    for invoice in try lab.all(.invoice) {
      func value(_ name: String) -> Int64 { invoice[name].integer ?? 0 }
      let sums = lines[invoice.id] ?? (0, 0)
      let off = (invoice["total_discount_amounts"].array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
      #expect(value("total") == sums.amount - off && sums.off == off)
      #expect(value("amount_remaining") == value("amount_due") - value("amount_paid"))
      #expect(value("amount_paid") == paid[invoice.id] ?? 0)
      #expect(value("amount_due") >= 0)
      guard invoice["status"] != "draft" else { continue }
      #expect(value("total") + value("starting_balance") == value("amount_due") + value("ending_balance"))
      if invoice["status"] == "paid" { #expect(value("amount_remaining") == 0) }
    }
    let booked = try lab.all(.customerBalanceTransaction).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
    #expect(try lab.all(.customer).reduce(0) { $0 + ($1["balance"].integer ?? 0) } == booked)
  }
}
