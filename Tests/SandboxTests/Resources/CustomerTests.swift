import Testing

@testable import Sandbox

@Suite struct CustomerTests {
  private let path = "/v1/customers/{customer}"

  @Test func aNewCustomerHasStripesDefaults() throws {
    let lab = try ResourceLab()
    let customer = try lab.create("customers", ["email": "a@example.com", "address": ["city": "Graz"]])
    #expect(customer["balance"] == 0)
    #expect(customer["delinquent"] == false)
    #expect(customer["tax_exempt"] == "none")
    #expect(customer["next_invoice_sequence"] == 1)
    #expect(customer["metadata"] == [:])
    #expect(customer["invoice_prefix"].string?.wholeMatch(of: #/[A-Z0-9]{8}/#) != nil)
    #expect(
      customer["address"]
        == ["city": "Graz", "country": nil, "line1": nil, "line2": nil, "postal_code": nil, "state": nil])
    #expect(
      customer["invoice_settings"]
        == ["custom_fields": nil, "default_payment_method": nil, "footer": nil, "rendering_options": nil])
    #expect(try lab.events() == ["customer.created"])
    #expect(try lab.lastEvent()["data"]["object"]["email"] == "a@example.com")
  }

  @Test func anUpdateMergesHashesAndNotes() throws {
    let lab = try ResourceLab()
    let id = try lab.create(
      "customers",
      [
        "address": ["city": "Graz", "line1": "Ring 1"], "metadata": ["a": "1", "b": "2"],
        "shipping": ["name": "Ada", "address": ["line1": "Ring 1"]], "invoice_settings": ["footer": "Thanks"],
      ]
    ).id
    let after = try lab.call(
      "POST", path, ["customer": id],
      [
        "address": ["city": "Linz"], "metadata": ["a": nil, "c": "3"], "shipping": ["phone": "1"],
        "invoice_settings": ["custom_fields": [["name": "PO", "value": "7"]]],
      ])
    #expect(after["address"]["city"] == "Linz")
    #expect(after["address"]["line1"] == "Ring 1")
    #expect(after["metadata"] == ["b": "2", "c": "3"])
    #expect(after["shipping"]["name"] == "Ada")
    #expect(after["shipping"]["address"]["line1"] == "Ring 1")
    #expect(after["invoice_settings"]["footer"] == "Thanks")
    let event = try lab.lastEvent()
    #expect(event["type"] == "customer.updated")
    #expect(event["data"]["previous_attributes"]["address"] == ["city": "Graz"])
    #expect(event["request"]["id"] == "req_1")
    let cleared = try lab.call("POST", path, ["customer": id], ["metadata": nil, "address": nil])
    #expect(cleared["metadata"] == [:])
    #expect(cleared["address"].isNull)
  }

  @Test func anUpdateThatChangesNothingEmitsNothing() throws {
    let lab = try ResourceLab()
    let id = try lab.create("customers", ["name": "Ada"]).id
    try lab.call("POST", path, ["customer": id], ["name": "Ada"])
    #expect(try lab.events() == ["customer.created"])
  }

  @Test func aDeletedCustomerIsMissingForWriters() throws {
    let lab = try ResourceLab()
    let id = try lab.create("customers", ["name": "Ada"]).id
    #expect(
      try lab.call("DELETE", path, ["customer": id]) == ["id": .string(id), "object": "customer", "deleted": true])
    let event = try lab.lastEvent()
    #expect(event["type"] == "customer.deleted")
    #expect(event["data"]["object"]["name"] == "Ada")
    let error = lab.failure("POST", path, ["customer": id], ["name": "Eva"])
    #expect(error == .noSuch("customer", id, param: "id", inPath: true))
    #expect(error?.status == 404)
  }

  @Test func fiftyNotesInAllAreEnough() throws {
    let lab = try ResourceLab()
    func notes(_ numbers: ClosedRange<Int>) -> JSON { .object(JSONObject(numbers.map { ("k\($0)", "v") })) }
    let id = try lab.create("customers", ["metadata": notes(1...50)]).id
    try lab.call("POST", path, ["customer": id], ["metadata": notes(50...50)])
    #expect(lab.failure("POST", path, ["customer": id], ["metadata": notes(51...51)])?.param == "metadata")
  }

  @Test func theBalanceIsABookOfItsOwn() throws {
    let lab = try ResourceLab()
    let id = try lab.create("customers", ["balance": -200]).id
    let collection = path + "/balance_transactions"
    let entry = try lab.call(
      "POST", collection, ["customer": id], ["amount": -300, "currency": "usd", "description": "Sorry"])
    #expect(entry["ending_balance"] == -500)
    #expect(entry["type"] == "adjustment")
    #expect(try lab.lastEvent()["data"]["previous_attributes"] == ["balance": -200])
    let update = try lab.call(
      "POST", collection + "/{transaction}", ["customer": id, "transaction": entry.id], ["metadata": ["k": "v"]])
    #expect(update["metadata"] == ["k": "v"])
    #expect(
      lab.failure("POST", collection, ["customer": id], ["amount": 1, "currency": "euros"])?.param == "currency")
    try lab.call("POST", path, ["customer": id], ["balance": 50])
    let entries = try lab.store.read { try $0.records(ListQuery(.customerBalanceTransaction)) }
    #expect(entries.map { $0.int("amount") } == [550, -300, -200])
    #expect(entries.map { $0.int("ending_balance") } == [50, -500, -200])
  }

  @Test func oldVersionsGiveACustomerACoupon() throws {
    let lab = try ResourceLab()
    _ = try lab.create(
      "coupons", ["id": "SPRING", "percent_off": 25, "duration": "repeating", "duration_in_months": 3])
    let customer = try lab.create("customers", ["coupon": "SPRING"])
    #expect(customer["discount"]["source"] == ["coupon": "SPRING", "type": "coupon"])
    #expect(customer["discount"]["end"].integer == CivilTime(lab.time).adding(months: 3).seconds)
    let stub = try lab.call("DELETE", path + "/discount", ["customer": customer.id])
    #expect(stub["deleted"] == true)
    #expect(try lab.events().suffix(2) == ["customer.discount.deleted", "customer.updated"])
    #expect(lab.failure("DELETE", path + "/discount", ["customer": customer.id])?.status == 404)
  }
}
