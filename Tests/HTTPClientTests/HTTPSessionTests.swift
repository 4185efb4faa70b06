import Foundation
import HTTPServer
import PlatformCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

@Suite("HTTP session") struct HTTPSessionTests {
  private func failure(
    _ url: String, _ options: HTTPSession.Options = .init(), timeout: Duration = .seconds(30)
  ) async throws -> HTTPClient.Failure {
    let session = HTTPSession(options)
    defer { session.close() }
    let error = await #expect(throws: HTTPClient.Failure.self) {
      try await session.send(.init("GET", url, timeout: timeout))
    }
    return try #require(error)
  }

  @Test("many requests run side by side, no more than there are connections, and each gets its own answer")
  func many() async throws {
    let now = Atomic(0)
    let most = Atomic(0)
    let server = try HTTPServer(port: 0) { request in
      let count = now.add(1, ordering: .relaxed).newValue
      most.max(count, ordering: .relaxed)
      usleep(1_000)
      now.subtract(1, ordering: .relaxed)
      return HTTPResponse(body: .bytes(Array(request.query.utf8) + request.body))
    }
    defer { server.stop() }
    var options = HTTPSession.Options()
    options.connections = 4
    let session = HTTPSession(options)
    defer { session.close() }
    let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          let body = [UInt8](repeating: UInt8(number), count: number * 100)
          let answer = try await session.send(.init("POST", "http://\(server.address)/?\(number)", body: body))
          return answer.status == 200 && answer.body == Array(String(number).utf8) + body
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 200 && answers.allSatisfy { $0 })
    let seen = most.load(ordering: .relaxed)
    #expect((2...4).contains(seen))
  }

  @Test("a compressed answer is unpacked, up to the limit")
  func compressed() async throws {
    // 100,000 zeros through gzip -9.
    let packed = try #require(
      Data(
        base64Encoded: """
          H4sIAAAAAAACA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA32VEdSghgEA
          """))
    let server = try HTTPServer(port: 0) { request in
      guard request.header("Accept-Encoding")?.contains("gzip") == true else { return HTTPResponse(status: 406) }
      return HTTPResponse(headers: [("Content-Encoding", "gzip")], body: .bytes(Array(packed)))
    }
    defer { server.stop() }
    let session = HTTPSession()
    defer { session.close() }
    let answer = try await session.send(.init("GET", "http://\(server.address)/"))
    #expect(answer.body == [UInt8](repeating: 0, count: 100_000))
    #expect(answer.bytesReceived == packed.count)
    #expect(answer.date != nil)
    var small = HTTPSession.Options()
    small.bodyLimitBytes = 99_999
    #expect(try await failure("http://\(server.address)/", small).kind == .tooLarge)
  }

  @Test("failures are told apart")
  func failures() async throws {
    var direct = HTTPSession.Options()
    direct.proxy = ""
    #expect(try await failure("http://nobody.invalid/", direct).kind == .name)
    let free = try FreePort.find()
    #expect(try await failure("http://127.0.0.1:\(free)/").kind == .connect)
    #expect(try await failure("file:///etc/hosts").kind == .url)
    let silent = try SilentListener()
    #expect(try await failure("http://127.0.0.1:\(silent.port)/", timeout: .milliseconds(100)).kind == .timeout)
    withExtendedLifetime(silent) {}
    let cutting = try HTTPServer(port: 0) { request in
      HTTPResponse(
        body: .bytes(Array("a long enough answer".utf8)), fault: request.path == "/a" ? .cutBefore : .cutDuring)
    }
    defer { cutting.stop() }
    #expect(try await failure("http://\(cutting.address)/a").kind == .cut)
    #expect(try await failure("http://\(cutting.address)/b").kind == .cut)
    // TLS spoken to a server that has none.
    #expect(try await failure("https://\(cutting.address)/").kind == .tls)
  }

  @Test("a certificate that nobody vouches for is refused, one that is trusted accepted, for its own name only")
  func certificates() async throws {
    try await TLSServer.with { (server) async throws -> Void in
      #expect(try await failure(server.url).kind == .certificate)
      var options = HTTPSession.Options()
      options.authorityFile = server.certificateFile
      let session = HTTPSession(options)
      defer { session.close() }
      #expect(try await session.send(.init("GET", server.url + "/")).status == 200)
      let other = server.url.replacing("localhost", with: "127.0.0.1")
      #expect(try await failure(other, options).kind == .certificate)
    }
  }

  @Test("a server that offers HTTP/2 over TLS is spoken to so; one that does not, and one without TLS, by 1.1")
  func versions() async throws {
    try await TLSServer.with(http2: true, files: ["index.html": "hello"]) { (server) async throws -> Void in
      var options = HTTPSession.Options()
      options.authorityFile = server.certificateFile
      let session = HTTPSession(options)
      defer { session.close() }
      let versions = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<20 {
          group.addTask {
            let answer = try await session.send(.init("GET", server.url + "/index.html"))
            return answer.body == Array("hello".utf8) ? answer.version : "another answer"
          }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(versions == ["2"])
    }
    try await TLSServer.with { (server) async throws -> Void in
      var options = HTTPSession.Options()
      options.authorityFile = server.certificateFile
      let session = HTTPSession(options)
      defer { session.close() }
      #expect(try await session.send(.init("GET", server.url + "/")).version == "1.0")  // openssl's own server
    }
    let plain = try HTTPServer(port: 0) { _ in HTTPResponse() }
    defer { plain.stop() }
    let session = HTTPSession()
    defer { session.close() }
    #expect(try await session.send(.init("GET", "http://\(plain.address)/")).version == "1.1")
  }

  @Test("what libcurl sends again by itself, as a kept connection was closed, is counted")
  func resent() async throws {
    let server = try HTTPServer(port: 0) { request in
      HTTPResponse(body: .bytes([1]), fault: request.path == "/cut" ? .cutBefore : nil)
    }
    defer { server.stop() }
    let session = HTTPSession()
    defer { session.close() }
    #expect(try await session.send(.init("GET", "http://\(server.address)/")).resent == 0)
    let error = await #expect(throws: HTTPClient.Failure.self) {
      try await session.send(.init("GET", "http://\(server.address)/cut"))
    }
    #expect(error?.kind == .cut && error?.resent == 1)
  }

  @Test("cancelling a task ends its transfer and no other", .timeLimit(.minutes(5)))
  func cancellation() async throws {
    let silent = try SilentListener()
    let server = try HTTPServer(port: 0) { _ in HTTPResponse() }
    defer { server.stop() }
    let session = HTTPSession()
    defer { session.close() }
    let url = "http://127.0.0.1:\(silent.port)/"
    let task = Task { try await session.send(.init("GET", url, timeout: .seconds(600))) }
    #expect(try await session.send(.init("GET", "http://\(server.address)/")).status == 200)
    task.cancel()
    let error = await #expect(throws: HTTPClient.Failure.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(try await session.send(.init("GET", "http://\(server.address)/")).status == 200)
    withExtendedLifetime(silent) {}
  }

  @Test("a closed session ends what is under way and takes nothing more", .timeLimit(.minutes(5)))
  func close() async throws {
    let silent = try SilentListener()
    let session = HTTPSession()
    let url = "http://127.0.0.1:\(silent.port)/"
    let task = Task { try await session.send(.init("GET", url, timeout: .seconds(600))) }
    await Task.yield()
    session.close()
    for attempt in [{ try await task.value }, { try await session.send(.init("GET", url)) }] {
      let error = await #expect(throws: HTTPClient.Failure.self) { try await attempt() }
      #expect(error?.kind == .cancelled)
    }
    withExtendedLifetime(silent) {}
  }

  @Test("what a server asks for is read as seconds and as a date")
  func retryAfter() {
    func asked(_ value: String) -> Duration? {
      let headers = [("date", "Sat, 21 Nov 2026 14:00:00 GMT"), ("retry-after", value)]
      return HTTPClient.Response(status: 429, headers: headers.map { ($0.0, $0.1) }, body: [], bytesReceived: 0)
        .retryAfter
    }
    #expect(asked("7") == .seconds(7))
    #expect(asked("Sat, 21 Nov 2026 14:01:30 GMT") == .seconds(90))
    for nothing in ["0", "-3", "soon", "Sat, 21 Nov 2026 13:00:00 GMT", ""] { #expect(asked(nothing) == nil) }
  }
}
