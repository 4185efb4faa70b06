import Digest
import Foundation
import HTTPClient
import HTTPServer
import PlatformCore
import Synchronization
import TestSupport

@testable import Webhooks

/// A receiver on a port of its own, with what it logs.
final class ReceiverLab: Sendable {
  static let secret = "whsec_test_secret"
  let lab: LogLab
  let service: WebhookService
  private let logged: Lines

  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  init(
    _ lab: LogLab? = nil, secrets: [String]? = [ReceiverLab.secret],
    _ change: (inout WebhookService.Options, inout EventLogOptions) -> Void = { _, _ in }
  ) async throws {
    let lab = try lab ?? LogLab()
    let logged = Lines()
    var options = WebhookService.Options(check: secrets.map { SignatureCheck(secrets: $0) })
    options.port = 0
    var log = lab.options
    change(&options, &log)
    let context = RunContext(
      runID: "run-1", command: "webhooks serve", log: Log(runID: "run-1", command: "webhooks serve") { logged.add($0) },
      clock: lab.clock)
    service = try WebhookService(options, log, await EventLog.lock(lab.folder, for: context), context: context)
    self.lab = lab
    self.logged = logged
  }

  var log: [String] { logged.all }
  var now: Int64 { Int64(lab.clock.now.timeIntervalSince1970) }

  func header(_ body: String, secrets: [String] = [ReceiverLab.secret], age: Int64 = 0) -> String {
    StripeSignature.header(body: Array(body.utf8), secrets: secrets, timestamp: now - age)
  }

  /// Delivers a body; signed as it should be, unless a header is given.
  func deliver(_ body: String, header: String? = nil, client: HTTPClient = HTTPClient()) throws -> HTTPClient.Response {
    let signature = header ?? self.header(body)
    return try client.send(
      .init("POST", service.url, headers: [("Stripe-Signature", signature)], body: Array(body.utf8)))
  }

  func get(_ path: String) throws -> (status: Int, text: String) {
    let answer = try HTTPClient().send(.init("GET", "http://127.0.0.1:\(service.port)\(path)"))
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }

  /// A metric's value, by its name without `okapi_webhooks_`.
  func metric(_ name: String) throws -> String? {
    try get("/metrics").text.split(separator: "\n").first { $0.hasPrefix("okapi_webhooks_\(name) ") }
      .flatMap { $0.split(separator: " ").last }.map(String.init)
  }
}

extension HTTPClient.Response {
  var text: String { String(decoding: body, as: UTF8.self) }
}
