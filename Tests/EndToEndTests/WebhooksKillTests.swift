#if os(Linux)
  import Digest
  import Foundation
  import HTTPClient
  import Synchronization
  import TestSupport
  import Testing

  /// `okapi webhooks serve` killed at one of its writes after the other, by a library that is preloaded into it.
  ///
  /// OKAPI_SOAK_WRITES says at how many; they are spread from its start to the end of its shipping.
  @Suite("Webhooks killed at their writes") struct WebhooksKillTests {
    private static let points = ProcessInfo.processInfo.environment["OKAPI_SOAK_WRITES"].flatMap { Int($0) } ?? 6
    private static let secret = "whsec_of_these_tests"
    private static let events = (1...5).map { "evt_\($0)" }

    @Test("whatever write it was, each event is stored once, and none that was answered is lost")
    func everyWrite() async throws {
      let place = try TemporaryDirectory()
      let library = try await Self.library(in: place)
      let whole = try await session(place, "whole", library, fatal: 0)
      #expect(whole.status == 0 && whole.answered == Self.events)
      try #require(whole.writes > 20, "the library counts the writes")
      let points = min(Self.points, whole.writes)
      for point in 0..<points {
        let fatal = (whole.writes * (2 * point + 1) + 2 * points - 1) / (2 * points)
        let name = "at-\(fatal)"
        let broken = try await session(place, name, library, fatal: fatal)
        #expect(broken.status == 128 + SIGKILL || fatal + 5 > whole.writes, "at \(fatal) of \(whole.writes)")
        let kept = try EventFiles.ids(in: place.url.appending(path: "\(name)/webhooks/stripe/segments"))
        #expect(Set(broken.answered).subtracting(kept) == [], "answered and lost, at \(fatal)")
        let again = try await session(place, name, library, fatal: 0)
        #expect(again.status == 0 && again.answered == Self.events, "at \(fatal)")
        let stored = try EventFiles.ids(in: place.url.appending(path: "\(name)/lake"))
        #expect(stored.sorted() == Self.events, "at \(fatal)")
      }
    }

    /// An answer is only given for what the disk has.
    @Test("an event that the disk does not sync is answered 503, and stored once when it is sent again")
    func refusedSync() async throws {
      let place = try TemporaryDirectory()
      let refusing = place.url.appending(path: "refusing")
      let home = place.url.appending(path: "home").path
      let port = try FreePort.find()
      let program = try TestBinary.start(
        ["webhooks", "serve", "--port", String(port), "--log-level", "error"],
        environment: [
          "OKAPI_HOME": home, "STRIPE_WEBHOOK_SECRET": Self.secret,
          "LD_PRELOAD": try await Self.library(in: place), "WRITE_UNSYNCED": refusing.path,
        ], directory: place.url)
      let client = HTTPClient()
      try await Wait.until("it answers") {
        (try? client.send(.init("GET", "http://127.0.0.1:\(port)/health")))?.status == 200
      }
      #expect(Self.deliver("evt_1", to: port, client) == 200)
      try Data().write(to: refusing)
      #expect(Self.deliver("evt_2", to: port, client) == 503)
      try FileManager.default.removeItem(at: refusing)
      #expect(Self.deliver("evt_2", to: port, client) == 200)
      program.signal(SIGTERM)
      #expect(await program.outcome().status == 0)
      #expect(try EventFiles.ids(in: URL(filePath: home + "/lake")).sorted() == ["evt_1", "evt_2"])
    }

    private static func library(in place: TemporaryDirectory) async throws -> String {
      let library = place.url.appending(path: "kill-at-write.so").path
      let source = TestDatabase.packageFolder.appending(path: "Tests/Fixtures/kill-at-write.c").path
      let built = try await RunningBinary(
        "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
      ).outcome()
      try #require(built.status == 0, "\(built.stderr)")
      return library
    }

    /// Delivers an event; nil where nobody answers.
    private static func deliver(_ id: String, to port: Int, _ client: HTTPClient) -> Int? {
      let body = Array(#"{"id":"\#(id)","object":"event","created":1,"type":"t","data":{"object":{}}}"#.utf8)
      let header = StripeSignature.header(
        body: body, secrets: [secret], timestamp: Int64(Date().timeIntervalSince1970))
      let url = "http://127.0.0.1:\(port)/webhooks/stripe"
      return (try? client.send(.init("POST", url, headers: [("Stripe-Signature", header)], body: body)))?.status
    }

    /// Starts it, delivers each event until it is dead, and stops it.
    private func session(
      _ place: TemporaryDirectory, _ name: String, _ library: String, fatal: Int
    ) async throws -> (status: Int32, answered: [String], writes: Int) {
      let count = place.url.appending(path: "count-\(UUID().uuidString)")
      try Data(count: 8).write(to: count)
      let port = try FreePort.find()
      let home = place.url.appending(path: name).path
      let program = try TestBinary.start(
        ["webhooks", "serve", "--port", String(port), "--log-level", "error"],
        environment: [
          "OKAPI_HOME": home, "STRIPE_WEBHOOK_SECRET": Self.secret, "LD_PRELOAD": library, "WRITE_BELOW": home,
          "WRITE_COUNT": count.path, "WRITE_FATAL": String(fatal),
        ], directory: place.url)
      let isOver = Mutex(false)
      async let ended = {
        let outcome = await program.outcome(timeout: .seconds(300))
        isOver.withLock { $0 = true }
        return outcome
      }()
      let client = HTTPClient()
      try await Wait.until("it answers, or is dead") {
        isOver.withLock { $0 }
          || (try? client.send(.init("GET", "http://127.0.0.1:\(port)/health")))?.status == 200
      }
      let answered = Self.events.filter { Self.deliver($0, to: port, client) == 200 }
      program.signal(SIGTERM)
      let status = await ended.status
      let writes = try Data(contentsOf: count).withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      return (status, answered, writes)
    }
  }
#endif
