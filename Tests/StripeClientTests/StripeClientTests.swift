import Foundation
import HTTPServer
import JSONReader
import PlatformCore
import SandboxServer
import TestSupport
import Testing

@testable import StripeClient

/// Calls that go well.
@Suite("Stripe client") struct StripeClientTests {
  @Test("objects are made, read and deleted; the answer is one line of JSON")
  func life() async throws {
    let lab = try ClientLab()
    let client = lab.client()
    let before = Int64(Date().timeIntervalSince1970)
    let made = try await client.post(
      "/v1/customers", [("name", "Ann & Bob = 1 é"), ("metadata[a b]", "50 %")], idempotencyKey: "key-1")
    #expect(made.status == 200 && !made.isReplayed)
    #expect(made.requestID?.hasPrefix("req_") == true)
    #expect(made.apiVersion == "2026-10-28.endive")
    #expect(!made.body.contains(10))
    let document = JSONDocument()
    let customer = try document.parse(made.body)
    #expect(customer["name"]?.stringValue == "Ann & Bob = 1 é")
    #expect(customer["metadata"]?["a b"]?.stringValue == "50 %")
    let id = try #require(customer["id"]?.stringValue)
    let read = try await client.get(StripePath.of("/v1/customers", id), [("expand[]", "subscriptions")])
    #expect(String(decoding: read.body, as: UTF8.self).contains(#""subscriptions":{"object":"list""#))
    // The same second as the server's clock, or an earlier one; never before the client asked for the time.
    #expect(read.startedAt >= before && read.startedAt <= Int64(Date().timeIntervalSince1970))
    let again = try await client.post(
      "/v1/customers", [("name", "Ann & Bob = 1 é"), ("metadata[a b]", "50 %")], idempotencyKey: "key-1")
    #expect(again.isReplayed && again.body == made.body)
    let gone = try await client.delete(StripePath.of("/v1/customers", id))
    #expect(String(decoding: gone.body, as: UTF8.self).contains(#""deleted":true"#))
    let statistics = client.statistics
    #expect(statistics.calls == 5 && statistics.retried == 0 && statistics.throttled == 0)
    #expect(statistics.bytesReceived > made.body.count)
    #expect(statistics.rate == 1_000)
    #expect(lab.answered == 4)
  }

