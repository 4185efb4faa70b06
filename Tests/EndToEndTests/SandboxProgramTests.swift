import Foundation
import HTTPClient
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// `okapi sandbox serve` as a process: started, asked, stopped, killed.
@Suite("Sandbox", .serialized) struct SandboxProgramTests {
  /// A sandbox that runs, and where.
  private struct Running {
    let program: RunningBinary
    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }

    static func start(_ home: ProgramHome, _ arguments: [String] = []) async throws -> Running {
      let port = try FreePort.find()
      let program = try TestBinary.start(
        ["sandbox", "serve", "--port", String(port)] + arguments, environment: ["OKAPI_HOME": home.home],
        directory: home.folder)
      let running = Running(program: program, port: port)
      try await Wait.until("the sandbox answers") {
        (try? HTTPClient().send(.init("GET", running.url + "/health")))?.status == 200
      }
      return running
    }

    func post(_ path: String, _ form: String, client: HTTPClient = HTTPClient()) throws -> String? {
      let answer = try client.send(
        .init("POST", url + path, headers: [("Authorization", "Bearer sk_test_x")], body: Array(form.utf8)))
      guard answer.status == 200 else { return nil }
      return try JSONDecoder().decode(JSONAny.self, from: Data(answer.body))["id"]?.string
    }

