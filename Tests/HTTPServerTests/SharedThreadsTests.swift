import Foundation
import HTTPClient
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// What holds only where a few threads serve all connections, and the handler replies later.
@Suite struct SharedThreadsTests {
  /// Replies that are owed.
  private final class Owed: Sendable {
    private let replies = Mutex<[HTTPServer.Reply]>([])
    func add(_ reply: @escaping HTTPServer.Reply) { replies.withLock { $0.append(reply) } }
    var count: Int { replies.withLock { $0.count } }
    func take() -> [HTTPServer.Reply] {
      replies.withLock { all in
        defer { all = [] }
        return all
      }
    }
  }

  private static let yes = HTTPResponse(body: .bytes(Array("here\n".utf8)))

  private func ask(_ server: HTTPServer, _ path: String = "/") throws -> RawConnection {
    let connection = try RawConnection(port: server.port)
    try connection.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
    return connection
  }

  /// One thread: were it to wait for a reply, the second request would never be read.
  @Test func manyWaitForOneReply() async throws {
    let owed = Owed()
    let server = try HTTPServer(port: 0, sharedThreads: 1) { _, reply in owed.add(reply) }
    defer { server.stop() }
    let connections = try (0..<200).map { _ in try ask(server) }
    try await Wait.until("all are read") { owed.count == 200 }
    for reply in owed.take() { reply(Self.yes) }
    for connection in connections { #expect(try connection.receive(until: "here\n").hasPrefix("HTTP/1.1 200")) }
    // Each is still good for a further request.
    for connection in connections { try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
    try await Wait.until("all are read again") { owed.count == 200 }
    for reply in owed.take() { reply(Self.yes) }
    for connection in connections { #expect(try connection.receive(until: "here\n").hasPrefix("HTTP/1.1 200")) }
  }

  /// Further ones are answered as soon as one of the others has ended.
  @Test func connectionsBeyondTheLimitWait() throws {
    var limits = HTTPServer.Limits()
    limits.connections = 4
    let server = try HTTPServer(port: 0, sharedThreads: 2, limits: limits) { _, reply in reply(Self.yes) }
    defer { server.stop() }
    var kept = try (0..<4).map { _ in
      let connection = try RawConnection(port: server.port)
      try connection.send("GET / HT")
      return connection
    }
    let further = try ask(server)
    #expect(further.isSilent(milliseconds: 200))
    kept.removeFirst()
    #expect(try further.receive(until: "here\n").hasPrefix("HTTP/1.1 200"))
  }

  @Test func theFirstReplyCounts() async throws {
    let owed = Owed()
    let server = try HTTPServer(port: 0, sharedThreads: 2) { request, reply in
      guard request.path == "/late" else {
        reply(HTTPResponse(status: 201, body: .bytes(Array("here\n".utf8))))
        return reply(HTTPResponse(status: 500))
      }
      owed.add(reply)
    }
    defer { server.stop() }
    #expect(try ask(server).receive(until: "here\n").hasPrefix("HTTP/1.1 201"))
    let late = try ask(server, "/late")
    try await Wait.until("it is read") { owed.count == 1 }
    let reply = try #require(owed.take().first)
    reply(Self.yes)
    reply(HTTPResponse(status: 500))
    #expect(try late.receive(until: "here\n").hasPrefix("HTTP/1.1 200"))
    reply(HTTPResponse(status: 500))
    #expect(try ask(server).receive(until: "here\n").hasPrefix("HTTP/1.1 201"))
  }

  /// Clients that are gone when their reply comes do nobody harm.
  @Test func whoIsGoneIsNotMissed() async throws {
    let owed = Owed()
    let server = try HTTPServer(port: 0, sharedThreads: 2) { request, reply in
      if request.path == "/late" { owed.add(reply) } else { reply(Self.yes) }
    }
    defer { server.stop() }
    for _ in 0..<50 { _ = try ask(server, "/late") }
    try await Wait.until("all are read") { owed.count == 50 }
    let replies = owed.take()
    DispatchQueue.concurrentPerform(iterations: 50) { replies[$0](Self.yes) }
    #expect(try ask(server).receive(until: "here\n").hasPrefix("HTTP/1.1 200"))
  }

  /// However long a disk takes: the one who asked is told, and only then is the port given up.
  @Test func stoppingWaitsForWhatIsOwed() async throws {
    let owed = Owed()
    var limits = HTTPServer.Limits()
    limits.stopSeconds = 0
    let server = try HTTPServer(port: 0, sharedThreads: 2, limits: limits) { _, reply in owed.add(reply) }
    let connection = try ask(server)
    try await Wait.until("it is read") { owed.count == 1 }
    let stopped = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      server.stop()
      stopped.signal()
    }
    // Once nobody is let in any more, `stop` is waiting for the one reply; a second look, for one may just be slow.
    try await Wait.until("the server is stopping") {
      (0..<2).allSatisfy { _ in (try? RawConnection(port: server.port).isServed()) != true }
    }
    #expect(stopped.wait(timeout: .now()) == .timedOut)
    for reply in owed.take() { reply(Self.yes) }
    #expect(stopped.wait(timeout: .now() + 60) == .success)
    #expect(try connection.receive(until: "here\n").hasPrefix("HTTP/1.1 200"))
  }

  /// Requests keep coming on connections that are there while the server stops: none is left waiting in it.
  @Test func stoppingAmidRequestsEnds() throws {
    let answered = Atomic<Int>(0)
    for _ in 0..<40 {
      let server = try HTTPServer(port: 0, sharedThreads: 2) { _, reply in
        DispatchQueue.global().async { reply(Self.yes) }
      }
      let begun = DispatchSemaphore(value: 0)
      let group = DispatchGroup()
      for _ in 0..<8 {
        group.enter()
        Thread.detachNewThread {
          let connections = (0..<20).compactMap { _ in try? RawConnection(port: server.port) }
          begun.signal()
          for connection in connections { try? connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
          for connection in connections where (try? connection.receive(until: "here\n")) != nil {
            answered.add(1, ordering: .relaxed)
          }
          group.leave()
        }
      }
      for _ in 0..<8 { begun.wait() }
      server.stop()
      group.wait()
    }
    #expect(answered.load(ordering: .relaxed) > 0)
  }
}
