import HTTPServer
import Sandbox
import Testing

@testable import SandboxServer

@Suite struct FaultTests {
  private static let invoice = Array(
    """
    {"id":"in_1","object":"invoice","receipt_url":"https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8?s=ap",\
    "n":[{"a":1,"b":2}]}
    """.utf8)

  /// An API that remembers what it was asked and always answers the same.
  private final class API: @unchecked Sendable {  // each test calls it from one thread
    var served: [HTTPRequest] = []

    func serve(_ request: HTTPRequest) -> HTTPResponse {
      served.append(request)
      return HTTPResponse(body: .bytes(FaultTests.invoice))
    }

    func refuse(_ error: StripeError) -> HTTPResponse {
      HTTPResponse(
        status: error.status, headers: [("Request-Id", "req_1")],
        body: .bytes(JSONWriter.bytes(error.body, pretty: true)))
    }
  }

  private func get(_ path: String, _ query: String = "") -> HTTPRequest {
    HTTPRequest(method: "GET", path: path, query: query, headers: [("Authorization", "Bearer sk_test_x")])
  }

  private func answer(_ injector: FaultInjector, _ api: API, _ request: HTTPRequest) -> HTTPResponse {
    injector.answer(request, refuse: api.refuse, serve: api.serve)
  }

  private func fault(_ flag: String) throws -> Fault { try Fault(flag: flag) }

  private func error(_ response: HTTPResponse) throws -> JSON { try JSONParser().parse(response.body.joined)["error"] }

  // MARK: what goes wrong

  @Test(arguments: [
    ("rate_limit", 429, "invalid_request_error", "rate_limit"),
    ("lock_timeout", 429, "invalid_request_error", "lock_timeout"),
    ("server_error", 500, "api_error", nil), ("unavailable", 503, "api_error", nil),
    ("forbidden", 403, "invalid_request_error", "more_permissions_required"),
  ])
  func requestsAreTurnedAway(_ kind: String, _ status: Int, _ type: String, _ code: String?) throws {
    let api = API()
    let response = answer(FaultInjector([try fault("kind=\(kind)")]), api, get("/v1/charges"))
    #expect(response.status == status)
    #expect(try error(response)["type"].string == type)
    #expect(try error(response)["code"].string == code)
    #expect(api.served.isEmpty, "nothing was done")
    let reason = response.headers.first { $0.name == "Stripe-Rate-Limited-Reason" }?.value
    #expect(reason == (kind == "rate_limit" ? "global-rate" : nil))
  }

  @Test func connectionsAreCut() throws {
    for (kind, fault, isDone) in [
      ("cut_before", HTTPResponse.Fault.cutBefore, false), ("cut_during", .cutDuring, true),
      ("cut_after", .cutBefore, true),
    ] {
      let api = API()
      let response = answer(FaultInjector([try self.fault("kind=\(kind)")]), api, get("/v1/charges"))
      #expect(response.fault == fault, "\(kind)")
      #expect(api.served.count == (isDone ? 1 : 0), "\(kind)")
    }
  }

  @Test func jsonIsTruncated() throws {
    let response = answer(FaultInjector([try fault("kind=truncate")]), API(), get("/v1/charges"))
    #expect(response.status == 200)
    #expect(response.body.joined == Array(Self.invoice.prefix(Self.invoice.count / 2)))
  }

  @Test func keysAreReorderedAndURLsSignedAnew() throws {
    let injector = FaultInjector([try fault("kind=reorder_keys")])
    let before = try JSONParser().parse(Self.invoice)
    var orders: Set<[String]> = []
    for _ in 0..<3 {
      var after = try JSONParser().parse(answer(injector, API(), get("/v1/invoices")).body.joined)
      orders.insert(after.object?.members.map(\.name) ?? [])
      #expect(after["receipt_url"] != before["receipt_url"])
      let url = try #require(after["receipt_url"].string)
      #expect(url.hasPrefix("https://pay.stripe.com/receipts/payment/") && url.hasSuffix("?s=ap"))
      after["receipt_url"] = before["receipt_url"]
      #expect(after == before, "the values stay")
    }
    #expect(orders.count > 1)
    #expect(!orders.contains(["id", "object", "receipt_url", "n"]))
  }

  @Test func latencyOnlyWaits() throws {
    let begun = ContinuousClock.now
    let response = answer(
      FaultInjector([try fault("kind=latency,delay_ms=50")]), API(), get("/v1/charges"))
    #expect(ContinuousClock.now - begun >= .milliseconds(50))
    #expect(response.body.joined == Self.invoice)
  }

  @Test func pagesShiftWhileTheyAreRead() throws {
    let injector = FaultInjector([try fault("kind=shift_page")])
    let api = API()
    _ = answer(injector, api, get("/v1/customers", "limit=3"))
    #expect(api.served.map(\.method) == ["GET"])
    _ = answer(injector, api, get("/v1/customers", "limit=3&starting_after=cus_1"))
    #expect(api.served.map(\.method) == ["GET", "POST", "GET"])
    #expect(api.served[1].path == "/v1/customers")
    #expect(api.served[1].header("authorization") == "Bearer sk_test_x")
  }

