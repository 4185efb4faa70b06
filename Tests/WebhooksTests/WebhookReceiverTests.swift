import BronzeStore
import Digest
import Foundation
import HTTPClient
import HTTPServer
import PlatformCore
import TestSupport
import Testing

@testable import Webhooks

/// What a receiver answers over its port, and what it stores, counts and tells.
@Suite struct WebhookReceiverTests {
  @Test func aSignedEventIsStoredAndAnswered() async throws {
    let receiver = try await ReceiverLab()
    let body = CapturedEvent.text("evt_1")
    let answer = try receiver.deliver(body)
    #expect(answer.status == 200)
    #expect(answer.text == "{\"received\": true}\n")
    let again = try receiver.deliver(body)
    #expect(again.status == 200)
    #expect(again.text == "{\"received\": true, \"duplicate\": true}\n")
    #expect(try EventLogReader(folder: receiver.lab.folder).ids() == ["evt_1"])
    receiver.service.stop()
    #expect(try receiver.lab.idsInBronze() == ["evt_1"])
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: Int
    let reason: String
    let body: String
    /// Nil: as it should be.
    var header: (@Sendable (ReceiverLab, String) -> String)?

    init(
      _ description: String, _ status: Int, _ reason: String, body: String = CapturedEvent.text("evt_1"),
      header: (@Sendable (ReceiverLab, String) -> String)? = nil
    ) {
      (testDescription, self.status, self.reason, self.body, self.header) = (description, status, reason, body, header)
    }
  }

