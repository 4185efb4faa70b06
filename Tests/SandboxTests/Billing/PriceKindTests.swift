import Testing

@testable import Sandbox

/// Prices other than so many dollars a piece, through whole subscriptions.
@Suite struct PriceKindTests {
  private func firstTotal(_ price: JSONObject, currency: String = "usd", quantity: Int64 = 1) throws -> JSON {
    let lab = try BillingLab()
    let product = try lab.post("products", ["name": "Plan", "unit_label": "user"])
    var params = price
    params["currency"] = .string(currency)
    params["product"] = product["id"]
    if params["recurring"].isNull { params["recurring"] = ["interval": "month"] }
    let made = try lab.post("prices", params)
    let subscription = try lab.post(
      "subscriptions",
      ["customer": .string(try lab.customer()), "items": [["price": made["id"], "quantity": .integer(quantity)]]])
    return try lab.get(.invoice, subscription["latest_invoice"].string)
  }

  @Test func fractionsOfACentAreSummedBeforeRounding() throws {
    let invoice = try firstTotal(["unit_amount_decimal": "0.75"], quantity: 3_333)
    #expect(invoice["total"] == 2_500)
    #expect(invoice["lines"]["data"][0]["pricing"]["unit_amount_decimal"] == "0.75")
  }

  @Test(arguments: [("graduated", 7_500), ("volume", 6_000)] as [(String, Int64)])
  func tiersAreCharged(mode: String, total: Int64) throws {
    let invoice = try firstTotal(
      [
        "billing_scheme": "tiered", "tiers_mode": .string(mode),
        "tiers": [["up_to": 5, "unit_amount": 1_000], ["up_to": "inf", "unit_amount": 500, "flat_amount": 0]],
      ], quantity: mode == "graduated" ? 10 : 12)
    #expect(invoice["total"].integer == total)
    #expect(invoice["lines"]["data"][0]["pricing"]["unit_amount_decimal"].isNull)
  }

  @Test(
    arguments: [
      ("jpy", 1_500, "1 user × Plan (at ¥1500 / month)"), ("eur", 999, "1 user × Plan (at €9.99 / month)"),
      ("kwd", 12_340, "1 user × Plan (at KWD 12.340 / month)"),
    ] as [(String, Int64, JSON)])
  func currenciesKeepTheirMinorUnits(currency: String, amount: Int64, text: JSON) throws {
    let invoice = try firstTotal(["unit_amount": .integer(amount)], currency: currency)
    #expect(invoice["amount_paid"].integer == amount && invoice["currency"] == .string(currency))
    #expect(invoice["lines"]["data"][0]["description"] == text)
  }

  @Test func threeMonthsAreSaidAsSuch() throws {
    let invoice = try firstTotal(
      ["unit_amount": 6_000, "recurring": ["interval": "month", "interval_count": 3]], quantity: 2)
    #expect(invoice["lines"]["data"][0]["description"] == "2 user × Plan (at $60.00 / every 3 months)")
    #expect(
      invoice["lines"]["data"][0]["period"]["end"].integer
        == BillingInterval(.month, 3).boundary(1, from: 1_767_268_800))
  }

  @Test func lessThanTheMinimumIsCarriedOver() throws {
    let invoice = try firstTotal(["unit_amount": 20])
    #expect(invoice["total"] == 20 && invoice["amount_due"] == 0 && invoice["status"] == "paid")
    #expect(invoice["ending_balance"] == 20)
  }
}
