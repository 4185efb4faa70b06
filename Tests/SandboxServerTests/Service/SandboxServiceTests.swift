import Digest
import Foundation
import HTTPClient
import PlatformCore
import Sandbox
import Synchronization
import Testing

@testable import SandboxServer

/// The whole sandbox over its port.
@Suite struct SandboxServiceTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    deinit { try? FileManager.default.removeItem(at: url) }
    var sandbox: SandboxFolder { SandboxFolder(url.appending(path: "store")) }
    var registry: URL { url.appending(path: "running") }
  }

  private func options(change: (inout SandboxServiceOptions) -> Void = { _ in }) -> SandboxServiceOptions {
    var options = SandboxServiceOptions()
    options.port = 0
    options.webhooks.retryScale = 0.001
    change(&options)
    return options
  }

  private func call(
    _ service: SandboxService, _ method: String, _ path: String, _ form: String = "",
    headers: [(name: String, value: String)] = []
  ) throws -> (status: Int, body: JSON) {
    let response = try HTTPClient().send(
      .init(
        method, service.url + path, headers: [("Authorization", "Bearer sk_test_x")] + headers, body: Array(form.utf8)))
    return (response.status, try JSONParser().parse(response.body))
  }

  @Test("the bank's page completes or fails a payment", arguments: ["succeeded", "failed"])
  func authentication(result: String) throws {
    let service = try SandboxService(options())
    defer { service.stop() }
    let form =
      "amount=2000&currency=usd&confirm=true&payment_method=pm_card_threeDSecure2Required"
      + "&return_url=https%3A%2F%2Fshop.example%2Fback"
    let intent = try call(service, "POST", "/v1/payment_intents", form).body
    #expect(intent["status"] == "requires_action")
    let page = try #require(intent["next_action"]["redirect_to_url"]["url"].string)
    #expect(page == "\(service.url)/_okapi/authenticate/\(intent["id"].string ?? "")")
    let shown = try HTTPClient().send(.init("GET", page))
    #expect(shown.status == 200)
    #expect(String(decoding: shown.body, as: UTF8.self).contains("value=\"succeeded\""))
    let decided = try HTTPClient().send(.init("POST", page, body: Array("result=\(result)".utf8)))
    #expect(decided.status == 303)
    let back = "https://shop.example/back?payment_intent=\(intent["id"].string ?? "")&redirect_status=\(result)"
    #expect(decided.header("Location") == back)
    let after = try call(service, "GET", "/v1/payment_intents/\(intent["id"].string ?? "")").body
    #expect(after["status"].string == (result == "succeeded" ? "succeeded" : "requires_payment_method"))
    // Nothing waits any more.
    #expect(try HTTPClient().send(.init("POST", page, body: Array("result=\(result)".utf8))).status == 400)
  }

  @Test func aCustomerIsMadeAndItsEventDelivered() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let service = try SandboxService(options { $0.webhookURLs = [receiver.url] })
    defer { service.stop() }
    let endpoint = try #require(service.endpoints.first)
    #expect(endpoint.isNew && endpoint.secret.hasPrefix("whsec_"))
    #expect(try call(service, "GET", "/health").body["status"] == "ok")
    let made = try call(service, "POST", "/v1/customers", "name=Ann&metadata[a]=b")
    #expect(made.status == 200)
    #expect(receiver.wait { $0.contains { $0.type == "customer.created" } })
    let delivery = try #require(receiver.all.first)
    try StripeSignature.verify(
      header: delivery.signature, body: delivery.body, secrets: [endpoint.secret],
      now: Int64(Date().timeIntervalSince1970))
    let event = try JSONParser().parse(delivery.body)
    #expect(event["data"]["object"] == made.body)
    #expect(try call(service, "GET", "/v1/events/\(delivery.event)").body["type"] == "customer.created")
    // Once more, on request.
    let again = try call(service, "POST", "/_okapi/resend", #"{"event": "\#(delivery.event)"}"#)
    #expect(again.body["deliveries"].integer == 1)
    #expect(receiver.wait { $0.count == 2 })
    #expect(receiver.all.map(\.event) == [delivery.event, delivery.event])
  }

  @Test func anEndpointOfAnOldVersionGetsEventsInItsShape() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let service = try SandboxService(options())
    defer { service.stop() }
    let made = try call(
      service, "POST", "/v1/webhook_endpoints",
      "url=\(receiver.url)&enabled_events[]=coupon.created&api_version=2024-06-20")
    #expect(made.status == 200)
    _ = try call(service, "POST", "/v1/customers")
    _ = try call(service, "POST", "/v1/coupons", "percent_off=10&duration=once")
    #expect(receiver.wait { $0.count == 1 })
    let delivery = try #require(receiver.all.first)
    #expect(delivery.type == "coupon.created")
    #expect(try JSONParser().parse(delivery.body)["api_version"] == "2024-06-20")
    let secret = try #require(made.body["secret"].string)
    try StripeSignature.verify(
      header: delivery.signature, body: delivery.body, secrets: [secret], now: Int64(Date().timeIntervalSince1970))
  }

  @Test func faultsAreSetOverThePortAndStrike() throws {
    let service = try SandboxService(options())
    defer { service.stop() }
    let set = try call(
      service, "POST", "/_okapi/faults", #"{"kind": "lock_timeout", "path": "/v1/customers", "count": 1}"#)
    #expect(set.status == 200)
    let struck = try call(service, "POST", "/v1/customers")
    #expect(struck.status == 429)
    #expect(struck.body["error"]["code"] == "lock_timeout")
    #expect(try call(service, "POST", "/v1/customers").status == 200)
    #expect(try call(service, "GET", "/_okapi/faults").body["data"].array?.first?["fired"].integer == 1)
    // The work is done although the client never hears of it.
    _ = try call(service, "POST", "/_okapi/faults", #"{"kind": "cut_after", "path": "/v1/products", "count": 1}"#)
    #expect(throws: HTTPClient.Failure.self) { try call(service, "POST", "/v1/products", "name=Cup") }
    #expect(try call(service, "GET", "/v1/products").body["data"].array?.count == 1)
  }

  /// A latency of ten minutes once kept the server from ending for as long.
  @Test func whoIsLateOnPurposeDoesNotHoldUpTheEnd() throws {
    let service = try SandboxService(options())
    let set = #"{"kind": "latency", "path": "/v1/customers", "delay_ms": 600000}"#
    #expect(try call(service, "POST", "/_okapi/faults", set).status == 200)
    let url = service.url
    let late = Mutex<Int?>(nil)
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let answer = try? HTTPClient().send(
        .init("POST", url + "/v1/customers", headers: [("Authorization", "Bearer sk_test_x")]))
      late.withLock { $0 = answer?.status }
      isOver.signal()
    }
    while try call(service, "GET", "/_okapi/faults").body["data"].array?.first?["fired"] != 1 { usleep(5_000) }
    service.stop()
    #expect(isOver.wait(timeout: .now() + 30) == .success)
    #expect(late.withLock { $0 } == 200)
  }

  @Test func onlyThisMachineIsThisMachine() {
    for (host, isOpen) in [
      ("127.0.0.1", false), ("127.1.2.3", false), ("localhost", false), ("::1", false), ("0.0.0.0", true),
      ("192.168.1.2", true), ("example.test", true),
    ] { #expect(options { $0.host = host }.isOpenToOthers == isOpen, "\(host)") }
  }

  @Test func webPagesCannotCallTheControlPaths() throws {
    let service = try SandboxService(options())
    defer { service.stop() }
    let answer = try call(
      service, "POST", "/_okapi/reset", "{}", headers: [("Origin", "https://somewhere.example")])
    #expect(answer.status == 403)
  }

  @Test func referencePagesAreServed() throws {
    let service = try SandboxService(options())
    defer { service.stop() }
    let page = try HTTPClient().send(.init("GET", service.url + "/docs"))
    #expect(page.status == 200)
    #expect(page.header("Content-Type") == "text/html; charset=utf-8")
    #expect(try call(service, "GET", "/openapi.json").body["openapi"].string?.hasPrefix("3.") == true)
  }

  @Test func requestsAreLoggedWithoutKeysAndParameters() throws {
    let lines = Lines()
    let service = try SandboxService(
      options { $0.log = Log(runID: "r", command: "sandbox serve", write: { lines.add($0) }) })
    defer { service.stop() }
    let answer = try HTTPClient().send(
      .init(
        "POST", service.url + "/v1/customers?expand[]=secret_query",
        headers: [("Authorization", "Bearer sk_test_verysecret")], body: Array("name=verysecret".utf8)))
    let line = try #require(lines.all.first { $0.contains("request_answered") })
    let entry = try JSONParser().parse(Array(line.utf8))
    #expect(entry["method"] == "POST")
    #expect(entry["path"] == "/v1/customers")
    #expect(entry["status"].integer == Int64(answer.status))
    #expect(entry["request_id"].string == answer.header("Request-Id"))
    #expect(!lines.all.joined().contains("secret"))
  }

  @Test func oneStoreHasOneServerAndTheSecondNamesIt() throws {
    let folder = Folder()
    let first = try SandboxService(options { $0.folder = folder.sandbox })
    defer { first.stop() }
    #expect {
      try SandboxService(options { $0.folder = folder.sandbox })
    } throws: { error in
      (error as? PlatformError)?.status == .temporary
        && (error as? PlatformError)?.message.contains("process \(getpid()) at \(first.url)") == true
    }
    #expect(RunningSandbox.find(inFolder: folder.sandbox.url)?.url == first.url)
    #expect { try folder.sandbox.erase() } throws: { ($0 as? PlatformError)?.status == .temporary }
  }

  @Test func aBusyPortIsNamedAndTheStoreIsFreeAgain() throws {
    let folder = Folder()
    let first = try SandboxService(options())
    defer { first.stop() }
    #expect {
      try SandboxService(
        options {
          $0.folder = folder.sandbox
          $0.port = first.port
        })
    } throws: { error in
      (error as? PlatformError)?.status == .unavailable
    }
    let second = try SandboxService(options { $0.folder = folder.sandbox })
    second.stop()
  }

  @Test func whatWasAnsweredIsThereAgainAndAResetEmptiesIt() throws {
    let folder = Folder()
    let receiver = try Receiver()
    defer { receiver.stop() }
    let id = try {
      let service = try SandboxService(options { $0.folder = folder.sandbox })
      defer { service.stop() }
      return try call(service, "POST", "/v1/customers", "name=Ann").body["id"].string ?? ""
    }()
    #expect(RunningSandbox.find(inFolder: folder.sandbox.url) == nil)
    let service = try SandboxService(
      options {
        $0.folder = folder.sandbox
        $0.registry = folder.registry
        $0.webhookURLs = [receiver.url]
      })
    #expect(try call(service, "GET", "/v1/customers/\(id)").body["name"] == "Ann")
    #expect(try call(service, "POST", "/_okapi/reset", "{}").status == 200)
    #expect(try call(service, "GET", "/v1/customers/\(id)").status == 404)
    // The webhook URL still hears of what happens, under the same secret.
    _ = try call(service, "POST", "/v1/customers", "name=Bob")
    #expect(receiver.wait { $0.count == 1 })
    let delivery = try #require(receiver.all.first)
    try StripeSignature.verify(
      header: delivery.signature, body: delivery.body, secrets: [try #require(service.endpoints.first).secret],
      now: Int64(Date().timeIntervalSince1970))
    service.stop()
    try folder.sandbox.erase()
    #expect(folder.sandbox.files.isEmpty)
  }

  private final class Lines: @unchecked Sendable {  // `lock` guards what changes
    private let lock = NSLock()
    private var lines: [String] = []
    func add(_ line: String) { lock.withLock { lines.append(line) } }
    var all: [String] { lock.withLock { lines } }
  }
}
