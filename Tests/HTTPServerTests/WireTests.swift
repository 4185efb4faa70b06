import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// What clients put on the wire that no client of ours does.
@Suite struct WireTests {
  /// Answers a request that is the last of its connection; what comes until that is closed.
  private static func ask(_ server: HTTPServer, _ text: String) throws -> String {
    let connection = try RawConnection(port: server.port)
    try connection.send(text)
    return try connection.receiveAll()
  }

  /// More than the buffers of both ends hold, read by nobody.
  @Test(arguments: [nil, 2]) func anAnswerThatIsNotReadIsGivenUp(_ threads: Int?) async throws {
    var limits = HTTPServer.Limits()
    (limits.requestSeconds, limits.idleSeconds) = (1, 3_600)
    let refusals = Mutex<[HTTPServer.Refusal]>([])
    let long = [UInt8](repeating: 65, count: 32 << 20)
    let server = try HTTPServerTests.server(
      threads, limits: limits, onRefusal: { refusal in refusals.withLock { $0.append(refusal) } }
    ) { HTTPResponse(body: .bytes($0.path == "/long" ? long : Array("here".utf8))) }
    defer { server.stop() }
    let slow = try RawConnection(port: server.port)
    try slow.send("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try await Wait.until("it is cut off") { (try? slow.send("x")) == nil }
    // It was answered: nobody refused it.
    #expect(refusals.withLock { $0 } == [])
    #expect(try Self.ask(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").hasSuffix("here"))
  }

  /// Its request line does not give it more.
  @Test(arguments: [nil, 2]) func aFirstRequestHasItsTimeFromTheStart(_ threads: Int?) async throws {
    var limits = HTTPServer.Limits()
    limits.requestSeconds = 10
    let cuts = Mutex<[ContinuousClock.Instant]>([])
    let server = try HTTPServerTests.server(
      threads, limits: limits, onRefusal: { _ in cuts.withLock { $0.append(.now) } }
    ) { _ in HTTPResponse() }
    defer { server.stop() }
    let begun = ContinuousClock.now
    let slow = try RawConnection(port: server.port)
    // It takes its time; who comes later, and before its request line, has as much from then on.
    usleep(5_000_000)
    let laterHasUntil = ContinuousClock.now + .seconds(10)
    let later = try RawConnection(port: server.port)
    try slow.send("POST / HTTP/1.1\r\nX-A: ")
    try later.send("P")
    try await Wait.until("both are cut off") { cuts.withLock { $0.count } == 2 }
    let first = try #require(cuts.withLock { $0.first })
    #expect(first >= begun + .seconds(10) && first < laterHasUntil)
  }

  /// Whatever the handler has seen is answered, and a head below the limit is seen.
  @Test(arguments: [nil, 2]) func headsUpToTheLimitAreAnswered(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    limits.headBytes = 16 << 10
    let seen = Atomic<Int>(0)
    let server = try HTTPServerTests.server(threads, limits: limits) { _ in
      seen.add(1, ordering: .relaxed)
      return HTTPResponse(body: .bytes(Array("here".utf8)))
    }
    defer { server.stop() }
    var answered = 0
    var unanswered: [Int] = []
    func send(_ fields: String) throws -> String {
      let text = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(fields)Content-Length: 1\r\n\r\na"
      // An answer behind which bytes were left unread may be lost.
      let answer = (try? Self.ask(server, text)) ?? ""
      if answer.hasPrefix("HTTP/1.1 200") { answered += 1 }
      if answered + unanswered.count != seen.load(ordering: .relaxed) { unanswered.append(fields.utf8.count) }
      return String(answer.dropFirst(9).prefix(3))
    }
    for size in stride(from: 14_000, through: 24_000, by: 100) {
      let status = try send("X: \(String(repeating: "a", count: size))\r\n")
      if size <= 15_800 { #expect(status == "200", "\(size) bytes") }
      if size >= 16_384 { #expect(status != "200", "\(size) bytes") }
    }
    for count in stride(from: 20, through: 600, by: 10) {
      let status = try send((0..<count).map { "X\($0): a\r\n" }.joined())
      if count <= 150 { #expect(status == "200", "\(count) fields") }
    }
    #expect(unanswered == [] && answered > 30)
  }

  /// libmicrohttpd closes such a connection without a word, and does not say that its request is over.
  @Test(arguments: [nil, 2]) func queriesWithoutEndAreForgotten(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    (limits.headBytes, limits.requestSeconds, limits.stopSeconds) = (16 << 10, 20, 120)
    let server = try HTTPServerTests.server(threads, limits: limits) { _ in HTTPResponse() }
    let query = String(repeating: "&", count: 3_000)
    for _ in 0..<3 {
      #expect(try Self.ask(server, "GET /?\(query) HTTP/1.1\r\nHost: x\r\n\r\n") == "")
    }
    let begun = ContinuousClock.now
    server.stop()
    // Nothing is under way any more, or it would have waited for that.
    #expect(.now - begun < .seconds(120))
  }

  @Test(
    arguments: [
      ("http://x/a?b=c", "/a b=c"), ("HTTPS://user@x.example:8001/a/b%20", "/a/b%20 "), ("http://x", "/ "),
      ("http://[::1]:80?q", "/ q"), ("/http://x/a", "/http://x/a "), ("//x/a", "//x/a "), ("*", "* "),
      ("http:/a", "http:/a "),
    ])
  func wholeAddressesAreAsGoodAsPaths(_ target: String, _ expected: String) throws {
    let server = try HTTPServerTests.server(nil) { HTTPResponse(body: .bytes(Array("\($0.path) \($0.query)\n".utf8))) }
    defer { server.stop() }
    let answer = try Self.ask(server, "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(answer.hasSuffix("\r\n\r\n\(expected)\n"), "\(answer)")
  }

  /// RFC 9110, 5.5: blanks around a value are no part of it.
  @Test(arguments: [" a b ", "a b \t ", "a b", "\t a b\t"]) func blanksAreNoPartOfAValue(_ value: String) throws {
    let server = try HTTPServerTests.server(nil) {
      HTTPResponse(body: .bytes(Array("<\($0.header("X-Probe") ?? "-")>".utf8)))
    }
    defer { server.stop() }
    let answer = try Self.ask(server, "GET / HTTP/1.1\r\nX-Probe:\(value)\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(answer.hasSuffix("<a b>"), "\(answer)")
  }
}
