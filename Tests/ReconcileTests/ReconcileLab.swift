import BronzeStore
import Fetch
import Foundation
import HTTPClient
import JSONReader
import PlatformCore
import Reconcile
import Sandbox
import SandboxServer
import StripeClient
import Synchronization
import TestSupport
import Testing

/// A sandbox on a port of its own, a lake, and captured events as a receiver would leave them there.
final class ReconcileLab: Sendable {
  static let key = "sk_test_lab_123456789"
  static let version = "2026-10-28.endive"

  let service: SandboxService
  let folder: TemporaryDirectory
  private let number = Mutex(0)

  init(_ change: (inout SandboxServiceOptions) -> Void = { _ in }) throws {
    folder = try TemporaryDirectory()
    var options = SandboxServiceOptions()
    options.port = 0
    change(&options)
    service = try SandboxService(options)
  }

  deinit { service.stop() }

  @discardableResult
  func send(_ method: String, _ path: String, _ form: String = "") throws -> JSON {
    let response = try HTTPClient().send(
      .init(
        method, service.url + path, headers: [("Authorization", "Bearer \(Self.key)")], body: Array(form.utf8)))
    let json = try JSONParser().parse(response.body)
    guard (200..<300).contains(response.status) else {
      throw PlatformError(.bug, "\(method) \(path): \(String(decoding: response.body, as: UTF8.self))")
    }
    return json
  }

  @discardableResult
  func id(_ path: String, _ form: String) throws -> String { try #require(try send("POST", path, form)["id"].string) }

  func client(key: String = ReconcileLab.key) -> StripeClient {
    var options = StripeClientOptions(base: service.url, key: key, apiVersion: Self.version)
    (options.ratePerSecond, options.ratePerEndpoint) = (2_000, 2_000)
    (options.firstWait, options.longestWait) = (.milliseconds(1), .milliseconds(5))
    return StripeClient(options)
  }

  var lake: LakeFolder { LakeFolder(root: folder.url.appending(path: "lake")) }
  var bronze: BronzeReader { BronzeReader(lake: lake, source: "stripe") }

  func context(_ command: String = "webhooks reconcile") -> RunContext {
    let number = number.withLock { number in
      number += 1
      return number
    }
    return RunContext(runID: "run-\(100 + number)", command: command, log: .silent)
  }

  /// The feed, oldest first.
  func events() throws -> [JSONObject] {
    (try send("GET", "/v1/events?limit=100")["data"].array ?? []).reversed().compactMap(\.object)
  }

  /// Waits until so many further seconds have begun: of the times here, whole seconds count.
  func pass(seconds: Int) async throws {
    let until = Date().timeIntervalSince1970.rounded(.down) + Double(seconds)
    try await Wait.until("the seconds have passed", every: .milliseconds(20)) {
      Date().timeIntervalSince1970 >= until
    }
  }

  /// Some customers with their events, oldest first.
  @discardableResult
  func customers(_ count: Int) throws -> [JSONObject] {
    for place in 0..<count { try id("/v1/customers", "name=Number \(place)") }
    return try events()
  }

  /// Writes events to bronze as a receiver's segment, so many seconds after each of them happened.
  func capture(_ events: [JSONObject], after seconds: Int64 = 2, sequence: Int64 = 2, run: String? = nil) async throws {
    let now = Mutex(Date())
    let writer = BronzeWriter(
      lake: lake, source: "stripe", runID: run ?? context().runID, clock: WallClock { now.withLock { $0 } })
    for event in events {
      let thin = event["created"].string.flatMap { Date(rfc3339: $0) }
      let created = try #require(event["created"].integer ?? thin.map { Int64($0.timeIntervalSince1970) })
      now.withLock { $0 = Date(timeIntervalSince1970: Double(created + seconds)) }
      try await writer.append(
        [JSONWriter.bytes(.object(event))[...]], to: "webhook_events",
        observed: BronzeObservation(observedAt: created, sequence: sequence, apiVersion: event["api_version"].string))
    }
    try await writer.finish()
  }

  /// Compares, with no time allowed for what is on its way unless told.
  func reconcile(
    key: String = ReconcileLab.key, _ change: (inout ReconcileOptions) -> Void = { _ in }
  ) async throws -> ReconcileReport {
    let client = client(key: key)
    defer { client.close() }
    let context = context()
    var options = ReconcileOptions(
      client: client, lake: lake, source: "stripe", scratch: folder.url.appending(path: "scratch"),
      findingsFile: folder.url.appending(path: "findings/\(context.runID).jsonl"))
    (options.grace, options.shipping) = (.zero, .zero)
    change(&options)
    let report = try await Reconciliation(options, context: context).run()
    #expect(try FileManager.default.contentsOfDirectory(atPath: options.scratch.path) == [])
    return report
  }

  /// What bronze has captured, line by line: id and sequence.
  func lines() throws -> [(id: String, sequence: Int64)] {
    var lines: [(id: String, sequence: Int64)] = []
    for part in try bronze.parts(of: "webhook_events") {
      let reader = try bronze.open(part)
      while let batch = try reader.next() {
        for element in batch.records.elements {
          let event = try JSONParser().parse(Array(batch.records.bytes(of: element)))
          lines.append((event["id"].string ?? "", try batch.observation(at: element.index).get().sequence))
        }
      }
    }
    return lines
  }
}

extension ReconcileReport {
  /// The events of a kind.
  func ids(_ kind: Kind) -> [String] { findings.filter { $0.kind == kind }.map(\.id) }

  /// The kinds of which there is something.
  var found: [String: Int] { counts.filter { $0.value > 0 } }
}

extension JSONObject {
  var name: String { self["id"].string ?? "" }

  func with(_ name: String, _ value: JSON) -> JSONObject {
    var copy = self
    copy[name] = value
    return copy
  }
}
