import Testing

@testable import Sandbox

@Suite struct LedgerTests {
  /// 00:00 UTC of 1 March, 1 April and 1 May 2026.
  private static let march: Int64 = 1_772_323_200
  private static let april: Int64 = 1_775_001_600
  private static let may: Int64 = 1_777_593_600

  private let store: SandboxStore

  init() throws { store = try SandboxStore(.memory) }

  private func price(_ params: JSONObject) throws -> Record {
    var params = params
    params["product_data"] = ["name": "P"]
    if !params.has("currency") { params["currency"] = "usd" }
    let asked = Params(params)
    return try store.write(at: Self.march) { try $0.createPrice(asked) }
  }

  /// Keeps a subscription as it is from a moment on; nothing of billing runs.
  private func subscribe(
    _ id: String, _ price: Record, quantity: Int64 = 1, status: String = "active", discounts: [String] = [],
    at time: Int64
  ) throws {
    try store.write(at: time) { world in
      var subscription =
        try world.find(.subscription, id)
        ?? Record(.subscription, body: ["id": .string(id), "created": .integer(time)])
      subscription["status"] = .string(status)
      subscription["discounts"] = .strings(discounts)
      try world.save(&subscription)
      var item =
        try world.find(.subscriptionItem, "si_\(id)")
        ?? Record(.subscriptionItem, body: ["id": .string("si_\(id)"), "subscription": .string(id)])
      item["price"] = .object(price.body)
      item["quantity"] = .integer(quantity)
      try world.save(&item)
    }
  }

  private func months(until end: Int64 = may) throws -> [RecurringRevenue.Month] {
    try store.read { try RecurringRevenue.months($0, until: end) }
  }

  private func amount(until end: Int64 = may) throws -> Int64? { try months(until: end).last?.amount }

  @Test func theExampleThatStripePrints() throws {
    let month = try price(["unit_amount": 100, "recurring": ["interval": "month"]])
    let year = try price(["unit_amount": 600, "recurring": ["interval": "year"]])
    for number in 1...100 { try subscribe("m\(number)", month, at: Self.march + 5) }
    for number in 1...50 { try subscribe("y\(number)", year, at: Self.march + 5) }
    let found = try months()
    #expect(found.map(\.month) == ["2026-03", "2026-04"])
    #expect(found.map(\.amount) == [12_500, 12_500])
    #expect(found.map(\.subscriptions) == [150, 150])
    store.close()
  }

  @Test(arguments: [
    ("week", 1, 1_200, 5_200), ("day", 30, 900, 912), ("month", 3, 1_000, 333), ("year", 2, 24_000, 1_000),
  ])
  func periodsAreBroughtToAMonth(interval: String, count: Int64, cents: Int64, perMonth: Int64) throws {
    let price = try price([
      "unit_amount": .integer(cents),
      "recurring": ["interval": .string(interval), "interval_count": .integer(count)],
    ])
    try subscribe("s", price, at: Self.march + 5)
    #expect(try amount() == perMonth)
    store.close()
  }

  @Test func whatCountsIsActiveOrPastDue() throws {
    let price = try price(["unit_amount": 1_000, "recurring": ["interval": "month"]])
    let states = ["trialing", "active", "past_due", "unpaid", "paused", "incomplete", "canceled"]
    for status in states { try subscribe("s_\(status)", price, status: status, at: Self.march + 5) }
    #expect(try amount() == 2_000)
    #expect(try months().last?.subscriptions == 2)
    store.close()
  }

  @Test func aMonthEndsBeforeTheNextBegins() throws {
    let price = try price(["unit_amount": 1_000, "recurring": ["interval": "month"]])
    try subscribe("s", price, at: Self.march + 5)
    try subscribe("s", price, quantity: 3, at: Self.april - 1)
    try subscribe("s", price, quantity: 3, status: "canceled", at: Self.april)
    #expect(try months().map(\.amount) == [3_000, 0])
    #expect(try months(until: Self.april + 60).map(\.at) == [Self.april, Self.april + 60])
    store.close()
  }

  @Test func tiersAreEvaluated() throws {
    let price = try price([
      "billing_scheme": "tiered", "tiers_mode": "graduated", "recurring": ["interval": "month"],
      "tiers": [["up_to": 2, "unit_amount": 500], ["up_to": "inf", "unit_amount": 300]],
    ])
    try subscribe("s", price, quantity: 5, at: Self.march + 5)
    #expect(try amount() == 1_900)
    store.close()
  }

  @Test func onlyDiscountsForEverCount() throws {
    let price = try price(["unit_amount": 999, "recurring": ["interval": "month"]])
    let ids = try store.write(at: Self.march) { world in
      try ["forever", "once"].map { duration in
        let coupon = try world.createCoupon(
          Params(["percent_off": "50", "duration": .string(duration)]))
        return try world.redeem(coupon: coupon.id, param: "c", on: World.DiscountPlace(customer: nil)).id
      }
    }
    try subscribe("s", price, discounts: ids, at: Self.march + 5)
    // 499.5 lies half-way: to the even one.
    #expect(try amount() == 500)
    try subscribe("t", price, quantity: 2, at: Self.april)
    #expect(try amount() == 2_498)
    store.close()
  }

  @Test func aWrongNumberIsFound() throws {
    let world = try SeedLab.store(SeedLab.plan(customers: 5, months: 2))
    defer { world.close() }
    let id = try world.write(at: SeedLab.until) { world in
      var invoice = try #require(try world.records(ListQuery(.invoice, [.equals("status", "paid")], limit: 1)).first)
      invoice["total"] = .integer(invoice.int("total") + 1)
      try world.save(&invoice)
      return invoice.id
    }
    let problems = try world.read { try Ledger.problems($0) }
    #expect(Set(problems.map(\.rule)) == ["invoice_total", "invoice_due"])
    #expect(Set(problems.map(\.id)) == [id])
    store.close()
  }

  @Test func theLedgerCountsWhatIsThere() throws {
    let world = try SeedLab.world.get()
    let ledger = try world.read { try Ledger.json($0, at: SeedLab.until) }
    #expect(ledger["counts"]["products"] == 19)
    #expect(ledger["problems"] == [])
    let currencies = (ledger["money"].array ?? []).compactMap { $0["currency"].string }
    #expect(currencies == currencies.sorted() && currencies.contains("jpy"))
    for money in ledger["money"].array ?? [] {
      let whole = (money["available"].integer ?? 0) + (money["pending"].integer ?? 0)
      #expect(money["net"].integer == whole)
    }
    store.close()
  }

  @Test func fractionsAreExact() {
    #expect(Fraction(1, 3) + Fraction(1, 6) == Fraction(1, 2))
    #expect(Fraction(2, -4) == Fraction(-1, 2))
    #expect(
      [Fraction(5, 2), Fraction(7, 2), Fraction(-5, 2), Fraction(10, 4)].map(\.roundedHalfEven) == [2, 4, -2, 2])
    store.close()
  }
}
