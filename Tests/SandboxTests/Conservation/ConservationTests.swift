import Foundation
import Testing

@testable import Sandbox

/// Money is conserved, whatever is called in whatever order.
///
/// A failure names its seed; `OKAPI_SEEDS=17 swift test --filter ConservationTests` plays that seed alone,
/// `OKAPI_SEEDS=1-50` hunts, and `OKAPI_OPERATIONS` says how long.
@Suite struct ConservationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let operations = environment["OKAPI_OPERATIONS"].flatMap { Int($0) } ?? 1_000
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
}
