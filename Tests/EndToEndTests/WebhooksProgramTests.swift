import Digest
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// `okapi webhooks serve` as a process: started, refused, stopped, killed, and on a disk that is full.
@Suite("Webhooks", .serialized) struct WebhooksProgramTests {
  private static let secret = RunningReceiver.secret

  /// The ids in bronze, in order.
  private func ids(_ home: ProgramHome) throws -> [String] {
    try EventFiles.ids(in: URL(filePath: home.home + "/lake"))
  }

  @Test("without a secret it does not start, and says what to do; unchecked it is refused in PROD")
  func refusals() async throws {
    let place = try TemporaryDirectory()
    func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> TestBinary.Outcome {
      try await TestBinary.run(
        ["webhooks", "serve", "--port", "0"] + arguments,
        environment: ["OKAPI_HOME": place.path].merging(environment) { $1 },
        directory: place.url, timeout: .seconds(60))
    }
    let none = try await run([])
    #expect(none.status == 78)
    #expect(
      none.stderr.contains("STRIPE_WEBHOOK_SECRET is not set")
        && none.stderr.contains("next:  set STRIPE_WEBHOOK_SECRET=whsec_"))
    let blank = try await run([], ["STRIPE_WEBHOOK_SECRET": " , "])
    #expect(blank.status == 78)
    let insecure = try await run(
      ["--insecure-skip-verification"], ["ENV": "PROD", "STRIPE_WEBHOOK_SECRET": Self.secret])
    #expect(insecure.status == 78)
    #expect(insecure.stderr.contains("--insecure-skip-verification is refused"))
    #expect(try await run(["--tolerance", "0"], ["STRIPE_WEBHOOK_SECRET": Self.secret]).status == 64)
    let missing = try await run(["--secret-file", "no-such-file"])
    #expect(missing.status == 66 && missing.stderr.contains("no-such-file"))
    _ = try place.write("empty", "\n\n")
    #expect(try await run(["--secret-file", place.path + "/empty"]).status == 78)
    _ = try FileManager.default.createDirectory(atPath: place.path + "/past/_state", withIntermediateDirectories: true)
    _ = try place.write("past/_state/as_of.json", #"{"as_of":"2026-11-01T00:00:00Z","bronze":"/lake"}"#)
    let past = try await run([], ["STRIPE_WEBHOOK_SECRET": Self.secret, "LAKE_URL": place.path + "/past"])
    #expect(past.status == 64 && past.stderr.contains("what was known at"))
    #expect(!FileManager.default.fileExists(atPath: place.path + "/webhooks"))
  }

