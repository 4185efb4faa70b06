import Digest
import Foundation
import HTTPClient
import TestSupport

/// A receiver that runs, and where.
struct RunningReceiver: Sendable {
  static let secret = "whsec_of_these_tests"

  let program: RunningBinary
  let port: Int

  static func start(
    _ home: ProgramHome, _ arguments: [String] = [], port: Int? = nil,
    secret: String = RunningReceiver.secret, environment: [String: String] = [:], after script: String? = nil
  ) async throws -> RunningReceiver {
    let port = try port ?? FreePort.find()
    let program = try TestBinary.start(
      ["webhooks", "serve", "--json", "--port", String(port)] + arguments,
      environment: ["OKAPI_HOME": home.home, "STRIPE_WEBHOOK_SECRET": secret].merging(environment) { $1 },
      directory: home.folder, after: script)
    let running = RunningReceiver(program: program, port: port)
    try await Wait.until("the receiver answers") { running.status("GET", "/health") == 200 }
    return running
  }

  func status(_ method: String, _ path: String) -> Int? {
    (try? HTTPClient().send(.init(method, "http://127.0.0.1:\(port)\(path)")))?.status
  }

  /// Delivers an event; nil where nobody answers.
  func deliver(_ id: String, padding: Int = 0, client: HTTPClient = HTTPClient()) -> Int? {
    let name = String(repeating: "x", count: padding)
    let body = Array(
      """
      {"id": "\(id)", "object": "event", "api_version": "2025-04-30.basil", "created": 1795249790, "livemode": false,
       "type": "customer.created", "data": {"object": {"id": "cus_1", "name": "\(name)"}}}
      """.utf8)
    let header = StripeSignature.header(
      body: body, secrets: [RunningReceiver.secret], timestamp: Int64(Date().timeIntervalSince1970))
    let url = "http://127.0.0.1:\(port)/webhooks/stripe"
    return (try? client.send(.init("POST", url, headers: [("Stripe-Signature", header)], body: body)))?.status
  }

  func stop() async -> TestBinary.Outcome {
    program.signal(SIGTERM)
    return await program.outcome()
  }
}