  @Test(arguments: [
    Row("no signature", 400, "signature_header") { _, _ in "" },
    Row("only v0", 400, "signature_header") { $0.header($1).replacingOccurrences(of: "v1=", with: "v0=") },
    Row("a space after the comma", 400, "signature_header") { $0.header($1).replacingOccurrences(of: ",", with: ", ") },
    Row("another secret", 400, "signature") { $0.header($1, secrets: ["whsec_other"]) },
    Row("another body", 400, "signature") { $0.header($1 + " ") },
    Row("signed 301 s ago", 400, "too_old") { $0.header($1, age: 301) },
    Row("no JSON", 400, "not_json", body: "id=evt_1"),
    Row("half of JSON", 400, "not_json", body: #"{"id": "evt_1""#),
    Row("nothing", 400, "not_json", body: ""),
    Row("a control character", 400, "not_json", body: "{\"id\": \"\u{0}\"}"),
    Row("no object", 400, "not_event", body: "[1]"),
    Row("another object", 400, "not_event", body: #"{"id": "cus_1", "object": "customer"}"#),
    Row("no id", 400, "not_event", body: #"{"object": "event", "type": "t", "created": 1, "data": {"object": {}}}"#),
    Row("no object in it", 400, "not_event", body: #"{"id": "e", "object": "event", "type": "t", "created": 1}"#),
    Row(
      "an id with blanks", 400, "not_event",
      body: #"{"id": "a b", "object": "event", "type": "t", "created": 1, "data": {"object": {}}}"#),
    Row(
      "a time beyond time", 400, "not_event",
      body: #"{"id": "e", "object": "event", "type": "t", "created": 99999999999999, "data": {"object": {}}}"#),
    Row("a body too long", 413, "too_large", body: CapturedEvent.text("evt_1", padding: 2 << 20)),
  ])
  func whatIsNoGoodIsRefusedAndCounted(_ row: Row) async throws {
    let receiver = try await ReceiverLab { options, _ in options.limits.bodyBytes = 1 << 20 }
    defer { receiver.service.stop() }
    let answer = try receiver.deliver(row.body, header: row.header?(receiver, row.body))
    #expect(answer.status == row.status)
    if row.status == 400 { #expect(answer.text.contains("\"reason\": \"\(row.reason)\"")) }
    #expect(try receiver.metric("rejected_total{reason=\"\(row.reason)\"}") == "1")
    #expect(try receiver.metric("stored_total") == "0")
    #expect(try EventLogReader(folder: receiver.lab.folder).ids().isEmpty)
    let told = receiver.log.filter { $0.contains("webhook_rejected") }
    #expect(told.count == 1 && told.allSatisfy { $0.contains("\"reason\":\"\(row.reason)\"") })
    #expect(!receiver.log.joined().contains("v1=") && !receiver.log.joined().contains("whsec"))
    #expect(try receiver.deliver(CapturedEvent.text("evt_good")).status == 200)
  }

  @Test func rubbishDoesNotFillTheLog() async throws {
    let receiver = try await ReceiverLab()
    defer { receiver.service.stop() }
    for _ in 0..<20 { _ = try receiver.deliver("{}", header: "t=1,v1=0") }
    #expect(receiver.log.count { $0.contains("webhook_rejected") } == 1)
    receiver.lab.advance(61)
    _ = try receiver.deliver("{}", header: "t=1,v1=0")
    #expect(receiver.log.last { $0.contains("webhook_rejected") }?.contains("\"so_far\":21") == true)
  }

  @Test func anyOfSeveralSecretsWillDo() async throws {
    let receiver = try await ReceiverLab(secrets: ["whsec_new", ReceiverLab.secret])
    defer { receiver.service.stop() }
    for (number, secrets) in [["whsec_new"], [ReceiverLab.secret], ["whsec_x", ReceiverLab.secret]].enumerated() {
      let body = CapturedEvent.text("evt_\(number)")
      #expect(try receiver.deliver(body, header: receiver.header(body, secrets: secrets)).status == 200)
    }
    #expect(try receiver.metric("stored_total") == "3")
  }

  @Test func withoutACheckAnybodyIsBelieved() async throws {
    let receiver = try await ReceiverLab(secrets: nil)
    defer { receiver.service.stop() }
    #expect(try receiver.deliver(CapturedEvent.text("evt_1"), header: "").status == 200)
  }

  @Test func unknownTypesAndThinEventsAreStored() async throws {
    let receiver = try await ReceiverLab()
    let thin = #"{"id": "evt_t", "object": "v2.core.event", "type": "v2.core.account.updated", "livemode": false}"#
    for body in [
      CapturedEvent.text("evt_1", type: "invoice.paid"), CapturedEvent.text("evt_2", type: "new.thing"), thin,
    ] {
      #expect(try receiver.deliver(body).status == 200)
    }
    #expect(try receiver.deliver(CapturedEvent.text("evt_3", type: "new.thing")).status == 200)
    #expect(try receiver.metric("unknown_type_total") == "2")
    // It is told once.
    #expect(1 == receiver.log.count { $0.contains("webhook_type_unknown") && $0.contains("new.thing") })
    receiver.service.stop()
    #expect(try receiver.lab.idsInBronze() == ["evt_1", "evt_2", "evt_t", "evt_3"])
  }

  @Test func theOtherModeIsRefused() async throws {
    let receiver = try await ReceiverLab()
    defer { receiver.service.stop() }
    #expect(try receiver.deliver(CapturedEvent.text("evt_1", livemode: true)).status == 200)
    let answer = try receiver.deliver(CapturedEvent.text("evt_2", livemode: false))
    #expect(answer.status == 400)
    #expect(try receiver.metric("rejected_total{reason=\"other_mode\"}") == "1")
  }

  @Test func otherPathsAndMethods() async throws {
    let receiver = try await ReceiverLab()
    defer { receiver.service.stop() }
    #expect(try receiver.get("/health").status == 200)
    #expect(try receiver.get("/").status == 404)
    #expect(try receiver.get("/webhooks/stripe").status == 405)
    let base = "http://127.0.0.1:\(receiver.service.port)"
    #expect(try HTTPClient().send(.init("POST", base + "/webhooks/other", body: [1])).status == 404)
    let posted = try HTTPClient().send(.init("POST", base + "/metrics", body: [1]))
    #expect(posted.status == 405 && posted.header("Allow") == "GET")
  }

  @Test func metricsAreInThePrometheusForm() async throws {
    let receiver = try await ReceiverLab()
    defer { receiver.service.stop() }
    for id in ["evt_1", "evt_2", "evt_1"] { _ = try receiver.deliver(CapturedEvent.text(id)) }
    let text = try receiver.get("/metrics").text
    var types: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("# TYPE ") {
        types[words[2]] = words[3]
      } else if !line.hasPrefix("# HELP ") {
        let name = words[0].prefix { $0 != "{" }
        let family =
          types[name]
          ?? ["_bucket", "_sum", "_count"].lazy
          .compactMap { name.hasSuffix($0) ? types[name.dropLast($0.count)] : nil }.first
        #expect(family != nil, "\(line) has no type")
        #expect(words.count == 2 && Double(words[1]) != nil, "\(line)")
      }
    }
    #expect(try receiver.metric("received_total") == "3")
    #expect(try receiver.metric("duplicates_total") == "1")
    #expect(try receiver.metric("fsync_seconds_count") == "2")
    #expect(try receiver.metric("fsync_seconds_bucket{le=\"+Inf\"}") == "2")
    #expect(try receiver.metric("body_bytes_total") == String(CapturedEvent.text("evt_1").utf8.count * 3))
  }

  @Test func aDiskThatTakesNothingIsTold() async throws {
    let receiver = try await ReceiverLab()
    let (segments, aside) = (receiver.lab.segmentFolder, receiver.lab.place.url.appending(path: "aside"))
    #expect(try receiver.get("/ready").status == 200)
    try FileManager.default.moveItem(at: segments, to: aside)
    let answer = try receiver.deliver(CapturedEvent.text("evt_1"))
    #expect(answer.status == 503)
    let ready = try receiver.get("/ready")
    #expect(ready.status == 503 && ready.text.contains("not stored: "))
    #expect(try receiver.metric("rejected_total{reason=\"not_stored\"}") == "1")
    try FileManager.default.moveItem(at: aside, to: segments)
    // A balancer sends nothing before it says so.
    #expect(try receiver.get("/ready").status == 200)
    #expect(try receiver.deliver(CapturedEvent.text("evt_1")).status == 200)
    receiver.service.stop()
    #expect(try receiver.lab.idsInBronze() == ["evt_1"])
  }

  @Test func aLakeThatStaysAwayIsTold() async throws {
    let lab = try LogLab()
    try lab.put("lake", "a file where the folder should be")
    let receiver = try await ReceiverLab(lab) { _, log in log.segmentBytes = 1 }
    defer { receiver.service.stop() }
    #expect(try receiver.deliver(CapturedEvent.text("evt_1")).status == 200)
    try await Wait.until("shipping has failed") { try receiver.metric("segments_unshipped") == "1" }
    try await Wait.until("it is told") { receiver.log.contains { $0.contains("webhook_shipping_failed") } }
    #expect(try receiver.get("/ready").status == 200)
    lab.advance(15 * 60)
    #expect(try receiver.get("/ready").text.contains("not shipped since 2026-11-21T08:30:00.000Z"))
    #expect(try receiver.deliver(CapturedEvent.text("evt_2")).status == 200)
    try FileManager.default.removeItem(at: lab.lake.root)
    // Again and again: a look that began before may only now put off the next one.
    try await Wait.until("it is shipped") {
      lab.advance(120)
      return try receiver.get("/ready").status == 200
    }
  }

  @Test func aBusyPortLetsTheLogGo() async throws {
    let first = try await ReceiverLab()
    defer { first.service.stop() }
    let lab = try LogLab()
    let error = await #expect(throws: PlatformError.self) {
      _ = try await ReceiverLab(lab) { options, _ in options.port = first.service.port }
    }
    #expect(error?.status == .unavailable)
    let second = try await ReceiverLab(lab)
    second.service.stop()
  }
}
