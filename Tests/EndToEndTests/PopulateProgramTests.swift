import Foundation
import HTTPClient
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// `okapi populate` as a process.
@Suite("Populate", .serialized) struct PopulateProgramTests {
  /// So many customers with a subscription each.
  private static func fixture(customers: Int) -> String {
    let people = (0..<customers).map { #"{"name": "Person \#($0)", "email": "p\#($0)@example.com"}"# }
    let subscriptions = (0..<customers).map { #"{"customer_email": "p\#($0)@example.com", "product_name": "Mug"}"# }
    return """
      {"customers": [\(people.joined(separator: ","))],
       "products": [{"name": "Mug", "prices": [{"amount": 800, "currency": "eur", "interval": "month"}]}],
       "subscriptions": [\(subscriptions.joined(separator: ","))]}
      """
  }

  private static let sample = TestDatabase.packageFolder
    .appendingPathComponent("Sources/CLI/SampleFixture/company.json").path

  /// How many of what, out of the document: `["customers": ["found": 3]]`.
  private func outcomes(_ run: TestBinary.Outcome) throws -> [String: [String: Int64]] {
    let resources = try run.document()["resources"]?.array ?? []
    return Dictionary(
      uniqueKeysWithValues: resources.map { one in
        (one["resource"]?.string ?? "", (one["outcomes"]?.members ?? [:]).compactMapValues(\.integer))
      })
  }

  private func count(_ url: String) throws -> Int {
    let answer = try HTTPClient().send(.init("GET", url, headers: [("Authorization", "Bearer sk_test_x")]))
    return try JSONDecoder().decode(JSONAny.self, from: Data(answer.body))["data"]?.array?.count ?? -1
  }

  @Test("on a clean machine it starts the sandbox, fills it, and finds all the second time; force makes anew")
  func firstHour() async throws {
    try await ProgramHome.with { home in
      let first = try await home.run("populate", "--fixture", Self.sample, "--json")
      #expect(first.status == 0, "\(first.stderr)")
      #expect(
        try outcomes(first) == [
          "customers": ["made": 4], "products": ["made": 2], "prices": ["made": 4], "subscriptions": ["made": 4],
        ])
      let begun = try #require(first.logLines.first { $0["event"]?.string == "run_started" })
      #expect(begun["env"]?.string == "DEV")
      let api = try #require(begun["api"]?.string)
      #expect(api.hasPrefix("sandbox at http://127.0.0.1:"))
      let url = api.dropFirst("sandbox at ".count)
      #expect(try count("\(url)/v1/subscriptions?limit=100") == 4)

      let second = try await home.run("populate", "--fixture", Self.sample)
      #expect(second.status == 0)
      #expect(second.stdout.contains("subscriptions       4      4     0"), "\(second.stdout)")
      let looked = try await home.run("populate", "--fixture", Self.sample, "--force", "--dry-run")
      #expect(looked.stdout.contains("would be remade"))
      let forced = try await home.run("populate", "--fixture", Self.sample, "--force", "--json")
      #expect(try outcomes(forced)["subscriptions"] == ["remade": 4])
      #expect(try count("\(url)/v1/subscriptions?limit=100") == 4)
      #expect(try count("\(url)/v1/subscriptions?limit=100&status=all") == 8)
    }
  }

  @Test("kill -9 again and again, then once more: one of each")
  func killed() async throws {
    try await ProgramHome.with { home in
      let file = try home.write("fixture.json", Self.fixture(customers: 60))
      let port = try FreePort.find()
      let url = "http://127.0.0.1:\(port)"
      let sandbox = try TestBinary.start(
        ["sandbox", "serve", "--ephemeral", "--port", String(port), "--log-level", "error"],
        environment: ["OKAPI_HOME": home.home], directory: home.folder)
      try await Wait.until("the sandbox answers") {
        (try? HTTPClient().send(.init("GET", url + "/health")))?.status == 200
      }
      let environment = ["OKAPI_HOME": home.home, "STRIPE_API_BASE": url]
      for made in [1, 10, 25, 40] {
        let run = try TestBinary.start(
          ["populate", "--fixture", file, "--rate", "200"], environment: environment, directory: home.folder)
        try await Wait.until("\(made) customers are there", every: .milliseconds(2)) {
          try count(url + "/v1/customers?limit=100") >= made
        }
        run.signal(SIGKILL)
        _ = await run.outcome()
      }
      let last = try await home.run(
        "populate", "--fixture", file, "--rate", "1000", "--json", environment: environment)
      #expect(last.status == 0, "\(last.stderr)")
      for list in ["customers", "subscriptions", "subscriptions?status=all", "payment_methods"] {
        let query = list.contains("?") ? "&limit=100" : "?limit=100"
        #expect(try count("\(url)/v1/\(list)\(query)") == 60, "\(list)")
      }
      #expect(try count(url + "/v1/products?limit=100") == 1)
      #expect(try count(url + "/v1/prices?limit=100") == 1)
      sandbox.signal(SIGTERM)
      #expect(await sandbox.outcome().status == 0)
    }
  }

  @Test("in PROD, with a live key, and with a faulty fixture it is refused before anybody is asked")
  func refused() async throws {
    try await ProgramHome.with { home in
      let visits = Mutex(0)
      let server = try HTTPServer(port: 0) { _ in
        visits.withLock { $0 += 1 }
        return HTTPResponse()
      }
      defer { server.stop() }
      let base = ["STRIPE_API_BASE": "http://\(server.address)"]
      let live = ["STRIPE_API_KEY": "sk_live_0123456789abcdef"]
      let test = ["STRIPE_API_KEY": "sk_test_0123456789abcdef"]
      for (environment, words) in [
        (["ENV": "PROD"].merging(test) { $1 }, "ENV=PROD: refused to populate"),
        (["ENV": "PROD"].merging(live) { $1 }, "ENV=PROD: refused to populate"),
        (live, "A live key is refused outside ENV=PROD"),
        (["STRIPE_API_KEY": "rk_live_0123456789abcdef"], "A live key is refused outside ENV=PROD"),
        (["ENV": "PROD"], "ENV=PROD: refused to populate"),
      ] {
        let address = environment["ENV"] != nil && environment["STRIPE_API_KEY"]?.contains("live") == true ? [:] : base
        let run = try await home.run(
          "populate", "--fixture", Self.sample, environment: environment.merging(address) { $1 })
        #expect(run.status == 78, "\(run.stderr)")
        #expect(run.stderr.contains(words))
        #expect(!run.stderr.contains("0123456789"))
      }
      let file = try home.write(
        "faulty.json", #"{"customers": [{"name": "Ann", "email": 12}, {"nam": "Bob", "email": "bob@example.com"}]}"#)
      let faulty = try await home.run("populate", "--fixture", file, "--json", environment: base)
      #expect(faulty.status == 65)
      let error = try #require(try faulty.document()["error"])
      #expect(
        error["cause"]?.string == """
          customers[0].email: found 12, expected text
          customers[1].nam: found an unknown member, expected name, email
          customers[1].name: found nothing, expected a value
          """)
      #expect(error["context"]?["file"]?.string == file)
      let missing = try await home.run("populate", "--fixture", "nowhere.json", environment: base)
      #expect(missing.status == 66)
      #expect(visits.withLock { $0 } == 0)
      // Nor was a sandbox started.
      #expect(!FileManager.default.fileExists(atPath: home.home + "/sandbox"))
    }
  }

  @Test("an address where nobody answers is said, with what to do")
  func unreachable() async throws {
    try await ProgramHome.with { home in
      let run = try await home.run(
        "populate", "--fixture", Self.sample,
        environment: ["STRIPE_API_BASE": "http://127.0.0.1:\(try FreePort.find())"])
      #expect(run.status == 69, "\(run.stderr)")
      #expect(run.stderr.contains("next:"))
    }
  }
}
