import Testing

@testable import Sandbox

@Suite struct CouponAndEndpointTests {
  @Test func reductionsAreOneOfTwo() throws {
    let lab = try ResourceLab()
    let percent = try lab.create("coupons", ["percent_off": "25.50", "id": "SAVE", "duration": "forever"])
    #expect(percent["percent_off"] == .decimal("25.5"))
    #expect(percent["valid"] == true)
    #expect(try lab.create("coupons", ["percent_off": 50])["percent_off"] == .decimal("50.0"))
    let amount = try lab.create("coupons", ["amount_off": 500, "currency": "EUR"])
    #expect(amount["currency"] == "eur")
    #expect(amount["duration"] == "once")
    #expect(amount.id.count == 8)
    func message(_ params: JSONObject) -> String? { lab.failure("POST", "/v1/coupons", [:], params)?.message }
    #expect(message([:]) == "Must provide percent_off or amount_off.")
    #expect(
      message(["percent_off": 1, "amount_off": 1])
        == "Received both percent_off and amount_off parameters. Please pass in only one.")
    #expect(message(["amount_off": 1]) == "You must pass currency when passing amount_off")
    #expect(
      message(["percent_off": 0])
        == "This value must be greater than or equal to 0.01 (it currently is '0.0').")
    #expect(
      message(["percent_off": 5, "duration": "repeating"])
        == "The duration_in_months param must be set when creating a coupon with a repeating duration")
    #expect(message(["percent_off": 5, "id": "SAVE"]) == "Coupon already exists.")
  }

  @Test func aCouponEndsWithItsTimeOrItsNumber() throws {
    let lab = try ResourceLab()
    _ = try lab.create("coupons", ["id": "TWO", "percent_off": 10, "max_redemptions": 2])
    for _ in 0..<2 { _ = try lab.create("customers", ["coupon": "TWO"]) }
    #expect(try lab.store.read { try $0.find(.coupon, "TWO")?["valid"] } == false)
    #expect(lab.failure("POST", "/v1/customers", [:], ["coupon": "TWO"])?.code == "coupon_expired")
    _ = try lab.create("coupons", ["id": "SOON", "percent_off": 10, "redeem_by": .integer(lab.time + 5)])
    lab.time += 5
    #expect(lab.failure("POST", "/v1/customers", [:], ["coupon": "SOON"])?.message == "Coupon expired: SOON")
    #expect(
      lab.failure("POST", "/v1/coupons", [:], ["percent_off": 1, "redeem_by": 5])?.param == "redeem_by")
  }

  @Test func aCouponIsNoLongerValidAfterItsTime() throws {
    let lab = try ResourceLab()
    _ = try lab.create("coupons", ["id": "SOON", "percent_off": 10, "redeem_by": .integer(lab.time + 5)])
    func pass(_ seconds: Int64) throws -> JSON? {
      lab.time += seconds
      let now = lab.time
      return try lab.store.write(at: now) { world in
        _ = try world.runDue(clock: nil, until: now)
        return try world.find(.coupon, "SOON")?["valid"]
      }
    }
    #expect(try pass(4) == true)
    #expect(try pass(1) == false)
  }

  @Test func aDeletedCouponsIDIsFreeAgain() throws {
    let lab = try ResourceLab()
    _ = try lab.create("coupons", ["id": "SAVE", "percent_off": 10, "redeem_by": .integer(lab.time + 5)])
    try lab.call("DELETE", "/v1/coupons/{coupon}", ["coupon": "SAVE"])
    lab.time += 1
    _ = try lab.create("coupons", ["id": "LATER", "percent_off": 30])
    lab.time += 1
    let again = try lab.create("coupons", ["id": "SAVE", "percent_off": 20])
    #expect(again["valid"] == true && again["redeem_by"].isNull)
    let listed = try lab.store.read { try $0.records(ListQuery(.coupon)).map { $0["percent_off"] } }
    #expect(listed == [.decimal("20.0"), .decimal("30.0")])
    #expect(try lab.create("customers", ["coupon": "SAVE"])["discount"]["source"]["coupon"] == "SAVE")
  }

  @Test func couponsChangeAndGo() throws {
    let lab = try ResourceLab()
    let id = try lab.create("coupons", ["percent_off": 10, "name": "Old"]).id
    try lab.call("POST", "/v1/coupons/{coupon}", ["coupon": id], ["name": "New"])
    try lab.call("DELETE", "/v1/coupons/{coupon}", ["coupon": id])
    #expect(try lab.events() == ["coupon.created", "coupon.updated", "coupon.deleted"])
    #expect(lab.failure("POST", "/v1/coupons/{coupon}", ["coupon": id])?.status == 404)
  }

  @Test func theSecretIsShownOnce() throws {
    let lab = try ResourceLab()
    let path = "/v1/webhook_endpoints/{webhook_endpoint}"
    let made = try lab.create("webhook_endpoints", ["url": "http://127.0.0.1:9/x", "enabled_events": ["invoice.paid"]])
    #expect(made["secret"].string?.hasPrefix("whsec_") == true)
    #expect(made["status"] == "enabled")
    #expect(try lab.hidden(.webhookEndpoint, made.id)["secret"] == made["secret"])
    let after = try lab.call(
      "POST", path, ["webhook_endpoint": made.id], ["disabled": true, "enabled_events": ["*"]])
    #expect(!after.has("secret"))
    #expect(after["status"] == "disabled")
    #expect(after["enabled_events"] == ["*"])
    #expect(try lab.events().isEmpty)
    try lab.call("DELETE", path, ["webhook_endpoint": made.id])
    #expect(lab.failure("POST", path, ["webhook_endpoint": made.id])?.status == 404)
  }

  @Test func endpointsAreChecked() throws {
    let lab = try ResourceLab()
    func error(_ url: String, _ events: JSON) -> StripeError? {
      lab.failure("POST", "/v1/webhook_endpoints", [:], ["url": .string(url), "enabled_events": events])
    }
    #expect(error("example.com", ["*"])?.code == "url_invalid")
    #expect(error("https://example.com", ["invoice.payed"])?.param == "enabled_events[0]")
    for _ in 1...16 {
      _ = try lab.create("webhook_endpoints", ["url": "https://example.com", "enabled_events": ["*"]])
    }
    #expect(
      error("https://example.com", ["*"])?.message == "You have reached the maximum of 16 test webhook endpoints.")
  }

  @Test func decimalsInPlainDigits() {
    #expect(DecimalText("007.500")?.text == "7.5")
    #expect(DecimalText("0.0")?.text == "0")
    #expect(DecimalText(12)?.integer == 12)
    #expect(DecimalText("1e3") == nil)
    #expect(DecimalText("0.255")?.hundredths == nil)
  }
}
