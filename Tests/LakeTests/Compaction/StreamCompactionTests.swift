import BronzeStore
import Foundation
import PlatformCore
import Testing

@testable import Lake

/// Captured webhooks in bronze: silver does not read them, and everything else goes on as without them.
@Suite struct StreamCompactionTests {
  typealias Seen = CompactionLab.Seen

  private func world() async throws -> CompactionLab {
    let lab = try CompactionLab()
    let customer = SilverObjects.customer("cus_1", name: "Ada")
    try await lab.write("fetch", [Seen("customers", customer, at: "02T08:00")])
    for run in ["one", "two"] {
      let event = { (id: String) in "{\"id\":\"\(id)_\(run)\",\"object\":\"event\"}" }
      try await lab.write(
        run,
        [
          Seen("webhook_events", event("evt_1"), at: "01T08:00", sequence: 2),
          Seen("webhook_events", event("evt_2"), at: "09T08:00", sequence: 2),
        ])
    }
    return lab
  }

  @Test("a lake run and a replay pass them by, and a past moment begins with the batch")
  func passedBy() async throws {
    let lab = try await world()
    let report = try await lab.run()
    #expect(report.exitStatus == .done)
    let accepted = try CompactionLab.accepted(lab.lake)
    #expect(!accepted.keys.contains { $0.contains("webhook") })
    #expect(try await lab.replayed() == accepted)
    // Before the batch began nothing is known, however early the first event was captured.
    #expect(throws: PlatformError.self) { try lab.lake("past", asOf: "01T12:00").requirePast() }
  }

  @Test("their days are packed without silver, every line kept, also with --keep; yesterday's stay as they are")
  func packed() async throws {
    var lab = try await world()
    try await lab.run()
    let before = try lab.lines("webhook_events")
    lab.now = CompactionLab.date("10T00:01")
    let report = try await lab.compact(olderThan: 0, keep: 1)
    #expect(report.entities.first { $0.entity == "webhook_events" }?.lines == 2)
    #expect(report.left.isEmpty)
    let parts = try lab.parts("webhook_events")
    #expect(parts.filter { $0.hasSuffix(".gz") }.count == 1 && parts.filter { $0.contains("dt=2026-11-09") }.count == 2)
    #expect(try lab.lines("webhook_events") == before)
  }
}

extension Lake {
  /// Refuses what bronze does not reach back to.
  fileprivate func requirePast() throws { try options.asOf?.require("stripe") }
}
