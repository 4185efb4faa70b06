import HTTPServer
import PlatformCore
import SandboxServer
import TestSupport
import Testing

@testable import StripeClient

/// Calls that go wrong, and what becomes of them.
@Suite("Stripe client: faults") struct FaultTests {
  static let kinds: [(Fault.Kind, StripeStatistics.RetryReason, PlatformCore.ExitStatus)] = [
    (.rateLimit, .rateLimit, .temporary), (.lockTimeout, .lock, .temporary), (.serverError, .server, .unavailable),
    (.unavailable, .server, .unavailable), (.cutBefore, .cut, .unavailable), (.cutDuring, .cut, .unavailable),
    (.cutAfter, .cut, .unavailable), (.truncate, .damaged, .protocolViolation), (.keyInUse, .conflict, .temporary),
  ]

  @Test("what passes is tried again, and counted", arguments: kinds)
  func passing(_ kind: Fault.Kind, _ reason: StripeStatistics.RetryReason, _: PlatformCore.ExitStatus) async throws {
    let lab = try ClientLab { $0.faults = [ClientLab.fault(kind, count: 3, path: "/v1/customers")] }
    let client = lab.client()
    let made = try await client.post("/v1/customers", [("name", "once")], idempotencyKey: "key")
    #expect(made.status == 200)
    let statistics = client.statistics
    // What libcurl repeats by itself, as a kept connection was closed before any answer, is counted as well.
    #expect(statistics.retries == [reason: 3])
    #expect(statistics.calls == 2 + statistics.retried)  // the first one asks for the time
    #expect(statistics.throttled == (kind == .rateLimit ? 3 : 0))
    #expect(statistics.secondsWaited > 0)
    // However often it was sent, it happened once.
    #expect(try await client.page("/v1/customers").ids.count == 1)
    #expect(made.isReplayed == [.cutDuring, .cutAfter, .truncate].contains(kind))
  }

  @Test("what stays is given up, by its category, with the request and its id", arguments: kinds)
  func staying(_ kind: Fault.Kind, _ reason: StripeStatistics.RetryReason, _ status: PlatformCore.ExitStatus)
    async throws
  {
    let lab = try ClientLab { $0.faults = [ClientLab.fault(kind, path: "/v1/customers")] }
    let client = lab.client { $0.attempts = 3 }
    let error = try await failure { _ = try await client.post("/v1/customers", [], idempotencyKey: "key") }
    #expect(error.status == status && error.isRetryable)
    #expect(error.place("request") == "POST /v1/customers")
    #expect(error.place("attempts") == "3")
    #expect(error.cause?.isEmpty == false && error.nextStep != nil)
    let isCut = reason == .cut
    #expect((error.place("request_id")?.hasPrefix("req_") == true) == !isCut)
    #expect((error.place("http_status") != nil) == !isCut)
    let retries = client.statistics.retries
    #expect(retries.keys.elementsEqual([reason]) && client.statistics.calls == 2 + client.statistics.retried)
    #expect(isCut ? (2...5).contains(retries[reason] ?? 0) : retries[reason] == 2)
    #expect(client.statistics.throttled == (kind == .rateLimit ? 3 : 0))
  }

  @Test("an answer that does not come in time is asked for again")
  func late() async throws {
    var fault = ClientLab.fault(.latency, count: 1)
    fault.delayMilliseconds = 3_000
    let late = fault
    let lab = try ClientLab { $0.faults = [late] }
    let client = lab.client { $0.timeout = .milliseconds(1_500) }
    #expect(try await client.page("/v1/customers").elements.isEmpty)
    #expect(client.statistics.retries[.timeout, default: 0] >= 1)
  }

  @Test("a server that never answers is unavailable")
  func silent() async throws {
    let listener = try SilentListener()
    let client = ClientLab.client("http://127.0.0.1:\(listener.port)") {
      ($0.timeout, $0.attempts) = (.milliseconds(100), 2)
    }
    let error = try await failure { _ = try await client.get("/v1/balance") }
    #expect(error.status == .unavailable && error.message == "The API did not answer in time")
    #expect(client.statistics.retries == [.timeout: 1])
    withExtendedLifetime(listener) {}
  }