    func get(_ path: String) throws -> JSONAny {
      let answer = try HTTPClient().send(.init("GET", url + path, headers: [("Authorization", "Bearer sk_test_x")]))
      return try JSONDecoder().decode(JSONAny.self, from: Data(answer.body))
    }
  }

  @Test("the demo goes the whole way; a second one changes nothing, and a lost sandbox makes it begin anew")
  func demo() async throws {
    try await ProgramHome.with { home in
      let first = try await home.run("demo", "--json")
      #expect(first.status == 0, "\(first.stderr)")
      let made = try first.document()
      let url = try #require(made["sandbox"]?["url"]?.string)
      #expect(try HTTPClient().send(.init("GET", url + "/health")).status == 200)
      #expect(try outcomes(made) == Array(repeating: "made", count: 14))
      #expect(made["verify"]?["equal"] == .boolean(true))
      #expect(made["verify"]?["source"]?.string == "api")
      #expect((made["sync"]?["changed_rows"]?.integer ?? 0) > 1_000)
      #expect(made["lake"]?["is_promoted"] == .boolean(true))
      #expect((made["gold"]?["rows"]?.array?.count ?? 0) >= 2)
      let again = try await home.run("demo", "--json")
      #expect(again.status == 0, "\(again.stderr)")
      let found = try again.document()
      #expect(found["sandbox"]?["url"]?.string == url)
      #expect(try outcomes(found) == Array(repeating: "found", count: 14))
      #expect(found["sync"]?["changed_rows"]?.integer == 0)
      #expect(found["gold"] == made["gold"])
      #expect(try await home.run("stop").status == 0)
      try FileManager.default.removeItem(atPath: home.home + "/sandbox/demo")
      let anew = try await home.run("demo", "--json")
      #expect(anew.status == 0, "\(anew.stderr)")
      #expect(try anew.document()["verify"]?["equal"] == .boolean(true))
      // Nothing of the lost company is left in silver and gold.
      #expect(try anew.document()["gold"] == made["gold"])
    }
  }

  private func outcomes(_ demo: [String: JSONAny]) throws -> [String] {
    try #require(demo["populate"]?["objects"]?.array).compactMap { $0["outcome"]?.string }
  }

  @Test("in the background it outlives the command, is found again, and ends by okapi stop; also for --home")
  func background() async throws {
    try await ProgramHome.with { home in
      let start = ["sandbox", "serve", "--background", "--json", "--home", home.home, "--port"]
      func run(_ arguments: [String]) async throws -> TestBinary.Outcome {
        try await TestBinary.run(arguments, directory: home.folder)
      }
      let first = try await run(start + ["0"])
      #expect(first.status == 0, "\(first.stderr)")
      let url = try #require(try first.document()["url"]?.string)
      #expect(try HTTPClient().send(.init("GET", url + "/health")).status == 200)
      #expect(try await run(start + ["0"]).document()["url"]?.string == url)
      let port = try #require(URL(string: url)?.port)
      let busy = try await run(start + [String(port), "--data", home.folder.path + "/other"])
      #expect(busy.status == 69)
      #expect(busy.stderr.contains("cause: 127.0.0.1:\(port) is in use by"))
      #expect(try await run(["stop", "--home", home.home]).stdout.contains("sandbox \(url) stopped"))
      #expect((try? HTTPClient().send(.init("GET", url + "/health"))) == nil)
    }
  }

  @Test("it says where it is, serves, and ends well on a signal or on `okapi stop`", arguments: [SIGINT, SIGTERM, 0])
  func startsAndStops(_ signal: Int32) async throws {
    try await ProgramHome.with { home in
      let running = try await Running.start(home, ["--json", "--webhook", "http://127.0.0.1:9/none"])
      #expect(try running.post("/v1/customers", "name=Ann")?.hasPrefix("cus_") == true)
      let second = try await home.run("sandbox", "serve", "--port", "0")
      #expect(second.status == 75)
      #expect(second.stderr.contains("process \(running.program.processID) at \(running.url)"))
      let busy = try await home.run("sandbox", "serve", "--ephemeral", "--port", String(running.port))
      #expect(busy.status == 69)
      #expect(busy.stderr.contains("127.0.0.1:\(running.port) is in use"))
      if signal == 0 {
        let stop = try await home.run("stop")
        #expect(stop.stdout.contains("sandbox \(running.url) stopped"))
      } else {
        running.program.signal(signal)
      }
      let outcome = await running.program.outcome()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let document = try outcome.document()
      #expect(document["url"]?.string == running.url)
      #expect(document["webhooks"]?.array?.first?["secret"]?.string?.hasPrefix("whsec_") == true)
      let requests = outcome.logLines.filter { $0["event"]?.string == "request_answered" }
      #expect(requests.contains { $0["path"]?.string == "/v1/customers" && $0["status"]?.integer == 200 })
      #expect(!outcome.stderr.contains("sk_test") && !outcome.stderr.contains("whsec_"))
    }
  }

  @Test("kill -9 under write load loses no answered write and no event, and every event is delivered")
  func surviveKill() async throws {
    try await ProgramHome.with { home in
      let received = Mutex<Set<String>>([])
      let receiver = try HTTPServer(port: 0) { request in
        let event = try? JSONDecoder().decode(JSONAny.self, from: Data(request.body))
        received.withLock { _ = $0.insert(event?["data"]?["object"]?["id"]?.string ?? "") }
        return HTTPResponse()
      }
      defer { receiver.stop() }
      let hook = "http://\(receiver.address)/hooks"
      // What it writes is read when it has ended: a line for each request would fill the pipe, and it would wait.
      let options = ["--webhook", hook, "--webhook-retry-scale", "0.001", "--log-level", "error"]
      let first = try await Running.start(home, options)
      let answered = Mutex<[String]>([])
      // Writers that stop when the server is gone.
      let writers = (0..<4).map { number in
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
          let client = HTTPClient()
          for round in 0... {
            guard let id = try? first.post("/v1/customers", "name=w\(number)-\(round)", client: client) else { break }
            answered.withLock { $0.append(id) }
          }
          done.signal()
        }
        return done
      }
      try await Wait.until("some hundred writes are answered") { answered.withLock { $0.count } >= 300 }
      first.program.signal(SIGKILL)
      _ = await first.program.outcome()
      for writer in writers { writer.wait() }
      let ids = Set(answered.withLock { $0 })

      let again = try await Running.start(home, options)
      var kept: Set<String> = []
      var events: Set<String> = []
      for (path, collect) in [("/v1/customers?limit=100", false), ("/v1/events?limit=100&type=customer.created", true)]
      {
        var cursor = ""
        while true {
          let page = try again.get(path + cursor)
          let data = page["data"]?.array ?? []
          for object in data {
            if collect {
              events.insert(object["data"]?["object"]?["id"]?.string ?? "")
            } else {
              kept.insert(object["id"]?.string ?? "")
            }
          }
          guard page["has_more"] == .boolean(true), let last = data.last?["id"]?.string else { break }
          cursor = "&starting_after=\(last)"
        }
      }
      #expect(ids.subtracting(kept) == [], "answered and lost")
      #expect(kept == events, "a customer without its event, or the other way round")
      try await Wait.until("every event is delivered") { received.withLock { events.isSubset(of: $0) } }
      again.program.signal(SIGTERM)
      #expect(await again.program.outcome().status == 0)
    }
  }

  @Test("reset asks, and then empties a sandbox that runs and one that does not")
  func resets() async throws {
    try await ProgramHome.with { home in
      let running = try await Running.start(home)
      let id = try #require(try running.post("/v1/customers", "name=Ann"))
      #expect(try await home.run("sandbox", "reset").status == 64)
      #expect(try await home.run("sandbox", "reset", "--dry-run").status == 0)
      #expect(try running.get("/v1/customers/\(id)")["name"]?.string == "Ann")
      #expect(try await home.run("sandbox", "reset", "--yes").status == 0)
      #expect(try running.get("/v1/customers")["data"]?.array?.isEmpty == true)
      _ = try running.post("/v1/customers", "name=Bob")
      running.program.signal(SIGTERM)
      _ = await running.program.outcome()
      let offline = try await home.run("sandbox", "reset", "--yes", "--json")
      #expect(try offline.document()["is_reset"] == .boolean(true))
      let again = try await Running.start(home)
      #expect(try again.get("/v1/customers")["data"]?.array?.isEmpty == true)
      again.program.signal(SIGTERM)
      _ = await again.program.outcome()
    }
  }
}
