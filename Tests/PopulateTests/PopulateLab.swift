import Foundation
import JSONReader
import PlatformCore
import SandboxServer
import StripeClient
import Synchronization

@testable import Populate

/// A sandbox of a test's own, and what it holds.
final class PopulateLab: Sendable {
  private let service: SandboxService
  let client: StripeClient

  /// What populating is about, by what a fixture calls it.
  struct Census: Equatable {
    /// By email, how many customers, and how many of those have a default card.
    var customers: [String: Int] = [:]
    var cards: [String: Int] = [:]
    /// By tag.
    var products: [String: Int] = [:]
    /// By tag of the product and the terms.
    var prices: [String: Int] = [:]
    /// By email and the price's terms: those that are alive, and those that have ended.
    var subscriptions: [String: Int] = [:]
    var ended: [String: Int] = [:]
  }

  init(faults: [String] = []) throws {
    var options = SandboxServiceOptions()
    options.port = 0
    options.faults = try faults.map { try Fault(flag: $0) }
    service = try SandboxService(options)
    var access = StripeClientOptions(base: service.url, key: "sk_test_lab", apiVersion: "2026-10-28.endive")
    access.ratePerSecond = 5_000
    access.ratePerEndpoint = 5_000
    access.firstWait = .milliseconds(1)
    // Together some seconds: a key is in use for as long as a busy machine takes over its first request.
    access.longestWait = .milliseconds(100)
    access.attempts = 60
    client = StripeClient(access)
  }

  func close() {
    client.close()
    service.stop()
  }

  @discardableResult
  static func with<Answer>(
    faults: [String] = [], _ body: (PopulateLab) async throws -> Answer
  ) async throws -> Answer {
    let lab = try PopulateLab(faults: faults)
    defer { lab.close() }
    return try await body(lab)
  }

  /// Two products with three prices, four customers, five subscriptions.
  static let fixture = """
    {
      "customers": [
        {"name": "Ann", "email": "ann@example.com"}, {"name": "Bob", "email": "bob@example.com"},
        {"name": "Cid", "email": "cid@example.com"}, {"name": "Dee", "email": "dee+1@example.com"}
      ],
      "products": [
        {"name": "Premium Plan", "description": "All of it", "prices": [
          {"amount": 1200, "currency": "eur", "interval": "month"},
          {"amount": 900, "currency": "jpy", "interval": "week"}
        ]},
        {"name": "Mug", "prices": [{"amount": 800, "currency": "eur", "interval": "year"}]}
      ],
      "subscriptions": [
        {"customer_email": "ann@example.com", "product_name": "Premium Plan"},
        {"customer_email": "ann@example.com", "product_name": "Mug"},
        {"customer_email": "bob@example.com", "product_name": "Premium Plan",
         "price": {"amount": 900, "currency": "jpy", "interval": "week"}},
        {"customer_email": "dee+1@example.com", "product_name": "Mug"},
        {"customer_email": "dee+1@example.com", "product_name": "Premium Plan"}
      ]
    }
    """

  /// What the fixture asks for, once each.
  static let once = Census(
    customers: ["ann@example.com": 1, "bob@example.com": 1, "cid@example.com": 1, "dee+1@example.com": 1],
    cards: ["ann@example.com": 1, "bob@example.com": 1, "cid@example.com": 1, "dee+1@example.com": 1],
    products: ["premium_plan": 1, "mug": 1],
    prices: ["premium_plan 1200 eur month": 1, "premium_plan 900 jpy week": 1, "mug 800 eur year": 1],
    subscriptions: [
      "ann@example.com 1200 eur month": 1, "ann@example.com 800 eur year": 1, "bob@example.com 900 jpy week": 1,
      "dee+1@example.com 800 eur year": 1, "dee+1@example.com 1200 eur month": 1,
    ])

  func populate(
    _ text: String = fixture, force: Bool = false, dryRun: Bool = false, concurrency: Int = 4
  ) async throws -> PopulateReport {
    try await populate(over: client, text, force: force, dryRun: dryRun, concurrency: concurrency)
  }

  func populate(
    over calls: some StripeCalls, _ text: String = fixture, force: Bool = false, dryRun: Bool = false,
    concurrency: Int = 1
  ) async throws -> PopulateReport {
    var options = PopulateOptions(try Fixture.parse(Array(text.utf8), file: "fixture"))
    options.isForced = force
    options.isDryRun = dryRun
    options.concurrency = concurrency
    return try await Population.run(options, over: calls, context: RunContext(runID: "r", command: "t", log: .silent))
  }

