import Foundation
import PlatformCore
import Sandbox
import Synchronization
import Testing

@testable import SandboxServer

@Suite struct WorldTickerTests {
  private final class Time: Sendable {
    private let seconds = Atomic<Int64>(1_800_000_000)
    var now: Int64 { seconds.load(ordering: .relaxed) }
    var clock: WallClock { WallClock { [self] in Date(timeIntervalSince1970: Double(now)) } }
    func advance(_ by: Int64) { seconds.add(by, ordering: .relaxed) }
  }

  private func jobsLeft(_ store: SandboxStore) throws -> Bool {
    try store.write { try $0.nextJob(clock: nil, by: .max) != nil }
  }

  private func wait(_ isDone: () throws -> Bool) throws -> Bool {
    let deadline = Date(timeIntervalSinceNow: 120)
    while try !isDone() {
      guard Date() < deadline else { return false }
      usleep(5_000)
    }
    return true
  }

  @Test func whatIsDueIsRunAndWhatIsNotWaits() throws {
    let time = Time()
    let store = try SandboxStore(.memory, clock: time.clock)
    defer { store.close() }
    // What waits on a test clock is not the ticker's business.
    try store.write { try $0.schedule(Job(.expireClock, "clock_x", due: 1, clock: "clock_x")) }
    // More than one unit's worth, all due, before anybody ticks.
    try store.write { world in
      for number in 0..<50 { try world.schedule(Job(.expireClock, "clock_\(number)", due: time.now, clock: nil)) }
    }
    let ticker = WorldTicker(store: store, clock: time.clock)
    defer { ticker.stop() }
    #expect(try wait { try !jobsLeft(store) })
    // Due later: it stays until time has come, which the next news makes the ticker notice.
    try store.write { try $0.schedule(Job(.expireClock, "clock_later", due: time.now + 3_600, clock: nil)) }
    #expect(try jobsLeft(store))
    time.advance(3_600)
    try store.write { try $0.schedule(Job(.expireClock, "clock_now", due: time.now, clock: nil)) }
    #expect(try wait { try !jobsLeft(store) })
    #expect(try store.write { try $0.nextJob(clock: "clock_x", by: .max) != nil })
  }
}
