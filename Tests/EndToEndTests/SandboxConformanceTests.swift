import Foundation
import TestSupport
import Testing

/// The official SDK against the built program: the checks of Tests/Conformance, none of which may be skipped here.
@Suite("Sandbox conformance") struct SandboxConformanceTests {
  @Test("the official SDK finds what the documents promise, and the books add up after it", .timeLimit(.minutes(16)))
  func officialSDK() async throws {
    let place = try TemporaryDirectory()
    let port = try FreePort.find()
    let environment = ["OKAPI_HOME": place.url.appendingPathComponent("home").path]
    let server = try TestBinary.start(
      ["sandbox", "serve", "--port", "\(port)", "--webhook-retry-scale", "0.01"],
      environment: environment, directory: place.url)
    async let served = server.outcome(timeout: .seconds(900))

    let script = TestDatabase.packageFolder.appendingPathComponent("scripts/python-tests").path
    let checks = try RunningBinary(
      script, ["--wait", "30", "--json"],
      environment: ["STRIPE_API_BASE": "http://127.0.0.1:\(port)", "STRIPE_API_KEY": "sk_test_conformance"])
    let outcome = await checks.outcome(timeout: .seconds(840))
    server.signal(SIGTERM)
    let ended = await served

    let report = try? JSONDecoder().decode(Report.self, from: Data(outcome.stdout.utf8))
    let result = try #require(report, "\(outcome.stderr)\(outcome.stdout)\(ended.stderr)")
    for row in result.rows where row.outcome != "passed" {
      Issue.record("\(row.check), from \(row.source): \(row.outcome): \(row.detail ?? "")")
    }
    #expect(result.checks > 300)
    #expect(outcome.status == 0)
    #expect([0, 143].contains(ended.status), "\(ended.stderr)")

    let ledger = try await TestBinary.run(
      ["sandbox", "ledger", "--json"], environment: environment, directory: place.url
    ).document()
    #expect(ledger["problems"] == .array([]))
  }

  /// What `scripts/python-tests --json` prints.
  private struct Report: Decodable {
    struct Row: Decodable {
      let check: String
      let source: String
      let outcome: String
      let detail: String?
    }
    let checks: Int
    let rows: [Row]
  }
}
