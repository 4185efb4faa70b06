import Digest
import Foundation
import HTTPServer
import PlatformCore
import Sandbox
import Synchronization
import Testing

@testable import SandboxServer

@Suite struct WebhookWorkerTests {
  /// With this scale the last retry comes 1.08 seconds after the first attempt: soon enough to wait for.
  private func options(scale: Double = 0.0001, change: (inout WebhookOptions) -> Void = { _ in }) -> WebhookOptions {
    var options = WebhookOptions()
    options.retryScale = scale
    options.timeout = .seconds(60)
    change(&options)
    return options
  }

  private func endpoint(_ store: SandboxStore, _ url: String) throws -> Record {
    try store.write { try $0.endpoint(for: url).record }
  }

  /// Makes so many customers and returns the ids of their events, oldest first.
  @discardableResult
  private func makeEvents(_ store: SandboxStore, _ count: Int) throws -> [String] {
    try store.write { world in
      for number in 0..<count {
        var customer = Record(
          .customer,
          body: ["id": nil, "object": "customer", "created": .integer(world.now), "name": .string("c\(number)")])
        try world.save(&customer, emitting: "customer.created")
      }
      return try world.records(ListQuery(.event, limit: count)).map(\.id).reversed()
    }
  }

  private func pending(_ store: SandboxStore, _ event: String) throws -> Int64? {
    try store.read { try $0.find(.event, event)?.int("pending_webhooks") }
  }