  @Test(
    "it says where it is, takes events once, names itself to a second one, and ships what it has when it is stopped")
  func startsAndStops() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home)
      #expect(running.deliver("evt_1") == 200)
      #expect(running.deliver("evt_1") == 200)
      let second = try await home.run(
        "webhooks", "serve", "--port", "0", environment: ["STRIPE_WEBHOOK_SECRET": Self.secret])
      #expect(second.status == 75)
      #expect(second.stderr.contains("webhooks serve of process \(running.program.processID)"))
      let outcome = await running.stop()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let document = try outcome.document()
      #expect(document["url"]?.string == "http://127.0.0.1:\(running.port)/webhooks/stripe")
      #expect(document["is_verifying"] == .boolean(true) && document["is_open_to_others"] == .boolean(false))
      #expect(outcome.logLines.contains { $0["event"]?.string == "webhook_segment_shipped" })
      #expect(!(outcome.stdout + outcome.stderr).contains("whsec"))
      #expect(try ids(home) == ["evt_1"])
      // A secret file takes the place of the setting, and a duplicate is known after a restart.
      try home.write("secrets", "whsec_other\n\(Self.secret)\n")
      let again = try await RunningReceiver.start(home, ["--secret-file", home.folder.path + "/secrets"])
      #expect(again.deliver("evt_1") == 200 && again.deliver("evt_2") == 200)
      #expect(await again.stop().status == 0)
      #expect(try ids(home).sorted() == ["evt_1", "evt_2"])
    }
  }

  @Test("where signatures are not checked, it warns")
  func insecure() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home, ["--insecure-skip-verification"])
      let body = #"{"id":"evt_1","object":"event","created":1,"type":"t","data":{"object":{}}}"#
      let url = "http://127.0.0.1:\(running.port)/webhooks/stripe"
      #expect(try HTTPClient().send(.init("POST", url, body: Array(body.utf8))).status == 200)
      let outcome = await running.stop()
      #expect(outcome.logLines.contains { $0["event"]?.string == "webhooks_not_verified" })
      #expect(try outcome.document()["is_verifying"] == .boolean(false))
    }
  }

  @Test("kill -9 under load loses no answered event and doubles none", .timeLimit(.minutes(5)))
  func survivesKills() async throws {
    try await ProgramHome.with { home in
      let port = try FreePort.find()
      let answered = Mutex<[String]>([])
      let isOver = Mutex(false)
      var running = try await RunningReceiver.start(home, ["--log-level", "error"], port: port)
      let target = running
      // As Stripe does: each event again and again until it is answered 200.
      let senders = (0..<6).map { number in
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
          let client = HTTPClient()
          for round in 0... {
            if isOver.withLock({ $0 }) { break }
            let id = "evt_\(number)_\(round)"
            while target.deliver(id, padding: round % 7 * 500, client: client) != 200 {
              // Also of a receiver that never comes back.
              if isOver.withLock({ $0 }) { return _ = done.signal() }
              usleep(2_000)
            }
            answered.withLock { $0.append(id) }
            // What was answered may come again all the same.
            if round % 5 == 0 { _ = target.deliver(id, client: client) }
          }
          done.signal()
        }
        return done
      }
      for _ in 1...4 {
        let before = answered.withLock { $0.count }
        try await Wait.until("some hundred are answered") { answered.withLock { $0.count } >= before + 200 }
        running.program.signal(SIGKILL)
        _ = await running.program.outcome()
        running = try await RunningReceiver.start(home, ["--log-level", "error"], port: port)
      }
      isOver.withLock { $0 = true }
      for sender in senders { sender.wait() }
      #expect(await running.stop().status == 0)
      let stored = try ids(home)
      #expect(Set(stored).count == stored.count, "stored twice")
      #expect(Set(answered.withLock { $0 }).subtracting(stored) == [], "answered and lost")
    }
  }

  /// Duplicates, delays, reordering and outages, as the sandbox makes them.
  @Test("every event of the sandbox is stored once, while the receiver is killed", .timeLimit(.minutes(5)))
  func capturesTheSandbox() async throws {
    try await ProgramHome.with { home in
      let (port, hook) = (try FreePort.find(), try FreePort.find())
      let sandbox = try TestBinary.start(
        [
          "sandbox", "serve", "--ephemeral", "--json", "--port", String(port), "--webhook-retry-scale", "0.002",
          "--log-level", "error", "--fault", "kind=webhook_duplicate,rate=0.2,seed=1", "--fault",
          "kind=webhook_delay,rate=0.2,delay_ms=300,seed=2", "--fault", "kind=webhook_reorder,rate=0.2,seed=3",
        ], environment: ["OKAPI_HOME": home.home], directory: home.folder)
      let api = SandboxCalls(port: port)
      try await Wait.until("the sandbox answers") { (try? api.get("/health")) != nil }
      let endpoint = try api.post(
        "/v1/webhook_endpoints", "url=http://127.0.0.1:\(hook)/webhooks/stripe&enabled_events[]=*")
      let secret = try #require(endpoint["secret"]?.string)
      var running = try await RunningReceiver.start(home, ["--log-level", "error"], port: hook, secret: secret)
      for round in 1...4 {
        for number in 0..<50 { _ = try api.post("/v1/customers", "name=c\(round)-\(number)") }
        guard round < 4 else { break }
        running.program.signal(SIGKILL)
        _ = await running.program.outcome()
        for number in 0..<10 { _ = try api.post("/v1/customers", "name=away\(round)-\(number)") }
        running = try await RunningReceiver.start(home, ["--log-level", "error"], port: hook, secret: secret)
      }
      let events = try api.ids(of: "/v1/events")
      #expect(events.count == 230)
      try await Wait.until("every event was acknowledged") {
        try api.ids(of: "/v1/events?delivery_success=false") == []
      }
      #expect(await running.stop().status == 0)
      sandbox.signal(SIGTERM)
      _ = await sandbox.outcome()
      #expect(try ids(home).sorted() == events.sorted())
    }
  }

  /// A file may have 200 KB: in the middle of a line the system refuses the rest of it.
  @Test("a disk that takes no more is answered 503, and the log goes on where there is room")
  func fullDisk() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home, after: "trap '' XFSZ; ulimit -f 400")
      var refused = 0
      for number in 0..<12 {
        var status = running.deliver("evt_\(number)", padding: 60_000)
        while status == 503 {
          refused += 1
          #expect(running.status("GET", "/ready") == 200)  // there is room for other files
          status = running.deliver("evt_\(number)", padding: 60_000)
        }
        #expect(status == 200)
      }
      #expect(refused >= 3)
      let outcome = await running.stop()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      #expect(outcome.stderr.contains("\"reason\":\"not_stored\""))
      #expect(try ids(home) == (0..<12).map { "evt_\($0)" })
    }
  }
}

/// Calls of a sandbox, answered as JSON.
private struct SandboxCalls {
  let port: Int

  func get(_ path: String) throws -> JSONAny { try answer("GET", path, "") }

  func post(_ path: String, _ form: String) throws -> JSONAny { try answer("POST", path, form) }

  /// The ids of a list, page by page.
  func ids(of path: String) throws -> [String] {
    var found: [String] = []
    while true {
      let cursor = found.last.map { "&starting_after=\($0)" } ?? ""
      let page = try get("\(path)\(path.contains("?") ? "&" : "?")limit=100\(cursor)")
      found += (page["data"]?.array ?? []).compactMap { $0["id"]?.string }
      if page["has_more"] != .boolean(true) { return found }
    }
  }

  private func answer(_ method: String, _ path: String, _ form: String) throws -> JSONAny {
    let request = HTTPClient.Request(
      method, "http://127.0.0.1:\(port)\(path)", headers: [("Authorization", "Bearer sk_test_x")],
      body: Array(form.utf8))
    return try JSONDecoder().decode(JSONAny.self, from: Data(HTTPClient().send(request).body))
  }
}