  @Test("nobody there and no such host are told apart, and not asked for a minute")
  func nobody() async throws {
    let port = try FreePort.find()
    for (base, message) in [
      ("http://127.0.0.1:\(port)", "Nobody answers at the API's address"),
      ("http://nobody.invalid", "The host of the API is not known"),
    ] {
      // A proxy of the environment would answer for a host that is not there.
      let client = ClientLab.client(base) { $0.proxy = "" }
      let error = try await failure { _ = try await client.get("/v1/balance") }
      #expect(error.status == .unavailable && error.message == message)
      #expect(error.place("host") == String(base.dropFirst("http://".count)))
      #expect(error.nextStep?.contains("STRIPE_API_BASE") == true)
      #expect(client.statistics.retries == [.connection: 2])
    }
  }

  @Test("a certificate nobody vouches for is refused at once")
  func certificate() async throws {
    try await TLSServer.with { (server) async throws -> Void in
      let client = ClientLab.client(server.url)
      let error = try await failure { _ = try await client.get("/v1/balance") }
      #expect(error.status == .unavailable && !error.isRetryable)
      #expect(error.message == "The API's certificate is not to be trusted")
      #expect(error.cause?.lowercased().contains("certificate") == true)
      #expect(client.statistics.retried == 0)
    }
  }

  @Test("a server without TLS, an address that is none and one that points elsewhere are told apart")
  func addresses() async throws {
    let server = try ScriptedServer { _, _ in ScriptedServer.json("", status: 301, ["Location": "https://elsewhere"]) }
    for (base, status, message, retries) in [
      (
        server.url.replacing("http:", with: "https:"), .unavailable, "The API cannot be spoken to safely",
        [.connection: 1]
      ),
      ("ftp://127.0.0.1", .configuration, "The API's address cannot be used", [:]),
      (server.url, .protocolViolation, "The API's address points elsewhere", [:]),
    ] as [(String, PlatformCore.ExitStatus, String, [StripeStatistics.RetryReason: Int])] {
      let client = ClientLab.client(base) { $0.attempts = 2 }
      let error = try await failure { _ = try await client.get("/v1/balance") }
      #expect(error.status == status && error.message == message && error.nextStep != nil, "\(error.rendered)")
      #expect(client.statistics.retries == retries)
    }
  }

  @Test("a refusal is final, says Stripe's words and reads back as what Stripe said")
  func refusals() async throws {
    let lab = try ClientLab { $0.forbiddenResources = ["charges"] }
    let client = lab.client()
    let missing = try await failure { _ = try await client.get("/v1/customers/cus_none") }
    #expect(missing.status == .inputMissing && missing.code == "resource_missing")
    let body = try #require(StripeClient.body(of: missing.adding("resource", "customers")))
    #expect(body.status == 404 && body.code == "resource_missing" && body.type == "invalid_request_error")
    #expect(body.message == "No such customer: 'cus_none'" && body.param == "id")
    #expect(body.requestID?.hasPrefix("req_") == true)

    let wrong = try await failure { _ = try await client.post("/v1/customers", [("nope", "1")], idempotencyKey: "k") }
    #expect(wrong.status == .protocolViolation && wrong.code == "parameter_unknown")
    #expect(wrong.place("param") == "nope" && wrong.place("http_status") == "400")

    let unknown = try await failure { _ = try await client.get("/v1/unicorns") }
    #expect(unknown.status == .protocolViolation && unknown.message == "The API does not know this call")

    let declined = try await failure {
      _ = try await client.post(
        "/v1/payment_intents",
        [
          ("amount", "100"), ("currency", "usd"), ("confirm", "true"),
          ("payment_method", "pm_card_visa_chargeDeclinedLostCard"), ("return_url", "https://shop.example/"),
        ], idempotencyKey: "declined")
    }
    #expect(StripeClient.body(of: declined)?.declineCode == "lost_card", "\(declined.rendered)")
    #expect(client.statistics.calls == 5 && client.statistics.retried == 0)

    let restricted = lab.client { $0.key = "rk_test_restricted99" }
    let forbidden = try await failure { _ = try await restricted.page("/v1/charges") }
    #expect(forbidden.status == .permission && forbidden.cause?.contains("rak_charge") == true)
    #expect(forbidden.place("http_status") == "403" && forbidden.place("request_id") != nil)
    #expect(try await restricted.page("/v1/customers").elements.isEmpty)

    let account = lab.client { $0.account = "acct_other" }
    let foreign = try await failure { _ = try await account.page("/v1/charges") }
    #expect(foreign.status == .permission && foreign.nextStep?.contains("STRIPE_ACCOUNT") == true)
    #expect(StripeClient.body(of: PlatformError(.bug, "another")) == nil)
  }