  /// Waits until no delivery is due any more.
  private func waitUntilDone(_ store: SandboxStore, seconds: TimeInterval = 120) throws -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try !store.read({ try $0.pendingEndpoints().isEmpty }) {
      guard Date() < deadline else { return false }
      usleep(5_000)
    }
    return true
  }

  @Test func deliveriesAreSignedAndAsStripeSendsThem() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    let hook = try endpoint(store, receiver.url)
    let worker = WebhookWorker(store: store, options: options())
    defer {
      worker.stop()
      store.close()
    }
    let events = try makeEvents(store, 3)
    #expect(receiver.wait { $0.count == 3 })
    let secret = try #require(hook.hidden["secret"].string)
    for delivery in receiver.all {
      #expect(delivery.contentType == "application/json; charset=utf-8")
      #expect(delivery.userAgent == "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
      try StripeSignature.verify(
        header: delivery.signature, body: delivery.body, secrets: [secret], now: Int64(Date().timeIntervalSince1970))
      #expect(String(decoding: delivery.body, as: UTF8.self).hasPrefix("{\n  \"id\": \"evt_"))
    }
    #expect(Set(receiver.all.map(\.event)) == Set(events))
    #expect(try waitUntilDone(store))
    for event in events { #expect(try pending(store, event) == 0) }
  }

  @Test func aReceiverThatIsDownGetsEverythingInTheEnd() throws {
    let port = try {
      let server = try HTTPServer(port: 0) { _ in HTTPResponse() }
      defer { server.stop() }
      return server.port
    }()
    let store = try SandboxStore(.memory)
    _ = try endpoint(store, "http://127.0.0.1:\(port)/hooks")
    let worker = WebhookWorker(store: store, options: options(scale: 0.001))
    defer {
      worker.stop()
      store.close()
    }
    let events = try makeEvents(store, 40)
    // Each was tried once, in vain.
    let deadline = Date(timeIntervalSinceNow: 120)
    func triedOnce() throws -> Bool {
      try store.read { reader in
        try events.allSatisfy { try reader.deliveries(of: $0).contains { $0.status == .failed } }
      }
    }
    while try !triedOnce(), Date() < deadline { usleep(5_000) }
    let receiver = try Receiver(port: port) { delivery in delivery.body.count.isMultiple(of: 2) ? 200 : 204 }
    defer { receiver.stop() }
    #expect(receiver.wait { Set($0.map(\.event)).count == 40 })
    #expect(try waitUntilDone(store))
    #expect(receiver.all.count == 40, "no event twice")
    for event in events {
      let attempts = try store.read { try $0.deliveries(of: event) }
      #expect(attempts.last?.status == .delivered)
      #expect(attempts.dropLast().allSatisfy { $0.status == .failed && $0.error != nil && $0.response == nil })
      #expect(attempts.map(\.attempt) == Array(0..<attempts.count))
      #expect(try pending(store, event) == 0)
    }
  }

  @Test(arguments: [500, 404, 301, 400])
  func fourAttemptsAreMadeAndEachIsRecorded(_ status: Int) throws {
    let receiver = try Receiver { _ in status }
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    let hook = try endpoint(store, receiver.url)
    let worker = WebhookWorker(store: store, options: options())
    defer {
      worker.stop()
      store.close()
    }
    let event = try makeEvents(store, 1)[0]
    #expect(receiver.wait { $0.count == 4 })
    #expect(try waitUntilDone(store))
    let attempts = try store.read { try $0.deliveries(of: event) }
    #expect(attempts.map(\.attempt) == [0, 1, 2, 3])
    #expect(attempts.allSatisfy { $0.status == .failed && $0.response == status })
    #expect(try pending(store, event) == 1)
    #expect(Set(receiver.all.map(\.body)).count == 1, "the body of a retry is the same")
    // By hand it goes out again, and once only.
    receiver.answers { _ in 200 }
    #expect(try store.write { try $0.resend(event: event, to: hook.id) } == 1)
    #expect(receiver.wait { $0.count == 5 })
    #expect(try waitUntilDone(store))
    #expect(try pending(store, event) == 0)
  }

  @Test func retriesWaitAsScheduled() {
    let plain = WebhookOptions()
    #expect((0...4).map { plain.waitMilliseconds(after: $0) } == [60_000, 3_540_000, 7_200_000, nil, nil])
    #expect(plain.waitMilliseconds(after: Delivery.byHand) == nil)
    #expect(options(scale: 0.01).waitMilliseconds(after: 0) == 600)
  }

  @Test func secretsThatWereReplacedSignUntilTheyEnd() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    var hook = try endpoint(store, receiver.url)
    let now = Int64(Date().timeIntervalSince1970)
    hook.hidden["old_secrets"] = [
      ["secret": "whsec_old", "until": .integer(now + 3_600)], ["secret": "whsec_gone", "until": .integer(now - 1)],
    ]
    let changed = hook
    try store.write { world in
      var record = changed
      try world.save(&record)
    }
    let worker = WebhookWorker(store: store, options: options())
    defer {
      worker.stop()
      store.close()
    }
    try makeEvents(store, 1)
    #expect(receiver.wait { $0.count == 1 })
    let delivery = try #require(receiver.all.first)
    func check(_ secret: String) throws {
      try StripeSignature.verify(header: delivery.signature, body: delivery.body, secrets: [secret], now: now)
    }
    try check(hook.hidden["secret"].string ?? "")
    try check("whsec_old")
    #expect(throws: StripeSignature.Mismatch.noMatch) { try check("whsec_gone") }
  }

  @Test func eachEndpointGetsItsVersionAndASlowOneHoldsUpNobody() throws {
    let goOn = DispatchSemaphore(value: 0)
    let slow = try Receiver { _ in
      goOn.wait()
      return 200
    }
    let fast = try Receiver()
    defer {
      // Also for those that were sent again.
      for _ in 0..<1_000 { goOn.signal() }
      slow.stop()
      fast.stop()
    }
    let store = try SandboxStore(.memory)
    _ = try endpoint(store, slow.url)
    var versioned = try endpoint(store, fast.url)
    versioned["api_version"] = "2022-11-15"
    let changed = versioned
    try store.write { world in
      var record = changed
      try world.save(&record)
    }
    let worker = WebhookWorker(store: store, options: options())
    defer {
      worker.stop()
      store.close()
    }
    let events = try makeEvents(store, 30)
    #expect(fast.wait { $0.count == 30 })
    #expect(
      fast.all.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains("\"api_version\": \"2022-11-15\"") })
    #expect(try events.allSatisfy { try pending(store, $0) ?? 0 >= 1 })
    for _ in events { goOn.signal() }
    #expect(slow.wait { $0.count == 30 })
    #expect(try waitUntilDone(store))
    #expect(slow.all.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains("\"pending_webhooks\": 2") })
  }

  @Test func whatWaitsForADisabledEndpointIsDropped() throws {
    let receiver = try Receiver { _ in 500 }
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    let hook = try endpoint(store, receiver.url)
    let worker = WebhookWorker(store: store, options: options(scale: 1))
    defer {
      worker.stop()
      store.close()
    }
    let event = try makeEvents(store, 1)[0]
    #expect(receiver.wait { $0.count == 1 })
    try store.write { world in
      var record = try world.require(.webhookEndpoint, hook.id, param: "id")
      record["status"] = "disabled"
      try world.save(&record)
    }
    try store.write { _ = try $0.resend(event: event, to: hook.id) }  // wakes the worker
    #expect(try waitUntilDone(store))
    #expect(try pending(store, event) == 0)
    #expect(receiver.all.count == 1)
  }

  @Test func deliveriesSurviveARestart() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "sandbox.db").path
    let receiver = try Receiver()
    defer { receiver.stop() }
    let events = try {
      let store = try SandboxStore(.file(path))
      defer { store.close() }
      _ = try endpoint(store, receiver.url)
      return try makeEvents(store, 5)
    }()
    #expect(receiver.all.isEmpty)
    let store = try SandboxStore(.file(path))
    let worker = WebhookWorker(store: store, options: options())
    defer {
      worker.stop()
      store.close()
    }
    #expect(receiver.wait { Set($0.map(\.event)) == Set(events) })
  }

  @Test func stoppingDoesNotWaitForAReceiverThatHangs() throws {
    let goOn = DispatchSemaphore(value: 0)
    let begun = DispatchSemaphore(value: 0)
    let receiver = try Receiver { _ in
      begun.signal()
      goOn.wait()
      return 200
    }
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    defer { store.close() }
    _ = try endpoint(store, receiver.url)
    let worker = WebhookWorker(store: store, options: options { $0.timeout = .seconds(60) })
    let event = try makeEvents(store, 1)[0]
    begun.wait()
    let start = ContinuousClock.now
    worker.stop()
    #expect(ContinuousClock.now - start < .seconds(20))
    goOn.signal()
    #expect(try store.read { try $0.deliveries(of: event) }.map(\.status) == [.pending], "it is delivered again later")
  }

  // MARK: faults

  @Test func duplicatesComeTwice() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    _ = try endpoint(store, receiver.url)
    let worker = WebhookWorker(store: store, options: options { $0.fault = { _, _ in .duplicate } })
    defer {
      worker.stop()
      store.close()
    }
    let events = try makeEvents(store, 3)
    #expect(receiver.wait { $0.count == 6 })
    #expect(try waitUntilDone(store))
    for event in events { #expect(receiver.all.filter { $0.event == event }.count == 2) }
    #expect(try pending(store, events[0]) == 0)
  }

  @Test func reorderedOnesAreOvertaken() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    _ = try endpoint(store, receiver.url)
    let worker = WebhookWorker(
      store: store,
      options: options {
        $0.sendersPerEndpoint = 1
        $0.fault = { _, _ in .reorder(.seconds(30)) }
      })
    defer {
      worker.stop()
      store.close()
    }
    let events = try makeEvents(store, 4)
    #expect(receiver.wait { $0.count == 4 })
    #expect(receiver.all.map(\.event) == [events[1], events[0], events[3], events[2]])
  }

  @Test func delayedOnesComeLater() throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    let store = try SandboxStore(.memory)
    _ = try endpoint(store, receiver.url)
    let isFirst = Atomic(true)
    let worker = WebhookWorker(
      store: store,
      options: options {
        $0.sendersPerEndpoint = 1
        $0.fault = { _, _ in isFirst.exchange(false, ordering: .relaxed) ? .delay(.seconds(4)) : nil }
      })
    defer {
      worker.stop()
      store.close()
    }
    let events = try makeEvents(store, 3)
    #expect(receiver.wait { $0.count == 3 })
    #expect(receiver.all.map(\.event) == [events[1], events[2], events[0]])
  }
}
