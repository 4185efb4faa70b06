import Foundation
import PlatformCore
import Synchronization
import Testing

@testable import CLI

/// Time that the test moves, and everything that went to stderr.
private final class Stage: Sendable {
  private let seconds = Mutex(0.0)
  private let text = Mutex("")

  func advance(_ by: Double) { seconds.withLock { $0 += by } }
  var written: String { text.withLock { $0 } }

  func terminal(isInteractive: Bool, columns: Int = 80) -> Terminal {
    Terminal(isInteractive: isInteractive, hasColor: false, columns: { columns }) { more in
      self.text.withLock { $0 += more }
    }
  }

  func context(_ terminal: Terminal) -> RunContext {
    let clock = WallClock { Date(timeIntervalSince1970: 1_000_000 + self.seconds.withLock { $0 }) }
    let log = Log(runID: "r", command: "test", format: .text, clock: clock) { terminal.line($0) }
    return RunContext(runID: "r", command: "test", log: log, clock: clock)
  }
}

@Suite("Progress")
struct ProgressBarTests {
  @Test("a terminal sees one redrawn line with rate and time left")
  func redrawn() {
    let stage = Stage()
    let terminal = stage.terminal(isInteractive: true)
    let bar = ProgressBar(
      "charges", total: 4000, unit: .count("objects"), terminal: terminal, context: stage.context(terminal))
    stage.advance(2)
    bar.update(1000, note: "3 rejected")
    let first = "charges  [#####...............] 25%  1,000 of 4,000 objects  500/s  0:06 left"
    #expect(bar.line(1000, elapsedSeconds: 2, note: "") == String(first.prefix(79)))
    let drawn = stage.written
    #expect(drawn == String((first + "  3 rejected").prefix(79)))
    bar.update(1100)
    #expect(stage.written == drawn)
    stage.advance(0.2)
    bar.update(4000)
    #expect(stage.written.hasPrefix(drawn + "\r" + String(repeating: " ", count: 79) + "\rcharges  [####"))
    bar.finish()
    let finished = stage.written
    #expect(finished.hasSuffix(" \r"))
    stage.advance(60)
    bar.update(4000)
    #expect(stage.written == finished)
  }

  @Test("the rate counts from when the work began, not from when the bar was first drawn")
  func begun() {
    let stage = Stage()
    let terminal = stage.terminal(isInteractive: true)
    let context = stage.context(terminal)
    let begun = context.clock.now
    stage.advance(4)
    let bar = ProgressBar(
      "charges", total: 4000, unit: .count("objects"), terminal: terminal, context: context, begunAt: begun)
    bar.update(2000)
    #expect(stage.written.contains("  500/s  0:0"))
  }

  @Test("bytes, an unknown total and a zero total draw without dividing by nothing")
  func edges() {
    let stage = Stage()
    let terminal = stage.terminal(isInteractive: true)
    let context = stage.context(terminal)
    let bytes = ProgressBar("f.json", total: 2_000_000, unit: .bytes, terminal: terminal, context: context)
    #expect(
      bytes.line(500_000, elapsedSeconds: 1, note: "")
        == "f.json  [#####...............] 25%  500.0 kB of 2.0 MB  500.0 kB/s  0:03 left")
    let unknown = ProgressBar("rows", total: nil, unit: .count("rows"), terminal: terminal, context: context)
    #expect(unknown.line(10, elapsedSeconds: 0, note: "") == "rows  10 rows")
    let none = ProgressBar("rows", total: 0, unit: .count("rows"), terminal: terminal, context: context)
    #expect(none.line(0, elapsedSeconds: 1, note: "") == "rows  0 of 0 rows")
    let beyond = ProgressBar("rows", total: 5, unit: .count("rows"), terminal: terminal, context: context)
    #expect(beyond.line(9, elapsedSeconds: 1, note: "") == "rows  [####################] 100%  9 of 5 rows  9/s")
  }

  @Test("elsewhere there is an event at most every ten seconds")
  func logged() {
    let stage = Stage()
    let terminal = stage.terminal(isInteractive: false)
    let bar = ProgressBar(
      "charges", total: 400, unit: .count("objects"), terminal: terminal, context: stage.context(terminal))
    bar.update(1)
    stage.advance(9.9)
    bar.update(90)
    #expect(stage.written.isEmpty)
    stage.advance(0.1)
    bar.update(100)
    let first = "progress made  what=charges  objects=100  total=400  per_second=10  seconds_left=30\n"
    #expect(stage.written == first)
    stage.advance(9)
    bar.update(150)
    #expect(stage.written == first)
    stage.advance(1)
    bar.update(200)
    #expect(
      stage.written == first + "progress made  what=charges  objects=200  total=400  per_second=10  seconds_left=20\n")
    bar.finish()
    #expect(stage.written.hasSuffix("left=20\n"))
  }

  @Test("a log line does not land in the bar")
  func logLine() {
    let stage = Stage()
    let terminal = stage.terminal(isInteractive: true)
    terminal.show(status: "half")
    terminal.line("event")
    terminal.show(status: "")
    #expect(stage.written == "half\r    \revent\nhalf\r    \r")
  }

  @Test("a narrow terminal cuts the line before its last column")
  func narrow() {
    let stage = Stage()
    let terminal = stage.terminal(isInteractive: true, columns: 30)
    let bar = ProgressBar(
      "charges", total: 40, unit: .count("objects"), terminal: terminal, context: stage.context(terminal))
    #expect(bar.line(10, elapsedSeconds: 1, note: "").count == 29)
  }

  @Test("NO_COLOR and TERM are respected; without a terminal nothing is drawn")
  func environment() {
    #expect(!Terminal.standard(environment: ["NO_COLOR": "1", "TERM": "xterm"]).hasColor)
    #expect(!Terminal.standard(environment: ["TERM": "dumb"]).isInteractive)
    let stage = Stage()
    stage.terminal(isInteractive: false).show(status: "half")
    #expect(stage.written.isEmpty)
  }
}
