import Foundation
import HTTPClient
import PostgresClient
import TestSupport
import Testing

/// Webhooks with a lake in a bucket of a real gateway: captured, applied, reconciled, and what the lake makes beside.
@Suite("Webhooks and a bucket", .serialized, .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct WebhooksS3Tests {
  private func metrics(_ port: Int) -> String {
    let answer = try? HTTPClient().send(.init("GET", "http://127.0.0.1:\(port)/metrics"))
    return answer.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
  }

  @Test("while the bucket is away events are stored; then they are applied and reconciled, and all copies are equal")
  func away() async throws {
    try await LakeS3World.with(customers: 3, months: 1) { world in
      try await TestDatabase.withTestSchema { connection, schema in
        try await CuttingRelay.with(to: S3Gateway.port) { relay in
          let hook = try FreePort.find()
          let endpoint = try world.send(
            "POST", "/v1/webhook_endpoints", "url=http://127.0.0.1:\(hook)/webhooks/stripe&enabled_events[]=*")
          let settings = S3Gateway.settings(port: relay.port).merging([
            "DATABASE_URL": try await TestDatabase.url(), "SOURCE_NAME": schema,
            "STRIPE_WEBHOOK_SECRET": try #require(endpoint["secret"]?.string),
          ]) { $1 }
          func expect(_ arguments: String..., says words: String = "\n") async throws {
            let outcome = try await world.start(arguments, settings).outcome(timeout: .seconds(240))
            #expect(outcome.status == 0, "\(arguments): \(outcome.stdout) \(outcome.stderr)")
            #expect(outcome.stdout.contains(words), "\(arguments): \(outcome.stdout)")
          }
          func customers() async throws -> String? {
            try await connection.query("select count(*) from \"\(schema)\".customers")[0, 0]
          }
          try await expect("db", "migrate")
          try await expect("sync")
          let before = try await customers()

          try relay.order([.down])
          let receiver = try world.start(["webhooks", "serve", "--apply", "--port", String(hook)], settings)
          try await Wait.until("the receiver answers") { self.metrics(hook) != "" }
          for number in 0..<5 { try world.send("POST", "/v1/customers", "name=Away \(number)") }
          try await Wait.until("all are stored") {
            self.metrics(hook).contains("okapi_webhooks_stored_total 5\n")
          }
          #expect(try await customers() == before)
          try relay.order()
          try await Wait.until("all are applied", limit: .seconds(120)) { try await customers() == "8" }
          receiver.signal(SIGTERM)
          let ended = await receiver.outcome()
          #expect(ended.status == 0, "\(ended.stderr)")

          // The company's past was never delivered.
          try await expect("webhooks", "reconcile", "--heal", "--grace", "0", says: "CLEAN")
          try await expect("webhooks", "reconcile", "--grace", "0", says: "CLEAN")
          try await expect("sync")
          try await expect("lake", "run")
          try await expect("verify", "--source", "lake", says: "EQUAL")
          try await world.expectBooks()
        }
      }
    }
  }
}
