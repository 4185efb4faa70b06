import Foundation
import PlatformCore
import Synchronization
import Testing

@Suite("Log")
struct LogTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var write: @Sendable (String) -> Void { { line in self.lines.withLock { $0.append(line) } } }
  }

  private let clock = WallClock.fixed(Date(timeIntervalSince1970: 1_795_250_096.25))

  @Test("an event is one JSON object with the fixed fields first")
  func json() throws {
    let lines = Lines()
    let log = Log(runID: "r1", command: "ingest", clock: clock, write: lines.write)
    log(.info, "chunk_committed", ["rows": 5, "seconds": .number(0.5), "ok": true, "file": "a/\"b\"\n"])
    #expect(
      lines.all == [
        #"{"ts":"2026-11-21T08:34:56.250Z","level":"info","event":"chunk_committed","run_id":"r1","command":"ingest","#
          + #""rows":5,"seconds":0.5,"ok":true,"file":"a/\"b\"\n"}"#
      ])
    let line = try #require(lines.all.first)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(object?["file"] as? String == "a/\"b\"\n")
  }

  @Test("numbers that JSON cannot hold become null")
  func infinite() {
    let lines = Lines()
    Log(runID: "r", command: "c", clock: clock, write: lines.write)(.info, "e", ["rate": .number(.infinity)])
    #expect(lines.all.first?.hasSuffix(#""rate":null}"#) == true)
  }

  @Test("text lines are short; only grave ones are marked")
  func text() {
    let lines = Lines()
    let log = Log(runID: "r", command: "c", format: .text, clock: clock, write: lines.write)
    log(.info, "chunk_committed", ["rows": 5, "file": "a b"])
    log(.warning, "file_skipped")
    #expect(lines.all == ["chunk committed  rows=5  file=\"a b\"", "warning: file skipped"])
  }

  @Test("what is below the level is left out", arguments: Log.Level.allCases)
  func levels(_ minimum: Log.Level) {
    let lines = Lines()
    let log = Log(runID: "r", command: "c", minimumLevel: minimum, clock: clock, write: lines.write)
    for level in Log.Level.allCases { log(level, "event_seen") }
    #expect(lines.all.count == Log.Level.allCases.filter { $0 >= minimum }.count)
  }
}
