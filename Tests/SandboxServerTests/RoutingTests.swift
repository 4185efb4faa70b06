import HTTPServer
import PlatformCore
import Sandbox
import Synchronization
import Testing

@testable import SandboxServer

@Suite struct RoutingTests {
  private let test: TestAPI
  init() throws { test = try TestAPI() }

  private static let help = "Please see https://stripe.com/docs or we can help at https://support.stripe.com/."

  @Test(arguments: [("GET", "/v1/foo"), ("PUT", "/v1/customers"), ("GET", "/"), ("GET", "/v1/customers/cus_1/nothing")])
  func unknownURLs(_ method: String, _ path: String) throws {
    let answer = try test.call(method, path)
    #expect(answer.status == 404)
    #expect(answer.message == "Unrecognized request URL (\(method): \(path)). \(Self.help)")
    #expect(answer.error["type"] == "invalid_request_error")
    #expect(answer.error["code"].isNull)
    #expect(answer.headers["Request-Id"]?.hasPrefix("req_") == true)
  }

  @Test func aTrailingSlashGetsAdvice() throws {
    let message = try test.get("/v1/customers/").message
    #expect(message?.hasPrefix("Unrecognized request URL (GET: /v1/customers/). If you are trying to list") == true)
    #expect(message?.contains("remove the trailing slash") == true)
    #expect(message?.hasSuffix(Self.help) == true)
  }

  @Test(arguments: ["/v1/promotion_codes", "/v1/tax_rates/txr_1", "/v2/core/events"])
  func whatIsNotBuiltSaysSo(_ path: String) throws {
    let answer = try test.get(path)
    #expect(answer.error["code"] == "unsupported")
  }

  /// It went with basil: from there on it is an invoice's id.
  @Test func theOldPreviewSaysWhatTakesItsPlace() throws {
    for path in ["/v1/invoices/upcoming", "/v1/invoices/upcoming/lines"] {
      let old = try test.get(path, "customer=cus_1", version: "2025-02-24.acacia")
      #expect(old.error["code"] == "unsupported")
      #expect(old.message?.contains("POST /v1/invoices/create_preview") == true)
    }
    let new = try test.get("/v1/invoices/upcoming", version: "2025-03-31.basil")
    #expect(new.message == "No such invoice: 'upcoming'")
  }

  @Test func aDeclaredCallWithoutCodeIsUnsupported() throws {
    #expect(try test.post("/v1/customers/cus_1").error["code"] == "unsupported")
  }

  @Test(arguments: [
    ("/v1/customers/non_existing_customer_id", "No such customer: 'non_existing_customer_id'", "id"),
    ("/v1/payment_intents/does+not+exist", "No such payment_intent: 'does not exist'", "intent"),
    ("/v1/setup_intents/does+not+exist", "No such setupintent: 'does not exist'", "intent"),
    ("/v1/charges/2763276372637263", "No such charge: '2763276372637263'", "id"),
    ("/v1/subscriptions/sub_x", "No such subscription: 'sub_x'", "subscription_exposed_id"),
    ("/v1/products/prod_x", "No such product: 'prod_x'", "id"),
    ("/v1/invoices/ch_123", "No such invoice: 'ch_123'", "invoice"),
    ("/v1/customers/cus_x/payment_methods", "No such customer: 'cus_x'", "customer"),
  ])
  func missingObjects(_ path: String, _ message: String, _ param: String) throws {
    let answer = try test.get(path)
    #expect(answer.status == 404)
    #expect(answer.error["code"] == "resource_missing")
    #expect(answer.message == message)
    #expect(answer.error["param"] == .string(param))
    #expect(answer.headers["Stripe-Should-Retry"] == nil)
  }

  @Test func aMissingPaymentMethodSaysWhereItMightBe() throws {
    #expect(
      try test.get("/v1/payment_methods/abcd").message
        == "No such PaymentMethod: 'abcd'; It's possible this PaymentMethod exists on one of your connected "
        + "accounts, in which case you should retry this request on that connected account. Learn more at "
        + "https://stripe.com/docs/connect/authentication"
    )
  }

  @Test func bodiesAreForms() throws {
    let form = ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"]
    #expect(try test.call("POST", "/v1/customers", "name=x", headers: form).status == 200)
    let json = try test.call("POST", "/v1/customers", "{}", headers: ["Content-Type": "application/json"])
    #expect(json.status == 400)
    #expect(json.message?.contains("application/x-www-form-urlencoded") == true)
    let file = try test.call("POST", "/v1/customers", "-", headers: ["Content-Type": "multipart/form-data; boundary=x"])
    #expect(file.error["code"] == "unsupported")
  }

  @Test func errorsAreInAlphabeticalOrderWithALinkToTheLog() throws {
    let answer = try test.get("/v1/customers/x")
    let requestID = try #require(answer.headers["Request-Id"])
    #expect(
      answer.text == """
        {
          "error": {
            "code": "resource_missing",
            "doc_url": "https://stripe.com/docs/error-codes/resource-missing",
            "message": "No such customer: 'x'",
            "param": "id",
            "request_log_url": "https://dashboard.stripe.com/acct_1OkapiSandbox0000/test/workbench/logs?\
        object=\(requestID)",
            "type": "invalid_request_error"
          }
        }
        """)
  }

  @Test func headersOfAnAnswer() throws {
    let get = try test.get("/v1/customers", version: "2024-06-20")
    #expect(get.headers["Content-Type"] == "application/json")
    #expect(get.headers["Stripe-Version"] == "2024-06-20")
    #expect(get.headers["Stripe-Should-Retry"] == nil)
    #expect(try test.get("/v1/customers").headers["Stripe-Version"] == "2026-10-28.endive")
    #expect(try test.get("/v1/customers", version: "yesterday").status == 400)
    let unkeyed = try test.post("/v1/customers")
    #expect(unkeyed.headers["Original-Request"] == nil)
    #expect(unkeyed.headers["Stripe-Should-Retry"] == nil)
  }

  @Test func ourOwnFailureIsA500AndALogLine() throws {
    let lines = Mutex<[String]>([])
    var options = SandboxAPIOptions()
    options.log = Log(runID: "r", command: "c") { line in lines.withLock { $0.append(line) } }
    let test = try TestAPI(options: options)
    let answer = try test.post("/v1/customers", "name=bug")
    #expect(answer.status == 500)
    #expect(answer.error["type"] == "api_error")
    #expect(try test.get("/v1/customers").ids.isEmpty, "what failed is undone")
    #expect(lines.withLock { $0 }.contains { $0.contains("request_failed") && $0.contains("it broke") })
  }

  @Test func requestsAreLoggedAndPagesAndFaultsHaveTheirPlace() throws {
    let entries = Mutex<[String]>([])
    var options = SandboxAPIOptions()
    options.requestLog = { entry in entries.withLock { $0.append("\(entry.method) \(entry.path) \(entry.status)") } }
    options.pages["/_okapi/ledger"] = { _ in HTTPResponse(status: 200, body: .bytes(Array("{}".utf8))) }
    options.around = { request, next in
      request.path == "/v1/charges" ? HTTPResponse(status: 503, body: .bytes(Array("{}".utf8))) : next(request)
    }
    let test = try TestAPI(options: options)
    #expect(try test.call("GET", "/_okapi/ledger", key: nil).status == 200)
    #expect(try test.get("/v1/charges").status == 503)
    #expect(try test.get("/v1/customers").status == 200)
    #expect(
      entries.withLock { $0 } == ["GET /_okapi/ledger 200", "GET /v1/charges 503", "GET /v1/customers 200"])
  }
}
