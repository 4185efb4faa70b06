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
    let reader = EventLogReader(folder: lab.folder)
    func ids() throws -> [String] {
      var ids: [String] = []
      try reader.unshippedIDs(lab.lake, of: "stripe") { ids.append($0) }
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
}
