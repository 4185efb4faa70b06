import Foundation
import PlatformCore
import Synchronization
import Testing

@testable import SandboxServer

/// Every scene leads to its events, one after the other in one sandbox whose clock is set forward instead of waiting.
@Suite struct TriggerTests {
  private final class Time: Sendable {
    private let seconds = Atomic(Int64(Date().timeIntervalSince1970))
    var clock: WallClock {
      WallClock { [self] in Date(timeIntervalSince1970: Double(seconds.load(ordering: .relaxed))) }
    }
    func advance(_ by: Int64) { seconds.add(by, ordering: .relaxed) }
  }

  @Test func everyEventCanBeTriggered() throws {
    let time = Time()
    var options = SandboxServiceOptions()
    options.port = 0
    options.clock = time.clock
    let service = try SandboxService(options)
    defer { service.stop() }
    var seen: Set<String> = []
    for type in Trigger.events + ["invoice.sent", "payout.created"] {
      let outcome = try Trigger.run(type, url: service.url) {
        time.advance(1)
        service.clockWasSet()
      }
      #expect(outcome.type == type)
      #expect(seen.insert(outcome.event).inserted, "\(type): an event of before")
    }
  }

  @Test func anUnknownEventIsRefusedWithTheKnownOnes() throws {
    let error = #expect(throws: PlatformError.self) { try Trigger.run("invoice.danced", url: "http://127.0.0.1:9") }
    #expect(error?.status == .usage)
    #expect(error?.cause?.contains("invoice.payment_failed") == true)
  }
}
