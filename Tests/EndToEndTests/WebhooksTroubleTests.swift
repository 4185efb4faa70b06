import Foundation
import PlatformCore
import TestSupport
import Testing

/// What happens to a receiver from outside: its workspace, its database, its memory, its signals, its settings.
@Suite("Webhooks in trouble", .serialized) struct WebhooksTroubleTests {
  @Test("a workspace in which a receiver is at work is not deleted")
  func clean() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home)
      #expect(running.deliver("evt_1") == 200)
      let refused = try await home.run("clean", "--yes")
      #expect(refused.status == 75 && refused.stderr.contains("webhooks serve of process \(running.program.processID)"))
      #expect(running.deliver("evt_2") == 200)
      #expect(await running.stop().status == 0)
      #expect(try EventFiles.ids(in: URL(filePath: home.home + "/lake")) == ["evt_1", "evt_2"])
      try home.write("home/webhooks/.DS_Store", "a file among the folders")
    }
  }

  /// timeout(1) signals a program, and then its group.
  @Test("the same signal twice at once is one")
  func twoSignals() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home)
      #expect(running.deliver("evt_1") == 200)
      // So many that more than one arrives, as those that wait to be delivered are one; and soon one after the other.
      let begun = ContinuousClock.now
      for _ in 1...20_000 where ContinuousClock.now - begun < .milliseconds(200) { running.program.signal(SIGTERM) }
      let outcome = await running.program.outcome()
      #expect(outcome.status == 0 && outcome.logLines.contains { $0["event"]?.string == "webhooks_stopped" })
      #expect(try EventFiles.ids(in: URL(filePath: home.home + "/lake")) == ["evt_1"])
    }
  }

  /// It takes the connection and says nothing more, as a pooler that is full.
  @Test("a database that does not answer holds neither the start up nor the end")
  func silentDatabase() async throws {
    let listener = try SilentListener()
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(
        home, ["--apply"],
        environment: [
          "DATABASE_URL": "postgresql://okapi@127.0.0.1:\(listener.port)/okapi?connect_timeout=3600",
          "STRIPE_API_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:\(listener.port)",
        ])
      #expect(running.deliver("evt_1") == 200)
      let outcome = await running.stop()
      #expect(outcome.status == 0 && !outcome.isTimedOut)
      #expect(
        outcome.logLines.contains { $0["event"]?.string == "apply_interrupted" && $0["side"]?.string == "database" })
      #expect(try EventFiles.ids(in: URL(filePath: home.home + "/lake")) == ["evt_1"])
    }
  }

  /// How long a body is to be is a stranger's word: nothing is set aside for it.
  @Test("announced lengths take no memory")
  func announcedLengths() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home, after: "ulimit -v 1600000")
      let strangers = try (0..<400).map { _ in
        let connection = try RawConnection(port: UInt16(running.port))
        try connection.send("POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\na")
        return connection
      }
      #expect(running.deliver("evt_1") == 200)
      #expect(await running.stop().status == 0)
      withExtendedLifetime(strangers) {}
    }
  }

  #if os(Linux)
    /// Without a file to spare nothing works: the runtime itself ends the program then.
    @Test("connections leave it files of its own, however few it may hold")
    func fewFiles() async throws {
      try await ProgramHome.with { home in
        let running = try await RunningReceiver.start(home, after: "ulimit -n 256")
        let strangers = try (0..<400).map { _ in
          let connection = try RawConnection(port: UInt16(running.port))
          try connection.send("POST")
          return connection
        }
        let folder = "/proc/\(running.program.processID)/fd"
        var counts: [Int] = []
        try await Wait.until("no further connection is taken", every: .milliseconds(20)) {
          counts.append(try FileManager.default.contentsOfDirectory(atPath: folder).count)
          return counts.suffix(10).allSatisfy { $0 > 100 && $0 == counts.last } && counts.count > 10
        }
        #expect(counts.last ?? 256 < 240)
        #expect(await running.stop().status == 0)
        withExtendedLifetime(strangers) {}
      }
    }
  #endif

  @Test("what the lake has not taken at the end is told")
  func shippingLeft() async throws {
    try await ProgramHome.with { home in
      let file = try home.write("no-folder", "a file where the lake should be")
      let running = try await RunningReceiver.start(home, environment: ["LAKE_URL": file])
      #expect(running.deliver("evt_1") == 200)
      let outcome = await running.stop()
      #expect(outcome.status == 0)
      #expect(outcome.logLines.contains { $0["event"]?.string == "webhook_shipping_left" })
    }
  }

  /// As while its disk is not mounted.
  @Test("nothing is healed into an empty folder in the place of the lake")
  func anotherLake() async throws {
    try await ProgramHome.with { home in
      let running = try await RunningReceiver.start(home)
      #expect(running.deliver("evt_1") == 200)
      #expect(await running.stop().status == 0)
      let lake = home.home + "/lake"
      try FileManager.default.moveItem(atPath: lake, toPath: lake + ".away")
      try FileManager.default.createDirectory(atPath: lake, withIntermediateDirectories: false)
      let refused = try await home.run(
        "webhooks", "reconcile", "--heal",
        environment: ["STRIPE_API_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:1"])
      #expect(refused.status == 69 && refused.stderr.contains("this is not the lake"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: lake) == [])
    }
  }

  @Test("what is no secret is refused, and named by its number only")
  func secrets() async throws {
    try await ProgramHome.with { home in
      for text in ["sk_test_abc", "whsec_a,whsec_...", "STRIPE_WEBHOOK_SECRET=whsec_a"] {
        let refused = try await home.run(
          "webhooks", "serve", "--port", "0", environment: ["STRIPE_WEBHOOK_SECRET": text])
        #expect(refused.status == 78 && refused.stderr.contains("is not the secret of an endpoint"), "\(text)")
        #expect(!refused.stderr.contains(text))
      }
      // With several accounts each has its own.
      let none = try await home.run(
        "webhooks", "serve", "--port", "0",
        environment: [
          "SOURCES": "eu,us", "SOURCE_NAME": "eu", "STRIPE_API_KEY_EU": "sk_test_a", "STRIPE_API_KEY_US": "sk_test_b",
        ])
      #expect(none.status == 78 && none.stderr.contains("set STRIPE_WEBHOOK_SECRET_EU=whsec_"))
    }
  }

  @Test(
    "what can only be a slip of the hand is refused",
    arguments: [
      ["sandbox", "serve", "--ephemeral", "--port", "0", "--webhook", "localhost:8001/webhooks/stripe"],
      ["sandbox", "serve", "--ephemeral", "--port", "0", "--webhook", ""],
      ["webhooks", "reconcile", "--since", "2400-01-01"], ["webhooks", "replay", "--since", "2400-01-01"],
      ["webhooks", "replay", "--since", "yesterday"],
    ])
  func slips(_ arguments: [String]) async throws {
    let outcome = try await TestBinary.run(arguments, timeout: .seconds(60))
    #expect(outcome.status == 64 && outcome.stderr.contains(arguments[arguments.count - 2]), "\(outcome.stderr)")
  }
}