  @Test("a refused key is named nowhere", arguments: ["sk_wrong_0123456789abcdef", "pk_test_0123456789abcdef"])
  func key(_ key: String) async throws {
    let lab = try ClientLab()
    let client = lab.client { $0.key = key }
    let error = try await failure { _ = try await client.get("/v1/balance") }
    #expect(error.status == .permission && error.message == "The API key is refused")
    #expect(error.nextStep?.contains("STRIPE_API_KEY") == true)
    #expect(!error.rendered.contains("0123456789ab"))
    #expect(client.statistics.retried == 0)
    let telling = try ScriptedServer { request, _ in
      ScriptedServer.json(#"{"error":{"message":"bad \#(request.header("Authorization") ?? "")"}}"#, status: 401)
    }
    let told = try await failure { _ = try await ClientLab.client(telling.url) { $0.key = key }.get("/v1/balance") }
    #expect(told.cause == "bad Bearer …")
  }

  @Test(
    "what is not the API's is no answer",
    arguments: [
      "<html>Welcome</html>", "", "[]", "42", #"{"object":"list","data":[]"#, #"{"object":"charge","id":"ch_1"}"#,
      #"{"object":"list","data":{},"has_more":false}"#, #"{"object":"list","data":[]}"#,
      #"{"object":"list","data":[{"object":"charge"}],"has_more":false}"#, "{\"object\":\"\u{1}\"}",
    ])
  func foreign(_ text: String) async throws {
    let server = try ScriptedServer { _, _ in ScriptedServer.json(text, ["Request-Id": "req_1"]) }
    let client = ClientLab.client(server.url) { $0.attempts = 2 }
    let error = try await failure { _ = try await client.page("/v1/charges") }
    #expect(error.status == .protocolViolation)
    #expect(error.message == "The API's answer is not what the call answers")
    #expect(error.place("request_id") == "req_1" && error.place("attempts") == "2")
    #expect(client.statistics.retries == [.damaged: 1])
  }

  @Test("an error without Stripe's body goes by its status")
  func foreignErrors() async throws {
    let server = try ScriptedServer { request, _ in
      HTTPResponse(
        status: Int(request.path.dropFirst("/v1/".count)) ?? 500, headers: [("Location", "https://elsewhere.example/")],
        body: .bytes(Array("<html>".utf8)))
    }
    let client = ClientLab.client(server.url) { $0.attempts = 2 }
    for (status, expected) in [
      (301, PlatformCore.ExitStatus.protocolViolation), (401, .permission), (404, .protocolViolation),
      (409, .temporary),
      (429, .temporary), (502, .unavailable), (504, .unavailable),
    ] {
      let error = try await failure { _ = try await client.get("/v1/\(status)") }
      #expect(error.status == expected, "\(status)")
      #expect(StripeClient.body(of: error)?.status == status)
    }
    #expect(client.statistics.retries == [.conflict: 1, .rateLimit: 1, .server: 2])
  }

  @Test("the server says whether and when to come again")
  func advice() async throws {
    let server = try ScriptedServer { request, before in
      switch (request.path, before) {
      case ("/v1/never", _): ScriptedServer.json("{}", status: 503, ["Stripe-Should-Retry": "false"])
      case ("/v1/again", 1): ScriptedServer.json("{}", status: 424, ["Stripe-Should-Retry": "true"])
      case ("/v1/later", 3): ScriptedServer.json("{}", status: 429, ["Retry-After": "1"])
      default: ScriptedServer.json("{}")
      }
    }
    let client = ClientLab.client(server.url)
    #expect(try await failure { _ = try await client.get("/v1/never") }.status == .unavailable)
    #expect(server.requests().count == 1)
    _ = try await client.get("/v1/again")
    #expect(server.requests().count == 3)
    let before = client.statistics.secondsWaited
    _ = try await client.get("/v1/later")
    #expect(server.requests().count == 5)
    #expect(client.statistics.secondsWaited - before >= 1)
  }
}
