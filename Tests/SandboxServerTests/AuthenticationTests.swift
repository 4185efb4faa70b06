import HTTPServer
import Sandbox
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 2.
@Suite struct AuthenticationTests {
  private let test: TestAPI
  init() throws { test = try TestAPI() }

  @Test func withoutAKey() throws {
    let answer = try test.call("GET", "/v1/customers", key: nil)
    #expect(answer.status == 401)
    #expect(
      answer.json == [
        "error": [
          "message": .string(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
              + "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
              + "https://stripe.com/docs/api#authentication for details, or we can help at "
              + "https://support.stripe.com/."),
          "type": "invalid_request_error",
        ]
      ])
    #expect(answer.headers["WWW-Authenticate"] == "Bearer realm=\"Stripe\"")
    #expect(answer.headers["Request-Id"] == nil)
    #expect(answer.headers["Stripe-Version"] == nil)
  }

  @Test(arguments: [
    ("sk_prod_1", "Invalid API Key provided: *****od_1"),
    ("nonsense1234", "Invalid API Key provided: ********1234"),
    ("sk_test_", "Invalid API Key provided: sk_test_"),
  ])
  func aWrongKey(_ key: String, _ message: String) throws {
    let answer = try test.call("GET", "/v1/customers", key: key)
    #expect(answer.status == 401)
    #expect(answer.json == ["error": ["message": .string(message), "type": "invalid_request_error"]])
  }

  @Test(arguments: ["sk_live_", "rk_live_", "sk_org_live_"]) func aLiveKeyIsNotShownAndNotTaken(_ kind: String) throws {
    let answer = try test.call("GET", "/v1/customers", key: kind + "51abcdefgh9876")
    #expect(answer.status == 401)
    #expect(answer.message?.hasPrefix("Invalid API Key provided: \(kind)**********9876.") == true)
    #expect(!answer.text.contains("51abcdefgh"))
  }

  @Test func aPublishableKey() throws {
    let answer = try test.call("GET", "/v1/customers", key: "pk_test_123")
    #expect(answer.status == 401)
    #expect(answer.error["code"] == "secret_key_required")
  }

  @Test(arguments: ["Basic c2tfdGVzdF94Og==", "basic c2tfdGVzdF94Og", "Bearer sk_test_x", "bearer  sk_test_x"])
  func basicAndBearer(_ header: String) throws {
    let answer = try test.call("GET", "/v1/customers", key: nil, headers: ["authorization": header])
    #expect(answer.status == 200)
  }

  @Test func anotherAccount() throws {
    let own = try test.call("GET", "/v1/customers", headers: ["Stripe-Account": AccountSettings().id])
    #expect(own.status == 200)
    #expect(own.headers["Stripe-Account"] == AccountSettings().id)
    let other = try test.call(
      "GET", "/v1/customers", key: "sk_test_abcdefgh1234", headers: ["Stripe-Account": "acct_x"])
    #expect(other.status == 403)
    #expect(
      other.json == [
        "error": [
          "message": .string(
            "The provided key 'sk_test_********1234' does not have access to account 'acct_x' (or that "
              + "account does not exist). Application access may have been revoked."),
          "type": "invalid_request_error", "code": "account_invalid",
          "doc_url": "https://stripe.com/docs/error-codes/account-invalid",
        ]
      ])
    #expect(other.text.hasPrefix("{\n  \"error\": {\n    \"message\""))
    #expect(other.headers["Request-Id"] == nil)
  }

  @Test func restrictedKeysMayBeForbiddenResources() throws {
    var options = SandboxAPIOptions()
    options.forbiddenResources = ["charges", "payment_intent"]
    let test = try TestAPI(options: options)
    #expect(try test.call("GET", "/v1/customers", key: "rk_test_1").status == 200)
    #expect(try test.call("GET", "/v1/charges", key: "sk_test_1").status == 200)
    for path in ["/v1/charges", "/v1/charges/ch_1", "/v1/payment_intents"] {
      let answer = try test.call("GET", path, key: "rk_test_abcd1234")
      #expect(answer.status == 403)
      #expect(answer.error["type"] == "invalid_request_error")
      #expect(answer.message?.contains("does not have the required permissions") == true)
    }
  }
}
