import Foundation
import PlatformCore
import TestSupport
import Testing

@testable import Webhooks

/// Reading a log while it is written, over its segments, and after some are gone.
@Suite struct EventLogReaderTests {
  @Test func readingGoesOnOverSegmentsAndRestarts() async throws {
    let lab = try LogLab()
    let outside = EventLogReader(folder: lab.folder)
    #expect(try outside.read(after: nil).isEmpty)
    var position: EventLog.Position?
    var found: [String] = []
    func readOn(_ reader: EventLogReader) throws {
      while true {
        let lines = try reader.read(after: position, limit: 2)
        guard let last = lines.last else { return }
        found += lines.map { LogLab.id($0.bytes) }
        position = last.position
      }
    }
    for run in 1...3 {
      let log = try await lab.open(run: "run-\(run)") { $0.segmentBytes = 800 }
      for number in 1...5 {
        _ = try log.append(.of("evt_\(run)_\(number)"))
        if number % 2 == 0 { try readOn(log.reader) }
      }
      if run == 2 { log.tend() }
      try readOn(outside)
      if run != 2 { log.close() }  // the second one is killed
    }
    #expect(found == (1...3).flatMap { run in (1...5).map { "evt_\(run)_\($0)" } })
    #expect(try outside.segments().count > 6)
  }

  @Test func positionsAreKeptAsJSON() throws {
    let position = EventLog.Position(segment: "0000000012.2026-11-22.run.1.00003.jsonl", offset: 17)
    let text = try JSONEncoder().encode(position)
    #expect(try JSONDecoder().decode(EventLog.Position.self, from: text) == position)
    #expect(position < EventLog.Position(segment: position.segment, offset: 18))
    #expect(position < EventLog.Position(segment: "0000000013.2026-11-22.run.1.00004.jsonl", offset: 0))
    #expect(SegmentName(position.segment)?.runID == "run.1")
    #expect(SegmentName(position.segment)?.fileName == position.segment)
  }

  @Test func aPositionInAnotherSegmentsPlaceStaysGood() async throws {
    let lab = try LogLab()
    let log = try await lab.open { $0.segmentBytes = 1 }
    for number in 1...3 { _ = try log.append(.of("evt_\(number)")) }
    let first = try #require(try log.reader.read(after: nil, limit: 1).last?.position)
    try FileManager.default.removeItem(at: lab.segmentFolder.appending(path: first.segment))
    #expect(try log.reader.read(after: first).map { LogLab.id($0.bytes) } == ["evt_2", "evt_3"])
    // One beyond the end of a segment that lost what was not on the disk.
    let beyond = EventLog.Position(segment: try log.reader.segments()[0], offset: 1 << 30)
    #expect(try log.reader.read(after: beyond).map { LogLab.id($0.bytes) } == ["evt_3"])
    log.close()
  }

  @Test func aHalfLineIsNotRead() async throws {
    let lab = try LogLab()
    let name = "0000000001.2026-11-21.r.00000.jsonl"
    try lab.put("webhooks/stripe/segments/\(name)", "{\"data\":{\"id\":\"evt_1\"}}\n{\"data")
    let lines = try EventLogReader(folder: lab.folder).read(after: nil)
    #expect(lines.map { LogLab.id($0.bytes) } == ["evt_1"])
  }

  @Test func aLineMayBeLong() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    for number in 1...3 { _ = try log.append(.of("evt_\(number)", padding: 3_000_000)) }
    #expect(try log.reader.ids() == ["evt_1", "evt_2", "evt_3"])
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3"])
  }

  /// A segment that is just being written: its lines are not on the disk yet.
  @Test func whatIsNotSyncedIsNotRead() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let reader = log.reader
    try lab.put("webhooks/stripe/segments/0000000001.2026-11-21.run-1.00000.jsonl", "{\"data\":{\"id\":\"evt_1\"}}\n")
    #expect(try reader.ids() == [])
    #expect(try EventLogReader(folder: lab.folder).ids() == ["evt_1"])
    log.close()
  }
}