  /// Counts what is there, by the API alone.
  func census() async throws -> Census {
    var census = Census()
    var emails: [String: String] = [:]
    for (id, email, hasCard) in try await client.list(
      "/v1/customers", [],
      read: { value -> (String, String, Bool)? in
        let card = value.value(at: ["invoice_settings", "default_payment_method"])
        return (value["id"]?.stringValue ?? "", value["email"]?.stringValue ?? "", card?.stringValue != nil)
      })
    {
      emails[id] = email
      census.customers[email, default: 0] += 1
      let attached = try await client.list("/v1/payment_methods", [("customer", id)]) { $0["id"]?.stringValue }
      if hasCard { census.cards[email, default: 0] += attached.count }
    }
    var tags: [String: String] = [:]
    for (id, tag) in try await client.list(
      "/v1/products", [("active", "true")],
      read: { ($0["id"]?.stringValue ?? "", $0.value(at: ["metadata", "tag"])?.stringValue ?? "") })
    {
      tags[id] = tag
      census.products[tag, default: 0] += 1
    }
    for (product, terms) in try await client.list(
      "/v1/prices", [("active", "true")], read: { ($0["product"]?.stringValue ?? "", Self.terms($0)) })
    {
      census.prices["\(tags[product] ?? "") \(terms)", default: 0] += 1
    }
    for (customer, subscription, terms) in try await client.list(
      "/v1/subscriptions", [("status", "all")],
      read: { value -> (String, ExistingSubscription, String)? in
        var terms = ""
        value.value(at: ["items", "data"])?.forEachElement { if let price = $0["price"] { terms += Self.terms(price) } }
        return ExistingSubscription(value).map { (value["customer"]?.stringValue ?? "", $0, terms) }
      })
    {
      let key = "\(emails[customer] ?? "") \(terms)"
      if subscription.isAlive { census.subscriptions[key, default: 0] += 1 } else { census.ended[key, default: 0] += 1 }
    }
    return census
  }

  private static func terms(_ price: JSONValue) -> String {
    let interval = price.value(at: ["recurring", "interval"])?.stringValue ?? ""
    return "\(price["unit_amount"]?.int64 ?? -1) \(price["currency"]?.stringValue ?? "") \(interval)"
  }

  /// Makes something that populating did not.
  @discardableResult
  func post(_ path: String, _ parameters: [(String, String)] = []) async throws -> String {
    let answer = try await client.post(path, parameters, idempotencyKey: UUID().uuidString)
    return try StripeClient.required(answer.body, path) { $0["id"]?.stringValue }
  }

  func ids(_ path: String, _ parameters: [(String, String)] = []) async throws -> [String] {
    try await client.list(path, parameters) { $0["id"]?.stringValue }
  }
}

/// Passes on a number of calls and ends the run, as a kill would: before the last call is sent, or before its answer is
/// read.
final class KilledCalls: StripeCalls {
  struct Killed: Error {}

  private let client: StripeClient
  private let left: Mutex<Int>
  private let isAfter: Bool

  init(_ client: StripeClient, calls: Int, isAfter: Bool) {
    self.client = client
    self.isAfter = isAfter
    left = Mutex(calls)
  }

  private func pass<Answer: Sendable>(_ call: () async throws -> Answer) async throws -> Answer {
    let turn = left.withLock { left in
      left -= 1
      return left
    }
    guard turn > 0 || (turn == 0 && isAfter) else { throw Killed() }
    let answer = try await call()
    guard turn > 0 else { throw Killed() }
    return answer
  }

  func page(_ path: String, _ parameters: [(String, String)]) async throws -> StripePage {
    try await pass { try await client.page(path, parameters) }
  }

  func get(_ path: String, _ parameters: [(String, String)]) async throws -> StripeAnswer {
    try await pass { try await client.get(path, parameters) }
  }

  func post(_ path: String, _ parameters: [(String, String)], idempotencyKey: String) async throws -> StripeAnswer {
    try await pass { try await client.post(path, parameters, idempotencyKey: idempotencyKey) }
  }

  func delete(_ path: String, _ parameters: [(String, String)]) async throws -> StripeAnswer {
    try await pass { try await client.delete(path, parameters) }
  }
}
