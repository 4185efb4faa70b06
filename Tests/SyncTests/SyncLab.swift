import BronzeStore
import Fetch
import Foundation
import HTTPClient
import PlatformCore
import PostgresClient
import ResourceStore
import SQLiteClient
import SandboxServer
import StripeClient
import StripeModel
import Synchronization
import TestSupport
import Testing
import Verify

@testable import Sandbox
@testable import Sync

/// A sandbox, a lake, migrated tables, and what a test does with them.
final class SyncLab: Sendable {
  static let key = "sk_test_lab_123456789"
  private static let gate = TestGate(3)

  let service: SandboxService
  let folder: TemporaryDirectory
  let connection: PostgresConnection
  let names: StoreNames
  private let number = Mutex(100)

  private init(
    _ connection: PostgresConnection, _ schema: String, _ options: SandboxServiceOptions, _ folder: TemporaryDirectory
  ) throws {
    self.connection = connection
    names = StoreNames(schema: schema)
    self.folder = folder
    service = try SandboxService(options)
  }

  deinit { service.stop() }

  /// Lends a lab; nothing of it is left afterwards. The account is kept in memory, or in a file.
  static func run<Answer: Sendable>(
    isDurable: Bool = false, _ change: @Sendable (inout SandboxServiceOptions) -> Void = { _ in },
    _ body: @Sendable (SyncLab) async throws -> Answer
  ) async throws -> Answer {
    try await gate.pass {
      try await TestDatabase.withTestSchema { connection, schema in
        let folder = try TemporaryDirectory()
        var options = SandboxServiceOptions()
        options.port = 0
        if isDurable { options.folder = SandboxFolder(folder.url.appending(path: "sandbox")) }
        change(&options)
        let lab = try SyncLab(connection, schema, options, folder)
        defer { lab.service.stop() }
        let context = RunContext(runID: "migrate", command: "test", log: .silent)
        _ = try await MigrationRunner(connection, schema: schema, live: lab.names.live).migrate(context)
        return try await body(lab)
      }
    }
  }

  // MARK: the account

  /// Makes a company with a past that ended an hour ago.
  func seed(customers: Int, months: Int, profile: SeedPlan.Profile = .mixedCurrency) async throws {
    let plan = SeedPlan(
      customers: customers, months: months, seed: 11, profile: profile,
      until: Int64(Date().timeIntervalSince1970) - 3600)
    try control("POST", "/_okapi/seed", .object(plan.json))
    try await Wait.until("the world is seeded", limit: .seconds(3600), every: .milliseconds(50)) {
      try self.control("GET", "/_okapi/seed")["state"].string != "running"
    }
    #expect(try control("GET", "/_okapi/seed")["state"] == "finished")
    // What has fallen due since the world's end happens now, dated back: an event feed does not.
    try await Wait.until("the world has caught up", limit: .seconds(600)) { try self.jobsDue() == 0 }
  }

  private func jobsDue() throws -> Int64 {
    let now = Int64(Date().timeIntervalSince1970)
    return try service.store.read { reader in
      let row = try reader.database.statement("select count(*) from jobs where clock = '' and due <= \(now)")
      defer { row.reset() }
      return try row.step() ? row.int64(0) : 0
    }
  }

  @discardableResult
  func control(_ method: String, _ path: String, _ body: JSON? = nil) throws -> JSON {
    try send(method, path, body.map { JSONWriter.bytes($0) } ?? [])
  }

  /// Calls the API as the form says; what it refuses fails.
  @discardableResult
  func call(_ method: String, _ path: String, _ form: String = "") throws -> JSON {
    let isPost = method == "POST"
    return try send(
      method, path + (isPost || form.isEmpty ? "" : "?" + form), isPost ? Array(form.utf8) : [])
  }

  @discardableResult
  func post(_ path: String, _ form: String = "") throws -> JSON { try call("POST", path, form) }