  @Test func aRateLimitLetsSoManyThrough() {
    let start = ContinuousClock.now
    var limiter = RateLimiter(perSecond: 5, now: start)
    func admitted(_ asked: Int, after wait: Duration) -> Int {
      (0..<asked).filter { _ in limiter.admits(at: start + wait) }.count
    }
    #expect(admitted(8, after: .zero) == 5)
    #expect(admitted(2, after: .milliseconds(200)) == 1)
    #expect(admitted(8, after: .seconds(10)) == 5)
  }

  // MARK: whose turn it is

  @Test func pathsCoverWhatLiesBelow() throws {
    let injector = FaultInjector([try fault("kind=server_error,path=/v1/charges")])
    for (path, isHit) in [
      ("/v1/charges", true), ("/v1/charges/ch_1", true), ("/v1/charges_other", false), ("/v1", false),
      ("/v1/refunds", false),
    ] {
      #expect((answer(injector, API(), get(path)).status == 500) == isHit, "\(path)")
    }
  }

  @Test func countsAreKeptAndEnd() throws {
    let injector = FaultInjector([try fault("kind=server_error,count=2")])
    let statuses = (0..<4).map { _ in answer(injector, API(), get("/v1/charges")).status }
    #expect(statuses == [500, 500, 200, 200])
    let shown = try list(injector)[0]
    #expect(shown["seen"].integer == 4)
    #expect(shown["fired"].integer == 2)
  }

  @Test func chanceFollowsTheSeed() throws {
    func hits(_ seed: Int) throws -> [Int] {
      let injector = FaultInjector([try fault("kind=server_error,rate=0.1,seed=\(seed)")])
      return (0..<1_000).filter { _ in answer(injector, API(), get("/v1/charges")).status == 500 }
    }
    #expect(try hits(1) == hits(1))
    #expect(try hits(1) != hits(2))
    #expect((60...140).contains(try hits(1).count))
  }

  @Test func webhookFaultsConcernWebhooksOnly() throws {
    let injector = FaultInjector([
      try fault("kind=webhook_duplicate,path=invoice.*"), try fault("kind=webhook_delay,path=/slow,delay_ms=7"),
      try fault("kind=webhook_reorder,path=charge.failed"),
    ])
    #expect(answer(injector, API(), get("/slow")).status == 200)
    #expect(injector.webhookFault(type: "invoice.paid", url: "http://localhost:1/hooks") == .duplicate)
    #expect(injector.webhookFault(type: "charge.paid", url: "http://localhost:1/slow?x=1") == .delay(.milliseconds(7)))
    #expect(injector.webhookFault(type: "charge.failed", url: "http://localhost:1") == .reorder(.seconds(1)))
    #expect(injector.webhookFault(type: "charge.failed.later", url: "http://localhost:1/") == nil)
  }

  // MARK: control

  private func control(_ injector: FaultInjector, _ method: String, _ body: String = "") throws -> JSON {
    try injector.control(HTTPRequest(method: method, path: "/_okapi/faults", body: Array(body.utf8)))
  }

  private func list(_ injector: FaultInjector) throws -> [JSON] { try control(injector, "GET")["data"].array ?? [] }

  @Test func faultsAreSetReadAndCleared() throws {
    let injector = FaultInjector()
    let posted = try control(
      injector, "POST",
      #"{"kind": "latency", "path": "/v1/charges", "rate": 0.5, "count": 5, "seed": 1, "delay_ms": 200}"#)
    #expect(posted["data"].array?.count == 1)
    #expect(try control(injector, "POST", #"{"kind": "cut_before"}"#)["data"].array?.count == 2)
    let shown = try list(injector)
    #expect(shown.map { $0["kind"].string } == ["latency", "cut_before"])
    #expect(shown[0]["delay_ms"].integer == 200)
    #expect(shown[0]["rate"] == .decimal("0.5"))
    #expect(shown[1]["path"].isNull && shown[1]["count"].isNull)
    #expect(try control(injector, "DELETE")["data"].array?.isEmpty == true)
    #expect(try list(injector).isEmpty)
  }

  @Test(arguments: [
    (#"{"kind": "nonsense"}"#, "kind"), (#"{}"#, "kind"), (#"{"kind": "latency", "rate": 1.5}"#, "rate"),
    (#"{"kind": "latency", "count": -1}"#, "count"), (#"{"kind": "latency", "when": 1}"#, "when"),
    (#"{"kind": "latency", "delay_ms": []}"#, "delay_ms"), (#"[1]"#, nil), ("", nil),
  ])
  func wrongFaultsAreNamed(_ body: String, _ param: String?) throws {
    let injector = FaultInjector()
    #expect {
      try control(injector, "POST", body)
    } throws: { error in
      (error as? StripeError)?.status == 400 && (error as? StripeError)?.param == param
    }
    #expect(try list(injector).isEmpty)
  }

  @Test func flagsAreRead() throws {
    let fault = try fault("kind=rate_limit,path=/v1/charges,rate=0.1,count=3,seed=9,delay_ms=5")
    #expect(fault.kind == .rateLimit)
    #expect((fault.path, fault.rate, fault.count, fault.seed, fault.delayMilliseconds) == ("/v1/charges", 0.1, 3, 9, 5))
    #expect(throws: StripeError.self) { try Fault(flag: "rate_limit") }
  }
}
