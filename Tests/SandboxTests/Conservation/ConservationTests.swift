import Foundation
import Testing

@testable import Sandbox

/// Money is conserved, whatever is called in whatever order.
///
/// A failure names its seed; `OKAPI_SEEDS=17 swift test --filter ConservationTests` plays that seed alone,
/// `OKAPI_SEEDS=1-50` hunts, and `OKAPI_OPERATIONS` says how long.
@Suite struct ConservationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let operations = environment["OKAPI_OPERATIONS"].flatMap { Int($0) } ?? 500
  private static let seeds: [UInt64] = {
    let ends = (environment["OKAPI_SEEDS"] ?? "1-4").split(separator: "-").compactMap { UInt64($0) }
    guard let first = ends.first, let last = ends.last, first <= last else { return [] }
    return Array(first...last)
  }()

  @Test(arguments: seeds) func moneyIsConserved(seed: UInt64) throws {
    let run = try ConservationRun(seed: seed)
    try run.run(Self.operations)
    if let failure = run.failure { Issue.record(Comment(rawValue: failure)) }
    #expect(run.events.checked > 0)
  }

  /// What is kept in a file is what is kept in memory.
  @Test func aFileHoldsTheSame() throws {
    let path = NSTemporaryDirectory() + "okapi-conservation-\(UUID().uuidString).db"
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let memory = try ConservationRun(seed: 9)
    try memory.run(60)
    let file = try ConservationRun(seed: 9, place: .file(path))
    try file.run(60)
    #expect(memory.failure == nil && file.failure == nil && memory.steps == file.steps)
    #expect(try SeedLab.rows(memory.store) == SeedLab.rows(file.store))
  }
}
