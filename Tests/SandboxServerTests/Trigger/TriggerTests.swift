import PlatformCore
import Testing

@testable import SandboxServer

/// Every scene leads to its events, one after the other in one sandbox.
@Suite struct TriggerTests {
  @Test func everyEventCanBeTriggered() throws {
    var options = SandboxServiceOptions()
    options.port = 0
    let service = try SandboxService(options)
    defer { service.stop() }
    var seen: Set<String> = []
    for type in Trigger.events + ["invoice.sent", "payout.created"] {
      let outcome = try Trigger.run(type, url: service.url)
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
