import Testing

@testable import Sandbox

@Suite struct ProductAndPriceTests {
  private func price(_ lab: ResourceLab, _ params: JSONObject) throws -> JSONObject {
    var params = params
    if !params.has("currency") { params["currency"] = "usd" }
    if !params.has("product") { params["product"] = .string(try lab.create("products", ["name": "P"]).id) }
    return try lab.create("prices", params)
  }

  @Test func aProductWithItsDefaultPrice() throws {
    let lab = try ResourceLab()
    let product = try lab.create(
      "products",
      [
        "name": "Team",
        "default_price_data": ["currency": "eur", "unit_amount": 900, "recurring": ["interval": "month"]],
      ])
    #expect(product["type"] == "service")
    #expect(product["images"] == [])
    #expect(
      try lab.events() == ["product.created", "price.created", "plan.created", "product.updated"])
    let price = try #require(product["default_price"].string)
    let error = lab.failure("DELETE", "/v1/products/{id}", ["id": product.id])
    #expect(error?.message == "This product cannot be deleted because it has one or more user-created prices.")
    #expect(try lab.store.read { try $0.find(.price, price)?.reference("product") } == product.id)
  }

  @Test func aProductKnowsWhenItWasChanged() throws {
    let lab = try ResourceLab()
    let product = try lab.create("products", ["name": "P", "id": "plan-a"])
    #expect(product.id == "plan-a")
    lab.time += 10
    let after = try lab.call("POST", "/v1/products/{id}", ["id": "plan-a"], ["name": "Q"])
    #expect(after["updated"] == .integer(lab.time))
    #expect(
      try lab.lastEvent()["data"]["previous_attributes"] == ["name": "P", "updated": .integer(lab.time - 10)])
    #expect(lab.failure("POST", "/v1/products", [:], ["name": "R", "id": "plan-a"])?.code == "resource_already_exists")
    try lab.call("DELETE", "/v1/products/{id}", ["id": "plan-a"])
    #expect(try lab.events().last == "product.deleted")
    #expect(lab.failure("POST", "/v1/products", [:], [:]) == .missing("name"))
  }

  @Test func amountsInBothForms() throws {
    let lab = try ResourceLab()
    let whole = try price(lab, ["unit_amount": 1000])
    #expect(whole["type"] == "one_time")
    #expect(whole["recurring"].isNull)
    #expect(whole["unit_amount_decimal"] == "1000")
    #expect(whole["tax_behavior"] == "unspecified")
    let part = try price(lab, ["unit_amount_decimal": "0.050"])
    #expect(part["unit_amount"].isNull)
    #expect(part["unit_amount_decimal"] == "0.05")
    #expect(try price(lab, ["unit_amount_decimal": "1200.00"])["unit_amount"] == 1200)
    #expect(
      lab.failure("POST", "/v1/prices", [:], ["currency": "usd", "product_data": ["name": "x"]])?.message
        == "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.")
    #expect(
      lab.failure("POST", "/v1/prices", [:], ["currency": "usd", "unit_amount": 1])?.message
        == "You must specify either `product` or `product_data` when creating a price.")
    #expect(
      lab.failure("POST", "/v1/prices", [:], ["currency": "usd", "unit_amount": 1, "product": "prod_x"])
        == .noSuch("product", "prod_x", param: "product"))
  }

  @Test func recurringPricesHaveAPlan() throws {
    let lab = try ResourceLab()
    let month = try price(lab, ["unit_amount": 1000, "recurring": ["interval": "month"]])
    #expect(month["type"] == "recurring")
    #expect(
      month["recurring"]
        == [
          "interval": "month", "interval_count": 1, "meter": nil, "trial_period_days": nil, "usage_type": "licensed",
        ])
    #expect(try lab.events() == ["product.created", "price.created", "plan.created"])
    #expect(try lab.lastEvent()["data"]["object"]["amount"] == 1000)
    try lab.call("POST", "/v1/prices/{price}", ["price": month.id], ["nickname": "Monthly", "active": false])
    #expect(try lab.events().suffix(2) == ["price.updated", "plan.updated"])
    #expect(try lab.lastEvent()["data"]["previous_attributes"] == ["active": true, "nickname": nil])
    let error = lab.failure(
      "POST", "/v1/prices", [:],
      [
        "currency": "usd", "unit_amount": 1, "product": month["product"],
        "recurring": ["interval": "year", "interval_count": 4],
      ])
    #expect(error?.param == "recurring[interval_count]")
  }

  @Test func tiersAreHidden() throws {
    let lab = try ResourceLab()
    let tiers: JSON = [["up_to": 5, "unit_amount": 500], ["up_to": "inf", "unit_amount": 400, "flat_amount": 100]]
    let params: JSONObject = [
      "billing_scheme": "tiered", "tiers_mode": "graduated", "recurring": ["interval": "month"], "tiers": tiers,
    ]
    let made = try price(lab, params)
    #expect(made["unit_amount"].isNull)
    #expect(made["tiers_mode"] == "graduated")
    #expect(!made.has("tiers"))
    let kept = try lab.hidden(.price, made.id)["tiers"].array
    #expect(kept?.count == 2)
    #expect(
      kept?.last
        == [
          "flat_amount": 100, "flat_amount_decimal": "100", "unit_amount": 400, "unit_amount_decimal": "400",
          "up_to": nil,
        ])
    var once = params
    once.remove("recurring")
    once["currency"] = "usd"
    once["product"] = made["product"]
    #expect(
      lab.failure("POST", "/v1/prices", [:], once)?.message
        == "Prices with `type=one_time` are not supported with tiered billing.")
    var open = params
    open["currency"] = "usd"
    open["product"] = made["product"]
    open["tiers"] = [["up_to": 5, "unit_amount": 500]]
    #expect(lab.failure("POST", "/v1/prices", [:], open)?.param == "tiers[0][up_to]")
  }

  @Test func aLookupKeyLeadsToOnePrice() throws {
    let lab = try ResourceLab()
    let first = try price(lab, ["unit_amount": 1, "lookup_key": "pro"])
    let second: JSONObject = [
      "currency": "usd", "unit_amount": 2, "product": first["product"], "lookup_key": "pro",
    ]
    let error = lab.failure("POST", "/v1/prices", [:], second)
    #expect(error == .invalid("A price (`\(first.id)`) already uses that lookup key.", param: "lookup_key"))
    var transfer = second
    transfer["transfer_lookup_key"] = true
    #expect(try lab.create("prices", transfer)["lookup_key"] == "pro")
    #expect(try lab.store.read { try $0.find(.price, first.id)?["lookup_key"] } == .null)
    #expect(try lab.events().suffix(2) == ["price.updated", "price.created"])
  }

  @Test func otherCurrenciesAreHidden() throws {
    let lab = try ResourceLab()
    let made = try price(lab, ["unit_amount": 1000, "currency_options": ["jpy": ["unit_amount": 150]]])
    #expect(!made.has("currency_options"))
    let options = try lab.hidden(.price, made.id)["currency_options"]
    #expect(options["jpy"]["unit_amount"] == 150)
    #expect(options["usd"]["unit_amount_decimal"] == "1000")
  }
}
