import APIReference
import Sandbox
import Testing

@testable import SandboxServer

/// The message forms of CONTRACT.md, section 8.
@Suite struct ParameterTests {
  private let test: TestAPI
  init() throws { test = try TestAPI() }

  private func error(_ form: String) throws -> JSON {
    let answer = try test.post("/v1/customers", form)
    #expect(answer.status == 400)
    #expect(answer.headers["Stripe-Should-Retry"] == nil)
    return answer.error
  }

  @Test func unknownComesFirst() throws {
    let error = try error("email[]=x&balance=abc&foo=1")
    #expect(error["code"] == "parameter_unknown")
    #expect(error["message"] == "Received unknown parameter: foo")
    #expect(error["param"] == "foo")
    #expect(error["type"] == "invalid_request_error")
    #expect(error["doc_url"] == "https://stripe.com/docs/error-codes/parameter-unknown")
  }

  @Test(arguments: [
    ("address[nope]=1", "address[nope]"), ("tax_id_data[0][type]=us_ein&tax_id_data[1][x]=1", "tax_id_data[1][x]"),
    ("tax_id_data[][x]=1", "tax_id_data[0][x]"),
  ])
  func nestedUnknownsAreNamedInBrackets(_ form: String, _ param: String) throws {
    let error = try error(form)
    #expect(error["message"] == .string("Received unknown parameter: \(param)"))
    #expect(error["param"] == .string(param))
  }

  @Test(arguments: [
    ("balance=abc", "Invalid integer: abc", "balance", "parameter_invalid_integer"),
    ("balance=1.5", "Invalid integer: 1.5", "balance", "parameter_invalid_integer"),
    (
      "balance=9223372036854775808", "Invalid integer: 9223372036854775808", "balance", "parameter_invalid_integer"
    ),
    ("validate=yes", "Invalid boolean: yes", "validate", nil),
    ("rate=1,5", "Invalid decimal: 1,5", "rate", nil),
    ("address=x", "Invalid object", "address", nil),
    ("types=x", "Invalid array", "types", nil),
    ("types[a]=x", "Invalid array", "types", nil),
    ("name[0]=wrong&name[1]=type", #"Invalid string: {"0":"wrong","1":"type"}"#, "name", nil),
    ("tax_exempt=foo", "Invalid tax_exempt: must be one of exempt, none, or reverse", "tax_exempt", nil),
    (
      "tax_id_data[0][type]=x", "Invalid tax_id_data[0][type]: must be one of eu_vat or us_ein",
      "tax_id_data[0][type]", nil
    ),
    ("address[city]=x", "Missing required param: address[country].", "address[country]", "parameter_missing"),
    (
      "email=",
      """
      You passed an empty string for 'email'. We assume empty values are an attempt to unset a parameter; however \
      'email' cannot be unset. You should remove 'email' from your request or supply a non-empty value.
      """, "email", "parameter_invalid_empty"
    ),
    ("up_to=x", "Invalid integer: x", "up_to", "parameter_invalid_integer"),
    (
      "cash_balance[x]=1",
      "The Okapi sandbox does not support the parameter cash_balance yet (docs/sandbox-fidelity.md).",
      "cash_balance", "unsupported"
    ),
  ])
  func wrongTypesAreNamed(_ form: String, _ message: String, _ param: String, _ code: String?) throws {
    let error = try error(form)
    #expect(error["message"] == .string(message))
    #expect(error["param"] == .string(param))
    #expect(error["code"].string == code)
  }

  @Test func stringsHaveAnEnd() throws {
    let long = "abcd" + String(repeating: "-", count: 4_993) + "wxyz"
    #expect(
      try error("name=\(long)")["message"] == "Invalid string: abcd...wxyz; must be at most 5000 characters")
    #expect(try test.post("/v1/customers", "name=\(long.dropFirst())").status == 200)
  }

  @Test func arraysHaveAnEnd() throws {
    let many = (0...20).map { "types[\($0)]=x" }.joined(separator: "&")
    #expect(try error(many)["message"] == "Array types exceeded maximum 20 allowed elements.")
  }

  @Test func metadataHasLimits() throws {
    let many = (0...50).map { "metadata[k\($0)]=v" }.joined(separator: "&")
    #expect(try error(many)["param"] == "metadata")
    #expect(try error("metadata[\(String(repeating: "k", count: 41))]=v")["param"] == "metadata")
    #expect(try error("metadata[k]=\(String(repeating: "v", count: 501))")["param"] == "metadata[k]")
    #expect(try error("metadata=x")["message"] == "Invalid object")
    #expect(try test.post("/v1/customers", "metadata=").json["metadata"] == [:])
    #expect(try test.post("/v1/customers", "metadata[k]=").json["metadata"] == ["k": nil], "null takes a key away")
  }

  @Test func valuesGetTheirTypes() throws {
    let form = try FormDecoder.decode(
      query:
        "name=&balance=-3&validate=true&rate=1.50&percent=25.5&up_to=inf&types[]=a&address[country]=FR&tax_exempt=none",
      body: [])
    let params = try ParameterChecker(TestAPI.customerParameters).check(form)
    #expect(
      params.values == [
        "name": nil, "balance": -3, "validate": true, "rate": "1.50", "percent": .decimal("25.5"), "up_to": "inf",
        "types": ["a"], "address": ["country": "FR"], "tax_exempt": "none",
      ])
    #expect(params.isUnset("name"))
  }

  @Test func expandTakesAnArray() throws {
    let error = try error("expand=foo")
    #expect(error["message"] == "Invalid array")
    #expect(error["param"] == "expand")
  }

  @Test func whatAVersionTookAwayIsUnknownFromThenOn() throws {
    let api = try TestAPI(
      endpoints: [
        .init(
          method: "POST", path: "/v1/coupons", operation: "create", object: "coupon",
          parameters: [.init(name: "old", type: .string, until: "25-03 basil")], answer: .object)
      ],
      operations: [Operation("POST", "/v1/coupons") { _, call in .object(call.params.values) }])
    #expect(try api.post("/v1/coupons", "old=x", version: "2024-06-20").json["old"] == "x")
    #expect(
      try api.post("/v1/coupons", "old=x", version: "2025-03-31.basil").message == "Received unknown parameter: old")
    #expect(try api.post("/v1/coupons", "old=x").status == 400)
  }

  @Test func parametersOfOldAreTakenInTodaysForm() throws {
    func upgrade(_ values: JSONObject, _ path: String = "/v1/subscriptions") throws -> JSONObject {
      let endpoint = try #require(APIReference.endpoint(method: "POST", path: path)?.endpoint)
      return VersionedParameters.upgrade(Params(values), endpoint).values
    }
    #expect(try upgrade(["customer": "c", "coupon": "ten"]) == ["customer": "c", "discounts": [["coupon": "ten"]]])
    #expect(try upgrade(["coupon": nil]) == ["discounts": nil])
    #expect(try upgrade(["customer": "c"]) == ["customer": "c"])
    #expect(
      try upgrade(["price": "price_1", "unit_amount": 5], "/v1/invoiceitems")
        == ["pricing": ["price": "price_1"], "unit_amount_decimal": "5"])
  }
}