  /// After an hour without a call our clock and the server's have come apart; here they do so at once.
  @Test("an answer counts from its own time, not from what was known of the server's clock long before")
  func idle() async throws {
    let dates = ["Thu, 22 Nov 2040 08:00:00 GMT", "Thu, 22 Nov 2040 12:00:00 GMT"]
    let server = try ScriptedServer { _, before in
      ScriptedServer.json(#"{"id": "cus_1", "object": "customer"}"#, ["Date": dates[min(before, 1)]])
    }
    let client = ClientLab.client(server.url)
    _ = try await client.get("/v1/customers/cus_1")
    let asked = ContinuousClock.now
    let later = try await client.get("/v1/customers/cus_1")
    let noon: Int64 = 2_237_198_400
    // Within the hour: a pause of this machine must not matter, and eight is far off.
    #expect((noon - 3_000...noon).contains(later.startedAt))
    #expect((noon - 3_000...noon).contains(try #require(client.serverTime(at: asked))))
  }

  @Test("a page has its elements one by one, newest first")
  func pages() async throws {
    let lab = try ClientLab()
    let client = lab.client()
    for name in ["a", "b", "c"] {
      _ = try await client.post("/v1/customers", [("name", name)], idempotencyKey: name)
    }
    let first = try await client.page("/v1/customers", [("limit", "2")])
    #expect(first.ids.count == 2 && first.created.count == 2 && first.elements.count == 2 && first.hasMore)
    let last = try await client.page("/v1/customers", [("limit", "2"), ("starting_after", first.ids[1])])
    #expect(last.ids.count == 1 && !last.hasMore)
    #expect(last.requestID != nil && last.apiVersion == "2026-10-28.endive")
    let document = JSONDocument()
    var names: [String?] = []
    for (element, (id, created)) in zip(
      first.elements + last.elements, zip(first.ids + last.ids, first.created + last.created))
    {
      #expect(!element.contains(10))
      let value = try document.parse(Array(element))
      #expect(value["id"]?.stringValue == id)
      #expect(value["created"]?.int64 == created)
      names.append(value["name"]?.stringValue)
    }
    #expect(names == ["c", "b", "a"])
    #expect(try await client.page("/v1/charges").elements.isEmpty)
  }

  @Test("HTTP/2 is spoken where it is offered, and the statistics say so")
  func http2() async throws {
    try await TLSServer.with(http2: true, files: ["v1/balance": #"{"object":"balance"}"#]) {
      (server) async throws -> Void in
      let client = ClientLab.client(server.url) { $0.authorityFile = server.certificateFile }
      _ = try await client.get("/v1/balance")
      #expect(client.statistics.httpVersion == "2" && client.statistics.retried == 0)
    }
    let lab = try ClientLab()
    let client = lab.client()
    _ = try await client.page("/v1/customers")
    #expect(client.statistics.httpVersion == "1.1")
  }

  @Test("the account is asked for once, and its answer tells the time")
  func account() async throws {
    let lab = try ClientLab {
      $0.account = "acct_lab"
      $0.forbiddenResources = ["account"]
    }
    let client = lab.client()
    #expect(try await client.account() == "acct_lab")
    _ = try await client.page("/v1/customers")
    #expect(try await client.account() == "acct_lab" && client.statistics.calls == 2)
    let restricted = lab.client {
      $0.key = "rk_test_restricted99"
      $0.account = "acct_lab"
    }
    #expect(try await restricted.account() == "acct_lab")
    let blind = lab.client { $0.key = "rk_test_restricted99" }
    #expect(try await blind.account() == nil)
    let other = lab.client { $0.account = "acct_other" }
    let error = try await failure { _ = try await other.account() }
    #expect(error.status == .permission && error.code == "account_invalid")
  }

  @Test("a client secret does not get past the entrance")
  func secrets() async throws {
    let lab = try ClientLab()
    let client = lab.client()
    let made = try await client.post(
      "/v1/payment_intents", [("amount", "2000"), ("currency", "usd")], idempotencyKey: "intent")
    let page = try await client.page("/v1/payment_intents")
    for text in [made.body[...], page.elements[0]].map({ String(decoding: $0, as: UTF8.self) }) {
      #expect(text.contains(#""client_secret":"***"#) && !text.contains("_secret_"))
    }
  }

  @Test("what is sent is what Stripe wants, the key where it belongs and nowhere else")
  func requests() async throws {
    let server = try ScriptedServer { _, _ in ScriptedServer.json(#"{"object":"list","data":[],"has_more":false}"#) }
    let client = ClientLab.client(server.url + "/") { $0.account = "acct_1" }
    _ = try await client.page("/v1/charges", [("created[gte]", "1"), ("expand[]", "data.customer")])
    _ = try await client.post("/v1/refunds", [("charge", "ch_1"), ("metadata[k]", "a&b")], idempotencyKey: "once")
    let requests = server.requests()
    try #require(requests.count == 2)
    for request in requests {
      #expect(request.header("Authorization") == "Bearer sk_test_lab_123456789")
      #expect(request.header("Stripe-Version") == "2026-10-28.endive")
      #expect(request.header("Stripe-Account") == "acct_1")
    }
    #expect(requests[0].method == "GET" && requests[0].path == "/v1/charges")
    #expect(requests[0].query == "created%5Bgte%5D=1&expand%5B%5D=data.customer")
    #expect(requests[0].header("Idempotency-Key") == nil)
    #expect(requests[1].method == "POST" && requests[1].query.isEmpty)
    #expect(requests[1].header("Content-Type") == "application/x-www-form-urlencoded")
    #expect(requests[1].header("Idempotency-Key") == "once")
    #expect(String(decoding: requests[1].body, as: UTF8.self) == "charge=ch_1&metadata%5Bk%5D=a%26b")
    var shown = "\(client.options) \(String(reflecting: client.options))"
    dump(client.options, to: &shown)
    #expect(!shown.contains("lab_123"))
  }

  @Test("a cancelled call ends at once, on its way and while it waits its turn", .timeLimit(.minutes(5)))
  func cancellation() async throws {
    let lab = try ClientLab { $0.faults = [ClientLab.fault(.serverError, path: "/v1/charges")] }
    let slow = lab.client { $0.ratePerSecond = 0.001 }
    _ = try await slow.page("/v1/customers")
    let waiting = Task { try await slow.page("/v1/customers") }
    let patient = lab.client { ($0.firstWait, $0.longestWait) = (.seconds(600), .seconds(600)) }
    let pausing = Task { try await patient.page("/v1/charges") }
    for task in [waiting, pausing] {
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(slow.statistics.calls == 2)
  }
}
