import BronzeStore
import Foundation
import PlatformCore
import Testing

@testable import Webhooks

/// What a log holds that bronze does not.
@Suite struct UnshippedTests {
  @Test("named are the events of the open segment and of those that are not shipped, and no others")
  func unshipped() async throws {
    let lab = try LogLab()
    func ids() throws -> [String] {
      var ids: [String] = []
      try EventLogReader.unshippedIDs(lab.folder) { ids.append($0) }
      return ids
    }
    #expect(try ids().isEmpty)
    let log = try await lab.open()
    for number in 1...2 { _ = try log.append(.of("evt_\(number)")) }
    #expect(try ids() == ["evt_1", "evt_2"])
    lab.advance(16 * 60)
    log.tend()
    #expect(try ids().isEmpty)
    _ = try log.append(.of("evt_3"))
    #expect(try ids() == ["evt_3"])
    log.close()
    #expect(try ids().isEmpty)
  }

  /// A segment whose place in bronze another file has taken is not shipped; those behind it are.
  @Test("one that cannot be shipped is named, whatever was shipped after it")
  func oneThatIsKeptBack() async throws {
    let lab = try LogLab()
    let path = "lake/bronze/source=stripe/entity=webhook_events/dt=2026-11-21/run_id=run-1/part-00000.jsonl"
    try lab.put(path, "another file\n")
    let log = try await lab.open()
    _ = try log.append(.of("evt_1"))
    lab.advance(16 * 60)
    log.tend()
    _ = try log.append(.of("evt_2"))
    lab.advance(16 * 60)
    log.tend()
    _ = try log.append(.of("evt_3"))
    var ids: [String] = []
    try EventLogReader.unshippedIDs(lab.folder) { ids.append($0) }
    #expect(ids == ["evt_1", "evt_3"])
    log.close()
  }
}
