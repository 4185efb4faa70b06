import Foundation
import HTTPClient
import PostgresClient
import TestSupport
import Testing

/// `okapi fetch` as a process: from a sandbox to bronze and list files, and on to proven tables.
@Suite("Fetch") struct FetchProgramTests {
  @Test("a seeded company goes over the API into list files, and from there into tables that are proven equal")
  func fetchIngestVerify() async throws {
    try await LoadedSource.empty { source in
      let seeded = try await source.run("sandbox", "seed", "--customers", "15", "--months", "3", "--seed", "5")
      try #require(seeded.status == 0, "\(seeded.stderr)")
      let port = try FreePort.find()
      let sandbox = try source.start("sandbox", "serve", "--port", String(port), "--log-level", "error")
      let url = "http://127.0.0.1:\(port)"
      try await Wait.until("the sandbox answers") {
        (try? HTTPClient().send(.init("GET", url + "/health")))?.status == 200
      }
      let export = source.folder.path + "/export"
      // Without a key and a base the command finds the sandbox of its workspace.
      let fetched = try await source.run("fetch", "--out", export, "--json")
      #expect(fetched.status == 0, "\(fetched.stderr)")
      let document = try fetched.document()
      let charges = document["resources"]?.array?.first { $0["resource"]?.string == "charges" }
      #expect(charges?["outcome"]?.string == "read" && charges?["objects"]?.integer ?? 0 > 0)
      #expect(document["statuses"]?.array?.isEmpty == true)
      #expect(!fetched.stderr.contains("sk_test"))
      let table = try await source.run("fetch", "products", "prices")
      #expect(table.status == 0 && table.stdout.contains("products") && table.stdout.contains("requests"))

      let ingested = try await source.run("ingest", "--source", "json", "--json-dir", export)
      #expect(ingested.status == 0, "\(ingested.stdout)\(ingested.stderr)")
      let verified = try await source.run("verify", "--source", "json", "--json-dir", export)
      #expect(verified.status == 0, "\(verified.stdout)\(verified.stderr)")
      #expect(try await source.cell("select count(*) from charges") == String(charges?["objects"]?.integer ?? 0))

      let inside = try await source.run("fetch", "invoice_line_items")
      #expect(inside.status == 64 && inside.stderr.contains("inside other objects"))
      let refused = try await source.run(
        "fetch", "products", environment: ["STRIPE_API_BASE": url, "STRIPE_API_KEY": "sk_test_abcdefghi"])
      #expect(refused.status == 0, "\(refused.stderr)")
      sandbox.signal(SIGTERM)
      _ = await sandbox.outcome()
      let away = try await source.run(
        "fetch", "products", "--json", environment: ["STRIPE_API_BASE": url, "STRIPE_API_KEY": "sk_test_abcdefghi"])
      #expect(away.status == 69)
    }
  }

  @Test("a fetch that is killed is gone on with, and one that is interrupted says so")
  func killed() async throws {
    try await LoadedSource.empty { source in
      let seeded = try await source.run("sandbox", "seed", "--customers", "15", "--months", "3", "--seed", "6")
      try #require(seeded.status == 0, "\(seeded.stderr)")
      let port = try FreePort.find()
      let sandbox = try source.start("sandbox", "serve", "--port", String(port), "--log-level", "error")
      let url = "http://127.0.0.1:\(port)"
      try await Wait.until("the sandbox answers") {
        (try? HTTPClient().send(.init("GET", url + "/health")))?.status == 200
      }
      for signal in [SIGKILL, SIGINT] {
        // Slow enough to be met in the middle.
        let slow = try TestBinary.start(
          ["fetch", "--rate", "10"], environment: source.environment, directory: source.folder.url)
        let folder = "home/lake/_state/checkpoints/\(source.schema)"
        let lake = source.folder.url.appending(path: folder).path
        let lock = source.folder.url.appending(path: "home/lake/_state/locks/\(source.schema)")
        try await Wait.until("it holds the lake, and some of it is done") {
          let holder = (try? String(contentsOf: lock, encoding: .utf8)) ?? ""
          let done = (try? FileManager.default.contentsOfDirectory(atPath: lake)) ?? []
          guard holder.contains(#""pid":\#(slow.processID)"#) && done.count >= 3 else { return false }
          // Here: until the wait is over, the fetch may be.
          slow.signal(signal)
          return true
        }
        let outcome = await slow.outcome()
        #expect(outcome.status == (signal == SIGKILL ? 137 : 130))
        if signal == SIGINT { #expect(outcome.stderr.contains("run the same command again")) }
      }
      let fetched = try await source.run("fetch", "--json")
      #expect(fetched.status == 0, "\(fetched.stderr)")
      let resources = try fetched.document()["resources"]?.array ?? []
      #expect(resources.contains { $0["was_done"] == .boolean(true) })
      sandbox.signal(SIGTERM)
      _ = await sandbox.outcome()
    }
  }
}
