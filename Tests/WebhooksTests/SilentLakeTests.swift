import BronzeStore
import Foundation
import HTTPClient
import HTTPServer
import PlatformCore
import TestSupport
import Testing

@testable import Webhooks

/// A lake that takes calls and does not answer them: it holds neither the start up nor the end.
@Suite struct SilentLakeTests {
  /// A workspace whose log knows the mode of its events.
  private struct Home: Sendable {
    let place: TemporaryDirectory
    let port: Int

    init() async throws {
      place = try TemporaryDirectory()
      port = try FreePort.find()
      let first = try start()
      try await Wait.until("the receiver answers") { deliver("evt_1") == 200 }
      first.signal(SIGTERM)
      try #require(await first.outcome().status == 0)
    }

    func start(_ variables: [String: String] = [:]) throws -> RunningBinary {
      try TestBinary.start(
        ["webhooks", "serve", "--insecure-skip-verification", "--port", String(port)],
        environment: ["OKAPI_HOME": place.path + "/home"].merging(variables) { $1 }, directory: place.url)
    }

    func deliver(_ id: String) -> Int? {
      let request = HTTPClient.Request(
        "POST", "http://127.0.0.1:\(port)/webhooks/stripe", body: Array(CapturedEvent.text(id).utf8))
      return (try? HTTPClient().send(request))?.status
    }
  }

  @Test func itIsGivenUpWhenTheReceiverStops() async throws {
    let lab = try LogLab()
    let first = try await ReceiverLab(lab)
    #expect(try first.deliver(CapturedEvent.text("evt_1")).status == 200)
    #expect(first.service.stop())
    let s3 = try SilentS3()
    defer { s3.stop() }
    let lake = try LakeFolder(
      location: "s3://bucket/lake", relativeTo: lab.place.url, variables: s3.variables, scratch: lab.place.url)
    let second = try await ReceiverLab(lab) { options, log in
      options.shippingSeconds = 1
      log.lake = lake
    }
    #expect(try second.deliver(CapturedEvent.text("evt_2")).status == 200)
    let begun = ContinuousClock.now
    let isShipped = second.service.stop()
    #expect(!isShipped && .now - begun < .seconds(20))
  }

  /// And what came until it turned out to be a lake of the past is not put there.
  @Test func itDoesNotHoldTheStartUp() async throws {
    let home = try await Home()
    let s3 = try SilentS3()
    defer { s3.stop() }
    let receiver = try home.start(s3.variables)
    try await Wait.until("the receiver answers", limit: .seconds(60)) { home.deliver("evt_2") == 200 }
    s3.answer { path in
      guard path.hasSuffix("/_state/as_of.json") else { return HTTPResponse(status: 404) }
      return HTTPResponse(body: .bytes(Array(#"{"as_of":"2026-11-01T00:00:00Z","bronze":"/lake"}"#.utf8)))
    }
    let outcome = await receiver.outcome(timeout: .seconds(60))
    #expect(outcome.status == 64 && outcome.stderr.contains("what was known at"), "\(outcome.stderr)")
    let last = try home.start()
    try await Wait.until("the receiver answers") { home.deliver("evt_3") == 200 }
    last.signal(SIGTERM)
    #expect(await last.outcome().status == 0)
    let bronze = FileManager.default.enumerator(atPath: home.place.path + "/home/lake")
    let texts = bronze?.compactMap { $0 as? String }.filter { $0.hasSuffix(".jsonl") }
      .map { (try? String(contentsOfFile: home.place.path + "/home/lake/" + $0, encoding: .utf8)) ?? "" }
    for id in ["evt_1", "evt_2", "evt_3"] { #expect(texts?.contains { $0.contains("\"\(id)\"") } == true, "\(id)") }
  }

  @Test func aSignalDuringTheStartEndsIt() async throws {
    let home = try await Home()
    let s3 = try SilentS3()
    defer { s3.stop() }
    let receiver = try home.start(s3.variables)
    try await Wait.until("the lake is asked") { s3.owed > 0 }
    receiver.signal(SIGTERM)
    let outcome = await receiver.outcome(timeout: .seconds(60))
    // A machine that is busy elsewhere may have it started by then.
    #expect(!outcome.isTimedOut && [143, 0].contains(outcome.status), "\(outcome.stderr)")
  }
}
