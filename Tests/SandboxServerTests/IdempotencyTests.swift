import APIReference
import Foundation
import Sandbox
import Synchronization
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 7.
@Suite struct IdempotencyTests {
  private let test: TestAPI
  init() throws { test = try TestAPI() }

  @Test func aSecondTryGetsTheSameBytes() throws {
    let first = try test.post("/v1/customers", "email=a@b.c&name=x", key: "k1")
    let again = try test.post("/v1/customers", "name=x&email=a@b.c", key: "k1")
    #expect(again.status == 200)
    #expect(again.text == first.text)
    #expect(first.headers["Idempotency-Key"] == "k1")
    #expect(first.headers["Original-Request"] == first.headers["Request-Id"])
    #expect(first.headers["Idempotent-Replayed"] == nil)
    #expect(first.headers["Stripe-Should-Retry"] == "false")
    #expect(again.headers["Idempotent-Replayed"] == "true")
    #expect(again.headers["Original-Request"] == first.headers["Request-Id"])
    #expect(again.headers["Request-Id"] != first.headers["Request-Id"])
    #expect(try test.get("/v1/customers").ids.count == 1)
  }

  @Test(arguments: ["name=y", "name=x&expand[]=subscriptions", ""])
  func otherParametersAreAMismatch(_ form: String) throws {
    _ = try test.post("/v1/customers", "name=x", key: "k1")
    let answer = try test.post("/v1/customers", form, key: "k1")
    #expect(answer.status == 400)
    #expect(answer.error["type"] == "idempotency_error")
    #expect(
      answer.message
        == "Keys for idempotent requests can only be used with the same parameters they were first used "
        + "with. Try using a key other than 'k1' if you meant to execute a different request."
    )
    #expect(answer.error["code"].isNull)
  }

  @Test(arguments: [("decline", 402), ("state", 400), ("bug", 500)])
  func failuresOfWhatHadBegunAreKept(_ name: String, _ status: Int) throws {
    let first = try test.post("/v1/customers", "name=\(name)", key: "k1")
    let again = try test.post("/v1/customers", "name=\(name)", key: "k1")
    #expect(first.status == status)
    #expect(first.headers["Stripe-Should-Retry"] == "false")
    #expect(again.text == first.text)
    #expect(again.headers["Idempotent-Replayed"] == "true")
    #expect(try test.get("/v1/customers").ids.count == (name == "decline" ? 1 : 0), "a decline leaves its traces")
  }

  @Test(arguments: ["foo=1", "balance=x", "name=missing"])
  func refusalsAreNot(_ form: String) throws {
    let first = try test.post("/v1/customers", form, key: "k1")
    #expect(first.status == 400)
    #expect(first.headers["Stripe-Should-Retry"] == nil)
    #expect(first.headers["Original-Request"] == first.headers["Request-Id"])
    let other = try test.post("/v1/customers", "name=x", key: "k1")
    #expect(other.status == 200)
    #expect(other.headers["Idempotent-Replayed"] == nil)
  }

  @Test func aKeyLivesADay() throws {
    let first = try test.post("/v1/customers", "name=x", key: "k1")
    let lastSecond = try test.store.write(at: TestAPI.now + 86_399) { try $0.keptReply("k1") }
    #expect(lastSecond?.requestID == first.headers["Request-Id"])
    let dayAfter = try test.store.write(at: TestAPI.now + 86_400) { world in
      defer { #expect(throws: Never.self) { try world.dropOldReplies() } }
      return try world.keptReply("k1")
    }
    #expect(dayAfter == nil)
    let again = try test.post("/v1/customers", "name=x", key: "k1")
    #expect(again.json["id"] != first.json["id"])
  }

  @Test func getAndDeleteIgnoreTheKey() throws {
    let id = try #require(try test.post("/v1/customers", key: "k1").json["id"].string)
    let answer = try test.call("DELETE", "/v1/customers/\(id)", headers: ["Idempotency-Key": "k1"])
    #expect(answer.status == 200)
    #expect(answer.headers["Idempotency-Key"] == nil)
  }

  @Test func aKeyInUse() throws {
    let keys = KeysInFlight()
    try keys.run("k1") {
      let error = #expect(throws: StripeError.self) { try keys.run("k1") {} }
      #expect(error?.status == 409)
      #expect(error?.code == "idempotency_key_in_use")
      #expect(error?.type == "invalid_request_error")
      #expect(
        error?.message
          == "There is currently another in-progress request using this Idempotent Key (that probably means "
          + "you submitted twice, and the other request is still going through): k1. Please try again later."
      )
    }
    try keys.run("k1") {}
  }

  @Test func aSecondRequestWhileTheFirstRuns() throws {
    let began = DispatchSemaphore(value: 0)
    let mayEnd = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    let status = Mutex(0)
    let test = try TestAPI(
      endpoints: [
        Endpoint(
          method: "POST", path: "/v1/coupons", operation: "create", object: "coupon", parameters: [], answer: .object)
      ],
      operations: [
        Sandbox.Operation("POST", "/v1/coupons") { _, _ in
          began.signal()
          mayEnd.wait()
          return .object(["id": "c1"])
        }
      ])
    Thread.detachNewThread {
      let first = try? test.post("/v1/coupons", key: "k1")
      status.withLock { $0 = first?.status ?? 0 }
      ended.signal()
    }
    began.wait()
    let second = try test.post("/v1/coupons", key: "k1")
    mayEnd.signal()
    ended.wait()
    #expect(second.status == 409)
    #expect(second.error["code"] == "idempotency_key_in_use")
    #expect(second.headers["Idempotency-Key"] == "k1")
    #expect(status.withLock { $0 } == 200)
    #expect(try test.post("/v1/coupons", key: "k1").headers["Idempotent-Replayed"] == "true")
  }

  @Test func aKeptAnswerSurvivesTheServer() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "okapi-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = SandboxStore.Place.file(folder.appending(path: "store.db").path)
    let before = try {
      let test = try TestAPI(file)
      let answer = try test.post("/v1/customers", "name=x", key: "k1")
      #expect(try test.get("/v1/customers").ids.count == 1, "reads beside the writing thread see what was answered")
      return answer.text
    }()
    let test = try TestAPI(file)
    #expect(try test.post("/v1/customers", "name=x", key: "k1").text == before)
    #expect(try test.get("/v1/customers").ids.count == 1)
  }

  @Test func theEventsNameRequestAndKey() throws {
    let created = try test.post("/v1/customers", key: "k1")
    let request = try test.get("/v1/events").json["data"].array?.first?["request"]
    #expect(request?["idempotency_key"] == "k1")
    #expect(request?["id"].string == created.headers["Request-Id"])
  }

  @Test func aKeyHasAnEnd() throws {
    let long = String(repeating: "k", count: 256)
    #expect(try test.post("/v1/customers", key: long).error["type"] == "idempotency_error")
    #expect(try test.post("/v1/customers", key: String(long.dropFirst())).status == 200)
  }
}
