import BronzeStore
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Sandbox
import StripeClient
import Synchronization
import TestSupport
import Testing
import Webhooks

@testable import Sync

/// A log of captured events, as a receiver has it, and its applier.
final class ApplyLab: Sendable {
  let lab: SyncLab
  let log: EventLog
  let folder: URL
  private let seen = Mutex<Set<String>>([])
  private let connections = Mutex(0)

  /// Lends a synced account, of which the feed has told everything.
  static func run(_ body: @escaping @Sendable (SyncLab, ApplyLab) async throws -> Void) async throws {
    try await SyncLab.run { lab in
      let apply = try await ApplyLab(lab)
      try lab.id("/v1/products", "name=First")
      try await lab.sync()
      _ = try apply.news()
      try await body(lab, apply)
      apply.log.close()
    }
  }

  init(_ lab: SyncLab) async throws {
    self.lab = lab
    folder = lab.folder.url.appending(path: "log")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let context = lab.context()
    let options = EventLogOptions(
      folder: folder, source: lab.names.schema, lake: lab.lake, scratch: lab.folder.url.appending(path: "log-scratch"))
    log = try EventLog(options, try await EventLog.lock(folder, for: context), context: context)
  }

  /// The events of the feed that were not asked for before, oldest first.
  func news() throws -> [JSONObject] {
    var events: [JSONObject] = []
    var after = ""
    while true {
      let page = try lab.call("GET", "/v1/events", "limit=100" + (after.isEmpty ? "" : "&starting_after=\(after)"))
      let new = (page["data"].array ?? []).compactMap(\.object).filter { event in
        seen.withLock { $0.insert(event["id"].string ?? "").inserted }
      }
      events += new
      guard new.count == 100, page["has_more"].bool == true else { return events.reversed() }
      after = new.last?["id"].string ?? ""
    }
  }

  /// Lets the log take events in this order.
  func capture(_ events: [JSONObject]) throws {
    for event in events {
      let captured = try CapturedEvent(JSONWriter.bytes(.object(event)))
      _ = try Wait.forOne { log.append(captured, then: $0) }.get()
    }
  }

  func applier(_ client: StripeClient? = nil) -> EventApplier {
    let options = lab.options(client ?? lab.client()) {
      self.connections.withLock { $0 += 1 }
      return try await TestDatabase.connect()
    }
    return EventApplier(options, queue: EventQueue(folder: folder), context: lab.context())
  }

  /// How often appliers have connected to the database.
  var connected: Int { connections.withLock { $0 } }

  /// Lets an applier run until all that the log holds is applied or set aside.
  @discardableResult
  func apply(_ applier: EventApplier? = nil) async throws -> ApplyReport {
    let applier = applier ?? self.applier()
    let end = try lastLine()
    let task = Task { await applier.run(every: .milliseconds(10)) }
    try await Wait.until("the log is applied", limit: .seconds(120), every: .milliseconds(20)) {
      try self.position() == end
    }
    task.cancel()
    await task.value
    return applier.status.done
  }

  func position() throws -> EventLog.Position? {
    struct Mark: Decodable { let position: EventLog.Position }
    let file = folder.appending(path: "apply.json")
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return try JSONDecoder().decode(Mark.self, from: try Data(contentsOf: file)).position
  }

  private func lastLine() throws -> EventLog.Position? {
    var last: EventLog.Position?
    while let line = try log.reader.read(after: last).last { last = line.position }
    return last
  }

  /// Waits until so many further seconds have begun: changes of one second are told apart by nobody.
  func pass(seconds: Int = 1) async throws {
    let until = Date().timeIntervalSince1970.rounded(.down) + Double(seconds)
    try await Wait.until("the seconds have passed", every: .milliseconds(20)) {
      Date().timeIntervalSince1970 >= until
    }
  }
}