  @discardableResult
  func id(_ path: String, _ form: String = "") throws -> String { try #require(try post(path, form)["id"].string) }

  private func send(_ method: String, _ path: String, _ body: [UInt8]) throws -> JSON {
    let response = try HTTPClient().send(
      .init(
        method, service.url + path, headers: [("Authorization", "Bearer \(Self.key)")], body: body,
        timeout: .seconds(900)))
    guard (200..<300).contains(response.status) else {
      throw PlatformError(.bug, "\(method) \(path): \(String(decoding: response.body, as: UTF8.self))")
    }
    return try JSONParser().parse(response.body)
  }

  func fault(_ kind: String, rate: String = "1", count: Int? = nil, path: String? = nil) throws {
    var members: JSONObject = ["kind": .string(kind), "rate": .decimal(rate), "seed": 5]
    if let count { members["count"] = .integer(Int64(count)) }
    if let path { members["path"] = .string(path) }
    try control("POST", "/_okapi/faults", .object(members))
  }

  func clearFaults() throws { try control("DELETE", "/_okapi/faults") }

  /// The ids of a kind, without the deleted, newest first.
  func ids(_ type: RecordType) throws -> [String] {
    try service.store.read { try $0.records(ListQuery(type)).map(\.id) }
  }

  /// The id of one that is not deleted, from the first made (0) to the last (1); nil where none is so far.
  func id(_ type: RecordType, at share: Double) throws -> String? {
    let table = type.definition.table
    return try service.store.read { reader in
      let row = try reader.database.statement(
        """
        select id from \(table) where deleted = 0
          and seq >= (select min(seq) + \(share) * (max(seq) - min(seq)) from \(table)) order by seq limit 1
        """)
      defer { row.reset() }
      return try row.step() ? row.text(0) : nil
    }
  }

  func records(_ type: RecordType) throws -> [JSONObject] {
    try service.store.read { try $0.records(ListQuery(type)).map(\.body) }
  }

  /// Changes an object behind everybody's back: no event tells.
  func change(_ type: RecordType, _ id: String, _ change: @escaping @Sendable (inout JSONObject) -> Void) throws {
    try service.store.write { world in
      var record = try #require(try world.find(type, id))
      let created = record.created
      change(&record.body)
      if record.created != created { record.sequence = 0 }  // it stands elsewhere in its list
      try world.save(&record)
    }
  }

  /// Deletes an object, and no event tells.
  func vanish(_ type: RecordType, _ id: String) throws {
    try service.store.write { world in
      var record = try #require(try world.find(type, id))
      record.isDeleted = true
      try world.save(&record)
    }
  }

  // MARK: the reader

  func client(_ change: (inout StripeClientOptions) -> Void = { _ in }) -> StripeClient {
    var options = StripeClientOptions(base: service.url, key: Self.key, apiVersion: "2026-10-28.endive")
    options.ratePerSecond = 2_000
    options.ratePerEndpoint = 2_000
    options.firstWait = .milliseconds(1)
    options.longestWait = .milliseconds(20)
    options.attempts = 30
    change(&options)
    return StripeClient(options)
  }

  var lake: LakeFolder { LakeFolder(root: folder.url.appending(path: "lake")) }
  var state: BronzeState { BronzeState(lake: lake, source: names.schema) }

  func context(_ log: Log = .silent) -> RunContext {
    let number = number.withLock { number in
      number += 1
      return number
    }
    return RunContext(runID: "run-\(number)", command: "sync", log: log)
  }

  func options(
    _ client: StripeClient,
    connect: @escaping @Sendable () async throws -> PostgresConnection = {
      try await TestDatabase.connect()
    }
  ) -> SyncOptions {
    SyncOptions(
      client: client, lake: lake, source: names.schema, names: names,
      rejectFolder: folder.url.appending(path: "rejects"), connect: connect)
  }

  @discardableResult
  func sync(
    client: StripeClient? = nil, _ change: (inout SyncOptions) -> Void = { _ in }
  ) async throws -> SyncReport {
    let own = client ?? self.client()
    defer { if client == nil { own.close() } }
    var options = options(own)
    change(&options)
    return try await Sync(options, context: context()).run()
  }

  func verify(repairs: Bool = false, client: StripeClient? = nil) async throws -> VerifyReport {
    let own = client ?? self.client()
    defer { if client == nil { own.close() } }
    let scratch = folder.url.appending(path: "scratch")
    let report = try await SourceVerification(options(own), scratchFolder: scratch, context: context())
      .run(repairs: repairs)
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(left == [], "the copy of the account was left")
    return report
  }

  /// Expects the tables to be what the API says.
  ///
  /// The account goes on living: where something happened since the last sync, there is another one, twice at most.
  func expectEqual(_ location: SourceLocation = #_sourceLocation) async throws {
    var report = try await verify()
    for _ in 0..<2 where !report.isEqual {
      guard try await sync().events > 0 else { break }
      report = try await verify()
    }
    let findings = report.resources.flatMap { one in
      one.findings.filter { $0.kind.status != 0 }.prefix(5).map { "\(one.table) \($0)" }
    }
    #expect(report.isEqual && report.statuses == [], "\(findings.joined(separator: "\n"))", sourceLocation: location)
  }

  /// Puts off what falls due by itself, or takes it back: a large account changes sooner than it is looked at.
  func standStill(_ isStill: Bool) throws {
    let later = 4_000_000_000
    let change = isStill ? "due + \(later) where due < \(later)" : "due - \(later) where due >= \(later)"
    try service.store.write { try $0.state.database.execute("update jobs set due = \(change)") }
  }

  // MARK: the tables

  func value(_ sql: String) async throws -> String? {
    let result = try await connection.query(sql.replacing("{s}", with: "\"\(names.schema)\""))
    return result.count > 0 ? result[0, 0] : nil
  }

  func rows(_ sql: String) async throws -> [String] {
    let result = try await connection.query(sql.replacing("{s}", with: "\"\(names.schema)\""))
    return (0..<result.count).map { row in result.columns.indices.map { result[row, $0] ?? "-" }.joined(separator: "|")
    }
  }

  func execute(_ sql: String) async throws {
    try await connection.execute(sql.replacing("{s}", with: "\"\(names.schema)\""))
  }

  /// Makes the cursor as old as it would be after a rest.
  func age(cursorBy seconds: Int64) throws {
    var cursor = try #require(try state.feed(FeedCursor.self))
    cursor.readAt -= seconds
    cursor.lookedBackAt -= seconds
    cursor.newest -= seconds
    cursor.listed = cursor.listed.mapValues { $0 - seconds }
    try state.setFeed(cursor)
  }
}
