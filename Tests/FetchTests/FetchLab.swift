import BronzeStore
import Foundation
import HTTPClient
import JSONReader
import PlatformCore
import Sandbox
import SandboxServer
import StripeClient
import StripeModel
import Synchronization
import TestSupport
import Testing

@testable import Fetch

/// A sandbox on a port of its own, a lake, and what a test knows of both.
final class FetchLab: Sendable {
  static let key = "sk_test_lab_123456789"

  let service: SandboxService
  let folder: TemporaryDirectory
  private let requests = Mutex<[String]>([])
  private let number = Mutex(0)

  init(_ change: (inout SandboxServiceOptions) -> Void = { _ in }) throws {
    folder = try TemporaryDirectory()
    var options = SandboxServiceOptions()
    options.port = 0
    change(&options)
    service = try SandboxService(options)
  }

  deinit { service.stop() }

  // MARK: the account

  /// Makes a company with a past that ends an hour ago, so that nothing of it is news.
  func seed(customers: Int, months: Int) async throws {
    let plan = SeedPlan(
      customers: customers, months: months, seed: 7, profile: .mixedCurrency,
      until: Int64(Date().timeIntervalSince1970) - 3600)
    _ = try send("POST", "/_okapi/seed", body: JSONWriter.bytes(.object(plan.json)))
    try await Wait.until("the world is seeded") {
      try self.send("GET", "/_okapi/seed")["state"].string != "running"
    }
    #expect(try send("GET", "/_okapi/seed")["state"] == "finished")
  }

  @discardableResult
  func send(_ method: String, _ path: String, body: [UInt8] = []) throws -> JSON {
    let response = try HTTPClient().send(
      .init(method, service.url + path, headers: [("Authorization", "Bearer \(Self.key)")], body: body))
    let json = try JSONParser().parse(response.body)
    guard (200..<300).contains(response.status) else {
      throw PlatformError(.bug, "\(method) \(path): \(String(decoding: response.body, as: UTF8.self))")
    }
    return json
  }

  @discardableResult
  func post(_ path: String, _ form: String = "") throws -> JSON { try send("POST", path, body: Array(form.utf8)) }

