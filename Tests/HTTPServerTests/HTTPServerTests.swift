import Foundation
import HTTPClient
import PlatformCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct HTTPServerTests {
  /// Answers with what was received, a line each.
  private static let echo: @Sendable (HTTPRequest) -> HTTPResponse = { request in
    let lines = [request.method, request.path, request.query, request.header("X-Probe") ?? "-"]
    return HTTPResponse(body: .pieces([Array(lines.joined(separator: "\n").utf8), [10], [], request.body]))
  }

  /// A server of either kind: with no number each connection has a thread, else so many threads serve all, and are
  /// answered from elsewhere.
  static func server(
    _ threads: Int?, limits: HTTPServer.Limits = HTTPServer.Limits(),
    onRefusal: @escaping @Sendable (HTTPServer.Refusal) -> Void = { _ in },
    handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) throws -> HTTPServer {
    guard let threads else { return try HTTPServer(port: 0, limits: limits, onRefusal: onRefusal, handler: handler) }
    return try HTTPServer(port: 0, sharedThreads: threads, limits: limits, onRefusal: onRefusal) { request, reply in
      DispatchQueue.global().async { reply(handler(request)) }
    }
  }

  private func url(_ server: HTTPServer, _ target: String = "/") -> String { "http://\(server.address)\(target)" }

  @Test(arguments: [nil, 1, 2]) func requestsArriveAsTheyWereSent(_ threads: Int?) throws {
    let server = try Self.server(threads, handler: Self.echo)
    defer { server.stop() }
    let client = HTTPClient()
    let target = "/v1/a%2Fb%20c?expand[]=x&q=%41+b%%zz?d"
    let answer = try client.send(.init("GET", url(server, target), headers: [("x-PROBE", "Grüße")]))
    #expect(answer.status == 200)
    #expect(answer.header("Date") != nil)
    #expect(
      String(decoding: answer.body, as: UTF8.self) == "GET\n/v1/a%2Fb%20c\nexpand[]=x&q=%41+b%%zz?d\nGrüße\n")
  }

  @Test(arguments: [nil, 1, 2]) func bodiesAreBytes(_ threads: Int?) throws {
    let server = try Self.server(threads, handler: Self.echo)
    defer { server.stop() }
    let client = HTTPClient()
    for size in [0, 1, 70_000, 3_000_000] {
      let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let answer = try client.send(.init("POST", url(server, "/b"), body: body))
      #expect(answer.body == Array("POST\n/b\n\n-\n".utf8) + body)
    }
    let deleted = try client.send(.init("DELETE", url(server, "/b"), body: [1, 2]))
    #expect(deleted.body == Array("DELETE\n/b\n\n-\n".utf8) + [1, 2])
  }

  @Test(arguments: [nil, 1, 2]) func manyPiecesArriveInOrder(_ threads: Int?) throws {
    let pieces = (0..<3_000).map { Array("piece \($0),".utf8) }
    let server = try Self.server(threads) { _ in HTTPResponse(status: 418, body: .pieces(pieces)) }
    defer { server.stop() }
    let answer = try HTTPClient().send(.init("GET", url(server)))
    #expect(answer.status == 418)
    #expect(answer.body == Array(pieces.joined()))
    #expect(answer.header("content-length") == String(answer.body.count))
  }

  @Test(arguments: [nil, 1, 2]) func longBodiesAreRefused(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    limits.bodyBytes = 1_000
    let server = try Self.server(threads, limits: limits, handler: Self.echo)
    defer { server.stop() }
    for size in [1_001, 4_000, 4_001, 2_000_000] {
      let answer = try? HTTPClient().send(.init("POST", url(server), body: [UInt8](repeating: 65, count: size)))
      // A client that still writes when the connection closes may miss the answer, but it is never served.
      #expect(answer?.status == 413 || (answer == nil && size > 4_000), "\(size) bytes")
    }
    #expect(try HTTPClient().send(.init("POST", url(server), body: [65])).status == 200)
  }

  @Test(arguments: [nil, 1, 2]) func headIsGetWithoutABody(_ threads: Int?) throws {
    let server = try Self.server(threads, handler: Self.echo)
    defer { server.stop() }
    let (got, headed) = (
      try HTTPClient().send(.init("GET", url(server))), try HTTPClient().send(.init("HEAD", url(server)))
    )
    #expect(headed.status == got.status && headed.body == [])
    #expect(headed.header("Content-Length") == String(got.body.count))
  }

  @Test(arguments: [nil, 1, 2]) func connectionsAreKept(_ threads: Int?) throws {
    let server = try Self.server(threads, handler: Self.echo)
    defer { server.stop() }
    let socket = try RawConnection(port: server.port)
    for _ in 0..<3 {
      try socket.send("GET /again HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try socket.receive(until: "GET\n/again\n\n-\n").hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test(arguments: [nil, 1, 2]) func faultsCutTheConnection(_ threads: Int?) throws {
    let server = try Self.server(threads) { request in
      HTTPResponse(
        body: .pieces([[UInt8](repeating: 65, count: 50_000), [UInt8](repeating: 66, count: 50_000)]),
        fault: request.path == "/before" ? .cutBefore : .cutDuring)
    }
    defer { server.stop() }
    #expect { try HTTPClient().send(.init("GET", url(server, "/before"))) } throws: {
      ($0 as? HTTPClient.Failure)?.kind == .cut
    }
    #expect { try HTTPClient().send(.init("GET", url(server, "/during"))) } throws: {
      ($0 as? HTTPClient.Failure)?.kind == .cut
    }
    let before = try RawConnection(port: server.port)
    try before.send("GET /before HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try before.receiveAll().isEmpty)
    let during = try RawConnection(port: server.port)
    try during.send("GET /during HTTP/1.1\r\nHost: x\r\n\r\n")
    let all = try during.receiveAll()
    #expect(all.contains("Content-Length: 100000"))
    #expect(all.split(separator: "\r\n\r\n").last?.count == 50_000)
  }

  @Test func aBusyPortNamesItsOwner() throws {
    let server = try HTTPServer(port: 0, handler: Self.echo)
    defer { server.stop() }
    do {
      let second = try HTTPServer(port: server.port, handler: Self.echo)
      second.stop()
      Issue.record("two servers on one port")
    } catch {
      #expect(error.status == .unavailable)
      #expect(error.message.contains("127.0.0.1:\(server.port)"))
      #if os(Linux)
        #expect(error.message.contains("process \(getpid())"))
      #endif
      #expect(error.nextStep != nil)
    }
  }

  @Test func aWrongHostIsNamed() {
    #expect { try HTTPServer(host: "no.such.host.invalid", port: 0, handler: Self.echo) } throws: { error in
      (error as? PlatformError)?.context.first?.value == "no.such.host.invalid:0"
    }
  }

  @Test(arguments: [nil, 1, 2]) func stoppingLetsRunningRequestsEnd(_ threads: Int?) throws {
    let (begun, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let server = try Self.server(threads) { _ in
      begun.signal()
      goOn.wait()
      return HTTPResponse(body: .bytes(Array("whole".utf8)))
    }
    let address = url(server)
    let answer = Mutex<[UInt8]?>(nil)
    let (asked, stopped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      let body = try? HTTPClient().send(.init("GET", address)).body
      answer.withLock { $0 = body }
      asked.signal()
    }
    begun.wait()
    Thread.detachNewThread {
      server.stop()
      stopped.signal()
    }
    // Once nobody is let in any more, `stop` is waiting for the one request.
    let deadline = Date(timeIntervalSinceNow: 10)
    while (try? RawConnection(port: server.port).isServed()) == true, Date() < deadline {}
    #expect(stopped.wait(timeout: .now()) == .timedOut)
    goOn.signal()
    #expect(asked.wait(timeout: .now() + 60) == .success)
    #expect(stopped.wait(timeout: .now() + 60) == .success)
    #expect(answer.withLock { $0 } == Array("whole".utf8))
    #expect(throws: HTTPClient.Failure.self) { try HTTPClient().send(.init("GET", address)) }
  }

  @Test(arguments: [nil, 1, 2]) func aSlowHandlerIsNotAnIdleConnection(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    limits.idleSeconds = 1
    let never = DispatchSemaphore(value: 0)
    let server = try Self.server(threads, limits: limits) { _ in
      _ = never.wait(timeout: .now() + 2.2)
      return HTTPResponse(body: .bytes(Array("late".utf8)))
    }
    defer { server.stop() }
    #expect(try HTTPClient().send(.init("GET", url(server))).body == Array("late".utf8))
    // An idle one is closed.
    let idle = try RawConnection(port: server.port)
    #expect(try idle.receiveAll().isEmpty)
  }

  /// A byte now and then keeps a connection from being idle, but not open.
  @Test(
    arguments: [
      "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nX-A: b", "POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n",
    ], [nil, 2])
  func aSlowRequestIsCutOff(_ begin: String, threads: Int?) throws {
    var limits = HTTPServer.Limits()
    limits.requestSeconds = 1
    let refusals = Mutex<[HTTPServer.Refusal]>([])
    let server = try Self.server(
      threads, limits: limits, onRefusal: { refusal in refusals.withLock { $0.append(refusal) } }, handler: Self.echo)
    defer { server.stop() }
    let begun = ContinuousClock.now
    let slow = try RawConnection(port: server.port)
    try slow.send(begin)
    while (try? slow.send("a")) != nil, .now - begun < .seconds(60) { usleep(20_000) }
    #expect(.now - begun >= .seconds(1) && .now - begun < .seconds(60))
    #expect(refusals.withLock { $0 } == [.tooSlow])
    #expect(try HTTPClient().send(.init("POST", url(server), body: [65])).status == 200)
  }

  /// Bodies that are held while they arrive share a room; short ones need none.
  @Test(arguments: [nil, 1, 2]) func longBodiesAreHeldWithinTheirRoom(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    (limits.bodyBytes, limits.heldBytes) = (1 << 20, 1 << 20)
    let refusals = Mutex<[HTTPServer.Refusal]>([])
    let server = try Self.server(
      threads, limits: limits, onRefusal: { refusal in refusals.withLock { $0.append(refusal) } }
    ) { _ in HTTPResponse(body: .bytes(Array("here\n".utf8))) }
    defer { server.stop() }
    let head = Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\n\r\n".utf8)
    let body = [UInt8](repeating: 65, count: 800_000)
    let (first, second) = (try RawConnection(port: server.port), try RawConnection(port: server.port))
    try first.send(head + body.dropLast())
    // What was sent may lie in the system's buffers: the first one holds its room once the server has read it.
    func awaitHeld(_ bytes: Int) {
      let deadline = Date(timeIntervalSinceNow: 60)
      while server.heldBytes != bytes, Date() < deadline { usleep(1_000) }
      #expect(server.heldBytes == bytes)
    }
    awaitHeld(body.count - 1 - (64 << 10))
    try second.send(head + body)
    #expect(try second.receive(until: "\n").hasPrefix("HTTP/1.1 503"))
    #expect(refusals.withLock { $0 } == [.noRoom])
    #expect(try HTTPClient().send(.init("POST", url(server), body: Array(body.prefix(60_000)))).status == 200)
    try first.send([65])
    #expect(try first.receive(until: "\n").hasPrefix("HTTP/1.1 200"))
    awaitHeld(0)
    #expect(try HTTPClient().send(.init("POST", url(server), body: body)).status == 200)
  }

  /// Who asks now and then, for ever, does not keep others out.
  @Test(arguments: [nil, 1, 2]) func connectionsAreNotKeptWhileTheyAreScarce(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    (limits.requestSeconds, limits.connections) = (20, 8)
    let server = try Self.server(threads, limits: limits) { _ in HTTPResponse(body: .bytes(Array("here".utf8))) }
    defer { server.stop() }
    var greedy: [RawConnection] = []
    for number in 1...7 {
      let connection = try RawConnection(port: server.port)
      try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try connection.receive(until: "here").contains("Connection: close") == (number > 6))
      greedy.append(connection)
    }
    for connection in greedy.prefix(6) {
      try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try connection.receive(until: "here")
    }
    #expect(try HTTPClient().send(.init("GET", url(server))).status == 200)
  }

  /// The time of a request is not that of its answer, nor of the connection.
  @Test(arguments: [nil, 1, 2]) func aSlowAnswerIsNoSlowRequest(_ threads: Int?) throws {
    var limits = HTTPServer.Limits()
    (limits.requestSeconds, limits.idleSeconds) = (1, 5)
    let never = DispatchSemaphore(value: 0)
    let server = try Self.server(threads, limits: limits) { request in
      if request.path == "/slow" { _ = never.wait(timeout: .now() + 2) }
      return HTTPResponse(body: .bytes(Array("late".utf8)))
    }
    defer { server.stop() }
    let connection = try RawConnection(port: server.port)
    for path in ["/slow", "/", "/slow"] {
      try connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try connection.receive(until: "late").hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test(arguments: [nil, 1, 2]) func manyClientsAreServedSideBySide(_ threads: Int?) throws {
    let server = try Self.server(threads, handler: Self.echo)
    defer { server.stop() }
    let address = url(server, "/many")
    let good = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      let client = HTTPClient()
      for _ in 0..<50 {
        if (try? client.send(.init("POST", address, body: [7])))?.body == Array("POST\n/many\n\n-\n".utf8) + [7] {
          good.add(1, ordering: .relaxed)
        }
      }
    }
    #expect(good.load(ordering: .relaxed) == 800)
  }
}
