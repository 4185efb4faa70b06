import BronzeStore
import Foundation
import PlatformCore
import ResourceStore
import Sandbox
import SandboxServer
import TestSupport
import Testing

/// A whole world, a hostile network, thousands of changes, a program that is killed over and over: equal in the end.
///
/// `make soak` runs it larger: OKAPI_SOAK_CUSTOMERS, OKAPI_SOAK_MONTHS, OKAPI_SOAK_KILLS, OKAPI_SOAK_CHANGES.
@Suite("Sync of a world") struct SyncWorldTests {
  private static func setting(_ name: String, _ standard: Int) -> Int {
    ProcessInfo.processInfo.environment["OKAPI_SOAK_\(name)"].flatMap { Int($0) } ?? standard
  }

  private static let faults: [(kind: String, rate: String, count: Int?)] = [
    ("rate_limit", "0.01", 30), ("lock_timeout", "0.01", nil), ("server_error", "0.02", nil),
    ("unavailable", "0.01", nil), ("cut_before", "0.01", nil), ("cut_during", "0.01", nil), ("cut_after", "0.01", nil),
    ("truncate", "0.02", nil), ("reorder_keys", "0.3", nil), ("shift_page", "0.2", 40),
  ]

  @Test("seeded, synced under faults, changed at random, synced again, killed on the way: equal to API and books")
  func everything() async throws {
    let customers = Self.setting("CUSTOMERS", 300)
    let months = Self.setting("MONTHS", 6)
    let kills = Self.setting("KILLS", 5)
    let changes = Self.setting("CHANGES", 600)
    try await SyncLab.run(isDurable: customers * months > 20_000) { lab in
      try await lab.seed(customers: customers, months: months)
      var program = SyncProgram(lab, kills: kills)
      for fault in Self.faults { try lab.fault(fault.kind, rate: fault.rate, count: fault.count) }
      // Most of the kills fall into the first sync, which is the longest.
      try await program.syncKilled(times: kills - kills / 3, within: 3 * customers * months)
      try lab.clearFaults()
      try lab.standStill(true)
      try await program.sync()
      try await lab.expectEqual()
      try await lab.expectBooks()
      try lab.standStill(false)

      var random = RandomChanges(lab, seed: 23)
      for share in 0..<3 {
        for fault in Self.faults where fault.kind != "shift_page" {
          try lab.fault(fault.kind, rate: fault.rate, count: fault.count)
        }
        if share == 1 { try await random.longInvoices() }
        try await random.make(changes / 3)
        try await program.syncKilled(times: min(program.killsLeft, max(1, kills / 6)), within: changes)
      }
      // Some syncs may have ended before they were killed.
      for _ in 0..<20 where program.killsLeft > 0 {
        try await random.make(changes / 20)
        try await program.syncKilled(times: 1, within: changes / 10)
      }
      try lab.clearFaults()
      try lab.standStill(true)
      try await program.sync()
      #expect(random.done.count >= 18, "\(random.done)")
      try await lab.expectEqual()
      try await lab.expectBooks()
      #expect(program.killsLeft == 0, "the program was killed \(kills - program.killsLeft) times only")
    }
  }
}

/// The built program that syncs a lab, and is killed.
struct SyncProgram {
  private let lab: SyncLab
  private var chance = SeededRandom(seed: 99)
  private(set) var killsLeft: Int

  init(_ lab: SyncLab, kills: Int) {
    self.lab = lab
    killsLeft = kills
  }

  private func environment() async throws -> [String: String] {
    [
      "DATABASE_URL": try await TestDatabase.url(), "SOURCE_NAME": lab.names.schema, "LAKE_URL": lab.lake.root.path,
      "OKAPI_HOME": lab.folder.url.appending(path: "home").path, "STRIPE_API_BASE": lab.service.url,
      "STRIPE_API_KEY": SyncLab.key, "OKAPI_RATE": "2000",
    ]
  }

  /// Starts a command; the program's own files stay in the lab's folder.
  func start(
    _ arguments: [String] = ["sync", "--rate-per-endpoint", "2000", "--log-level", "error"],
    after script: String? = nil, with settings: [String: String] = [:]
  ) async throws -> RunningBinary {
    let environment = try await environment().merging(settings) { $1 }
    return try TestBinary.start(arguments, environment: environment, directory: lab.folder.url, after: script)
  }

  /// Runs a command to its end.
  func run(_ arguments: [String]) async throws -> TestBinary.Outcome {
    try await start(arguments).outcome(timeout: .seconds(600))
  }

  /// Syncs to the end.
  @discardableResult
  func sync() async throws -> TestBinary.Outcome {
    let outcome = try await start().outcome(timeout: .seconds(3600))
    #expect(outcome.status == 0, "\(outcome.stdout.suffix(3000)) \(outcome.stderr.suffix(3000))")
    return outcome
  }

  /// Syncs to the end, after having been killed so often, each time somewhere else.
  ///
  /// - Parameter rows: what the sync has to do; the kills are spread over it.
  mutating func syncKilled(times: Int, within rows: Int) async throws {
    for _ in 0..<times {
      let running = try await start()
      async let outcome = running.outcome(timeout: .seconds(3600))
      let before = try await progress()
      // In bytes of bronze, or in rows: so that it hits reading as well as loading.
      let most = max(2, rows / times)
      let far = (
        bytes: Int.random(in: 1...most, using: &chance) * 1_000, rows: Int.random(in: 1...most, using: &chance)
      )
      let pause = Duration.milliseconds(3 + most / 500)
      try await Wait.until("the sync has come so far, or ended", limit: .seconds(3600), every: pause) {
        if kill(running.processID, 0) != 0 { return true }
        let now = try await self.progress()
        return now.bytes - before.bytes >= far.bytes || now.rows - before.rows >= far.rows
      }
      running.signal(SIGKILL)
      if await outcome.status == 128 + SIGKILL { killsLeft -= 1 }
    }
    try await sync()
  }

  private func progress() async throws -> (bytes: Int, rows: Int) {
    var bytes = 0
    let files = FileManager.default.enumerator(at: lab.lake.root, includingPropertiesForKeys: [.fileSizeKey])
    while let file = files?.nextObject() as? URL {
      bytes += (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
    }
    let counts = ["charges", "invoices", "customers", "events", "invoice_line_items", "balance_transactions"].map {
      "(select count(*) from {s}.\($0))"
    }
    let rows = try await lab.value("select \(counts.joined(separator: " + "))")
    return (bytes, rows.flatMap { Int($0) } ?? 0)
  }
}