  func id(_ path: String, _ form: String = "") throws -> String { try #require(try post(path, form)["id"].string) }

  func fault(_ members: JSONObject) throws {
    try send("POST", "/_okapi/faults", body: JSONWriter.bytes(.object(members)))
  }

  /// The objects a reader should find: by id, without the deleted.
  func truth(_ type: RecordType) throws -> [String: JSONObject] {
    try service.store.read { reader in
      Dictionary(uniqueKeysWithValues: try reader.records(ListQuery(type)).map { ($0.id, $0.body) })
    }
  }

  /// Makes customers at chosen moments, past any call.
  func keepCustomers(_ created: [Int64]) throws {
    try service.store.write { world in
      for moment in created {
        var customer = Record(
          .customer,
          body: [
            "id": nil, "object": "customer", "created": .integer(moment), "livemode": false, "email": nil,
            "metadata": [:], "test_clock": nil, "balance": 0, "invoice_settings": ["default_payment_method": nil],
          ])
        try world.save(&customer)
      }
    }
  }

  // MARK: the reader

  func client(_ change: (inout StripeClientOptions) -> Void = { _ in }) -> StripeClient {
    var options = StripeClientOptions(base: service.url, key: Self.key, apiVersion: "2026-10-28.endive")
    options.ratePerSecond = 2_000
    options.ratePerEndpoint = 2_000
    options.firstWait = .milliseconds(1)
    options.longestWait = .milliseconds(5)
    options.attempts = 30
    change(&options)
    return StripeClient(options)
  }

  var lake: LakeFolder { LakeFolder(root: folder.url.appending(path: "lake")) }
  var state: BronzeState { BronzeState(lake: lake, source: "stripe") }

  func context() -> RunContext {
    let number = number.withLock { number in
      number += 1
      return number
    }
    return RunContext(runID: "run-\(100 + number)", command: "fetch", log: .silent)
  }

  @discardableResult
  func fetch(
    _ resources: [ResourceName] = [], client: StripeClient? = nil, _ change: (inout FetchOptions) -> Void = { _ in }
  ) async throws -> FetchReport {
    let own = client ?? self.client()
    defer { if client == nil { own.close() } }
    var options = FetchOptions(client: own, lake: lake, source: "stripe")
    options.resources = resources
    change(&options)
    return try await Fetch(options, context: context()).run()
  }

  func feed(
    client: StripeClient? = nil, _ change: (inout FeedOptions) -> Void = { _ in }
  ) async throws -> FeedReport {
    let own = client ?? self.client()
    defer { if client == nil { own.close() } }
    var options = FeedOptions(client: own, lake: lake, source: "stripe")
    change(&options)
    return try await Feed(options, context: context()).run()
  }

  // MARK: bronze

  struct Line: Sendable {
    let observation: BronzeObservation
    let object: JSONObject
    let runID: String
  }

  /// All lines of a resource, in the order of writing.
  func lines(_ name: ResourceName) throws -> [Line] {
    let reader = BronzeReader(lake: lake, source: "stripe")
    let parser = JSONParser()
    var lines: [Line] = []
    for part in try reader.parts(of: name.definition.table) {
      let open = try reader.open(part)
      while let batch = try open.next() {
        for element in batch.records.elements {
          let object = try #require(try parser.parse(Array(batch.records.bytes(of: element))).object)
          lines.append(
            Line(observation: try batch.observation(at: element.index).get(), object: object, runID: part.runID))
        }
      }
    }
    return lines
  }

  /// Of every id the newest version.
  func newest(_ name: ResourceName) throws -> [String: Line] {
    var newest: [String: Line] = [:]
    for line in try lines(name) {
      let id = try #require(line.object["id"].string)
      if let known = newest[id]?.observation,
        (known.observedAt, known.sequence) > (line.observation.observedAt, line.observation.sequence)
      {
        continue
      }
      newest[id] = line
    }
    return newest
  }

  /// Of every living id the newest version.
  func living(_ name: ResourceName) throws -> [String: JSONObject] {
    try newest(name).compactMapValues { $0.object["deleted"] == true ? nil : $0.object }
  }

  /// Everything in the account.
  func everything() throws -> [RecordType: [String: JSONObject]] {
    try Dictionary(uniqueKeysWithValues: RecordType.allCases.map { ($0, try truth($0)) })
  }

  /// What bronze has too little, too much, or other than the account, resource by resource; only of what has not
  /// changed since a moment, as a seeded world lives on by itself.
  func differences(
    _ names: [ResourceName] = ResourceName.allCases, unchangedSince before: [RecordType: [String: JSONObject]]? = nil
  ) throws -> [String] {
    var found: [String] = []
    for name in names {
      guard let type = RecordType(rawValue: name.rawValue), name.definition.path != nil else { continue }
      if case .inside = name.definition.listing.scope { continue }
      var truth = try truth(type)
      if name == .paymentMethod {
        let customers = try self.truth(.customer)
        truth = truth.filter { $0.value["customer"].id.map { customers[$0] != nil } ?? false }
      }
      // The feed forgets.
      if name == .event {
        let oldest = Int64(Date().timeIntervalSince1970) - 30 * 86_400 + 60
        truth = truth.filter { $0.value["created"].integer ?? 0 > oldest }
      }
      let here = try living(name)
      let extra = Set(here.keys).subtracting(truth.keys)
      if let before { truth = truth.filter { before[type]?[$0.key] == $0.value } }
      let missing = Set(truth.keys).subtracting(here.keys)
      if let first = missing.min() { found.append("\(name): \(missing.count) of \(truth.count) missing: \(first)") }
      if !extra.isEmpty && name != .paymentMethod && name != .event {
        found.append("\(name): \(extra.count) too many: \(extra.sorted()[0])")
      }
      for (id, object) in truth {
        guard let read = here[id] else { continue }
        for member in object.members where Self.isPlain(member.value) && read[member.name] != member.value {
          guard name != .event || member.name != "pending_webhooks" else { continue }
          guard read[member.name].id != member.value.id || member.value.id == nil else { continue }
          guard member.name != "client_secret" else { continue }
          found.append("\(name) \(id): \(member.name) is \(read[member.name]), not \(member.value)")
        }
      }
    }
    return found
  }

  func expectEqual(
    _ names: [ResourceName] = ResourceName.allCases, unchangedSince before: [RecordType: [String: JSONObject]]? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try differences(names, unchangedSince: before)
    #expect(found.isEmpty, "\(found.prefix(8).joined(separator: "\n"))", sourceLocation: location)
  }

  private static func isPlain(_ value: JSON) -> Bool { value.array == nil && value.object == nil }
}

extension JSONObject {
  /// The ids in a list inside the object, and whether it says that there are more.
  func list(_ name: String) -> (ids: [String], hasMore: Bool?) {
    ((self[name]["data"].array ?? []).compactMap { $0["id"].string }, self[name]["has_more"].bool)
  }
}
