import Digest
import Foundation
import HTTPClient
import HTTPServer
import PlatformCore
import Synchronization
import TestSupport
import Testing

@testable import Webhooks

/// Slow, rude and made-up deliveries: none crashes the receiver, is stored, or holds up others.
@Suite struct HostileClientTests {
  /// While connections drip until hardly one is left, good deliveries are served; the slow ones are closed.
  @Test func slowClientsHoldNobodyUp() async throws {
    let receiver = try await ReceiverLab { options, _ in
      (options.limits.requestSeconds, options.limits.connections) = (2, 202)
    }
    let slow = try (0..<200).map { number in
      let connection = try RawConnection(port: receiver.service.port)
      let parts = [
        "P", "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
      ]
      try connection.send(parts[number % parts.count])
      return connection
    }
    for number in 0..<20 {
      #expect(try receiver.deliver(CapturedEvent.text("evt_\(number)")).status == 200)
      for connection in slow { try? connection.send("a") }
    }
    try await Wait.until("all slow ones are cut off") {
      for connection in slow { try? connection.send("a") }
      return Int(try receiver.metric("rejected_total{reason=\"too_slow\"}") ?? "") ?? 0 >= 200
    }
    receiver.service.stop()
    #expect(try receiver.lab.idsInBronze().count == 20)
  }

  @Test func headsAndBodiesWithoutEndAreRefused() async throws {
    let receiver = try await ReceiverLab { options, _ in options.limits.bodyBytes = 100_000 }
    defer { receiver.service.stop() }
    let block = String(repeating: "a", count: 10_000)
    // What never ends is cut off without a word.
    let begins: [(text: String, status: String)] = [
      ("POST /webhooks/stripe?\(block)", "414"),
      ("POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nX-Long: ", "431"),
      ("POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", ""),
      ("POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "413"),
      ("POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"),
      ("\0\0\0\0\r\n\r\n", "414"), ("\r\n\r\n\r\n", "414"),
    ]
    for (number, begin) in begins.enumerated() {
      let connection = try RawConnection(port: receiver.service.port)
      try? connection.send(begin.text)
      // Until nothing is taken any more, and no longer than a body of the limit four times over.
      for _ in 0..<80 where (try? connection.send(number == 2 ? "2710\r\n\(block)\r\n" : block)) == nil { break }
      let answer = (try? connection.receiveAll()) ?? ""
      #expect(answer.dropFirst(9).prefix(3) == begin.status, "\(begin.text.prefix(60)): \(answer.prefix(60))")
      #expect(try receiver.deliver(CapturedEvent.text("evt_\(number)")).status == 200)
    }
  }

  /// Whatever is done to a signed delivery, only the very bytes that were signed are stored.
  @Test(arguments: [1, 20_261_122, 0xdead_beef]) func madeUpDeliveriesAreNotBelieved(_ seed: UInt64) async throws {
    let lab = try LogLab()
    let context = RunContext(runID: "run-1", command: "webhooks serve", log: .silent, clock: lab.clock)
    let log = try EventLog(lab.options, await EventLog.lock(lab.folder, for: context), context: context)
    let receiver = WebhookReceiver(
      log: log, check: SignatureCheck(secrets: [ReceiverLab.secret]), metrics: WebhookMetrics(), context: context)
    var random = SeededRandom(seed: seed)
    let now = Int64(LogLab.moment.timeIntervalSince1970)
    for round in 0..<3_000 {
      let body = Array(CapturedEvent.text("evt_\(seed)_\(round)").utf8)
      let header = Array(StripeSignature.header(body: body, secrets: [ReceiverLab.secret], timestamp: now).utf8)
      var (sentBody, sentHeader) = (body, header)
      if round % 3 != 1 { Self.damage(&sentBody, &random) }
      if round % 3 != 0 { Self.damage(&sentHeader, &random) }
      let text = String(decoding: sentHeader, as: UTF8.self)
      let answer = receiver.answer(
        HTTPRequest(method: "POST", path: "/webhooks/stripe", headers: [("stripe-signature", text)], body: sentBody))
      // A damaged header may still hold the signature; a damaged body never has one.
      if sentBody != body { #expect(answer.status == 400, "\(text)") }
      if sentBody == body, sentHeader == header { #expect(answer.status == 200) }
      #expect([200, 400].contains(answer.status))
    }
    log.close()
    let stored = try lab.idsInBronze()
    #expect(Set(stored).count == stored.count)
  }

  /// Signed rubbish, as from a broken proxy that signs: it is refused or stored, and read back as it came.
  @Test(arguments: [7, 4_711]) func signedRubbishIsRefused(_ seed: UInt64) async throws {
    let lab = try LogLab()
    let context = RunContext(runID: "run-1", command: "webhooks serve", log: .silent, clock: lab.clock)
    let log = try EventLog(lab.options, await EventLog.lock(lab.folder, for: context), context: context)
    let receiver = WebhookReceiver(log: log, check: nil, metrics: WebhookMetrics(), context: context)
    var random = SeededRandom(seed: seed)
    var accepted = 0
    for round in 0..<3_000 {
      var body = Array(CapturedEvent.text("evt_\(round)").utf8)
      Self.damage(&body, &random)
      let answer = receiver.answer(HTTPRequest(method: "POST", path: "/webhooks/stripe", body: body))
      #expect([200, 400].contains(answer.status))
      if answer.status == 200, !String(decoding: answerBytes(answer), as: UTF8.self).contains("duplicate") {
        accepted += 1
      }
    }
    let lines = try log.reader.read(after: nil, limit: .max)
    #expect(lines.count == accepted && accepted > 0)
    #expect(lines.allSatisfy { !LogLab.id($0.bytes).hasPrefix("no line") })
    log.close()
  }

  private func answerBytes(_ answer: HTTPResponse) -> [UInt8] { answer.body.joined }

  /// Changes some bytes, cuts, doubles, or puts in what parsers stumble over.
  private static func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let before = bytes
    let pieces: [[UInt8]] = [
      Array("\"".utf8), Array("{".utf8), Array("}".utf8), Array("\\u0000".utf8), [0], [0xff, 0xfe], Array("\n".utf8),
      Array(",v1=".utf8), Array("t=".utf8), Array(repeating: UInt8(ascii: "["), count: 300), Array("1e999".utf8),
    ]
    repeat {
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes.removeLast(min(bytes.count - 1, Int.random(in: 0...20, using: &random)))
        default: bytes += bytes[place...].prefix(30)
        }
      }
    } while bytes == before
  }
}
