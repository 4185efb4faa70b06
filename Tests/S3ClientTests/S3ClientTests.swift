import Digest
import Foundation
import HTTPServer
import PlatformCore
import Synchronization
import TestSupport
import Testing

@testable import S3Client

/// The client against a server of the tests' own, which says what it is told to.
@Suite("S3 calls") struct S3CallTests {
  private static func client(_ server: HTTPServer, token: String? = nil) -> S3Client {
    var options = S3Options(
      region: "eu-north-1", endpoint: "http://\(server.address)", keyID: "K", secret: "S", sessionToken: token)
    options.retries = RetryPolicy(attempts: 3, firstWait: .milliseconds(1), longestWait: .milliseconds(2))
    return S3Client(bucket: "bucket", options)
  }

  private static func error(_ code: String) -> HTTPBody {
    .bytes(Array("<Error><Code>\(code)</Code><Message>so &amp; so</Message><RequestId>r1</RequestId></Error>".utf8))
  }

  @Test("every call is signed for its region, the token with it")
  func signed() throws {
    let seen = Mutex<[(String, String?, String?)]>([])
    let server = try HTTPServer(port: 0) { request in
      seen.withLock {
        $0.append((request.path, request.header("Authorization"), request.header("x-amz-security-token")))
      }
      return HTTPResponse(status: 200, headers: [("ETag", "\"t\"")], body: .bytes([]))
    }
    defer { server.stop() }
    try Self.client(server, token: "token").put(.bytes([1]), to: "a=1/b c")
    let (path, words, token) = try #require(seen.withLock { $0.first })
    #expect(path == "/bucket/a=1/b c" || path == "/bucket/a%3D1/b%20c")
    #expect(words?.hasPrefix("AWS4-HMAC-SHA256 Credential=K/") == true)
    #expect(words?.contains("/eu-north-1/s3/aws4_request") == true)
    #expect(words?.contains("x-amz-security-token") == true)
    #expect(token == "token")
  }

  @Test(
    "what may pass is tried again, and no longer than it is told",
    arguments: [
      (503, "SlowDown"), (500, "InternalError"), (429, ""), (404, ""), (400, "RequestTimeout"),
      (409, "ConditionalRequestConflict"),
    ])
  func retries(_ status: Int, _ code: String) throws {
    let calls = Mutex(0)
    let failures = Mutex(2)
    let server = try HTTPServer(port: 0) { _ in
      calls.withLock { $0 += 1 }
      let fails = failures.withLock { left in
        left -= 1
        return left >= 0
      }
      return fails ? HTTPResponse(status: status, body: Self.error(code)) : HTTPResponse(body: .bytes([7]))
    }
    defer { server.stop() }
    #expect(try Self.client(server).get("a")?.bytes == [7])
    #expect(calls.withLock { $0 } == 3)
    failures.withLock { $0 = 3 }
    let error = #expect(throws: PlatformError.self) { try Self.client(server).get("a") }
    #expect(calls.withLock { $0 } == 6)
    #expect(error?.status == .unavailable)
    #expect(error?.code == (code.isEmpty ? nil : code))
    #expect(error?.rendered.contains("s3://bucket/a") == true)
  }

  @Test(
    "what does not pass is not tried again; each has its kind and says what to do",
    arguments: [
      (403, "SignatureDoesNotMatch", PlatformCore.ExitStatus.permission, "AWS_SECRET_ACCESS_KEY"),
      (403, "InvalidAccessKeyId", .permission, "AWS_ACCESS_KEY_ID"),
      (403, "AccessDenied", .permission, "s3:ListBucket"), (400, "ExpiredToken", .permission, "AWS_SESSION_TOKEN"),
      (404, "NoSuchBucket", .configuration, "LAKE_URL"), (301, "PermanentRedirect", .configuration, "AWS_REGION"),
      (403, "RequestTimeTooSkewed", .configuration, "clock"),
      (501, "NotImplemented", .configuration, "conditional PUT"),
      (507, "QuotaExceeded", .output, "quota"),
    ])
  func final(_ status: Int, _ code: String, _ category: PlatformCore.ExitStatus, _ word: String) throws {
    let calls = Mutex(0)
    let server = try HTTPServer(port: 0) { _ in
      calls.withLock { $0 += 1 }
      return HTTPResponse(status: status, body: Self.error(code))
    }
    defer { server.stop() }
    let error = #expect(throws: PlatformError.self) { try Self.client(server).put(.bytes([]), to: "a") }
    #expect(error?.status == category)
    #expect(error?.code == code)
    #expect(error?.cause?.contains("so & so") == true)
    #expect(error?.nextStep?.contains(word) == true)
    #expect(error?.rendered.contains("request r1") == true)
    #expect(error?.rendered.contains("Signature=") == false)
    if status < 500 || status == 501 { #expect(calls.withLock { $0 } == 1) }
  }

  @Test("a copy that fails behind a good status is tried again")
  func copy() throws {
    let calls = Mutex(0)
    let server = try HTTPServer(port: 0) { _ in
      let count = calls.withLock { calls in
        calls += 1
        return calls
      }
      return HTTPResponse(
        body: count == 1 ? Self.error("InternalError") : .bytes(Array("<CopyObjectResult></CopyObjectResult>".utf8)))
    }
    defer { server.stop() }
    #expect(try Self.client(server).copy("a", to: "b"))
    #expect(calls.withLock { $0 } == 2)
  }

  @Test("nobody there, or no such host: unavailable, with the server's address")
  func nobody() throws {
    let port = try FreePort.find()
    var options = S3Options(region: "r", endpoint: "http://127.0.0.1:\(port)", keyID: "K", secret: "S")
    options.retries = RetryPolicy(attempts: 2, firstWait: .milliseconds(1), longestWait: .milliseconds(1))
    let error = #expect(throws: PlatformError.self) { try S3Client(bucket: "bucket", options).head("a") }
    #expect(error?.status == .unavailable)
    #expect(error?.rendered.contains("127.0.0.1:\(port)") == true)
  }
}

/// The client against a real gateway.
@Suite("S3 objects", .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct S3ObjectTests {
  private let prefix = "client-\(UUID().uuidString)/"

  init() throws { try S3Gateway.makeBucket() }

  private func client(port: Int? = nil, _ changes: (inout S3Options) -> Void = { _ in }) throws -> S3Client {
    var options = try S3Options(variables: S3Gateway.settings(port: port))
    options.retries = RetryPolicy(attempts: 3, firstWait: .milliseconds(10), longestWait: .milliseconds(20))
    changes(&options)
    return S3Client(bucket: S3Gateway.bucket, options)
  }

  @Test("an object comes back as it was written: whole, in part, described, copied; and is gone once removed")
  func objects() throws {
    let client = try client()
    let key = prefix + "source=stripe/a b+c=é&%20.json"
    #expect(try client.get(key) == nil)
    #expect(try client.head(key) == nil)
    let tag = try #require(try client.put(.bytes(Array("0123456789".utf8)), to: key))
    let whole = try #require(try client.get(key))
    #expect(String(decoding: whole.bytes, as: UTF8.self) == "0123456789")
    #expect(whole.facts.tag == tag && whole.facts.bytes == 10)
    #expect(try client.get(key, range: 3..<6)?.bytes == Array("345".utf8))
    #expect(try client.get(key, range: 8..<60)?.facts.bytes == 10)
    #expect(try client.get(key, range: 10..<60)?.bytes == [])
    let facts = try #require(try client.head(key))
    #expect(facts.bytes == 10 && facts.tag == tag)
    #expect(facts.sha256 == (try SHA256Digest.hex(of: whole.bytes)))
    #expect((0...60).contains(try #require(facts.ageSeconds)))
    #expect(try client.copy(key, to: prefix + "copy"))
    #expect(try client.head(prefix + "copy")?.sha256 == facts.sha256)
    #expect(try !client.copy(prefix + "nothing", to: prefix + "copy"))
    try client.delete(key)
    try client.delete(key)
    #expect(try client.list(prefix).map(\.key) == [prefix + "copy"])
    #expect(try client.put(.bytes([]), to: prefix + "empty") != nil)
    #expect(try client.get(prefix + "empty")?.bytes == [])
    #expect(try client.head(prefix + "empty")?.bytes == 0)
  }

  @Test("a list has every key, however many pages it takes; names are those directly below")
  func lists() async throws {
    let client = try client()
    let keys = (0..<1100).map { prefix + "dt=\($0 % 3)/é \($0)" }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<8 {
        group.addTask {
          for place in stride(from: lane, to: keys.count, by: 8) { try client.put(.bytes([1]), to: keys[place]) }
        }
      }
      try await group.waitForAll()
    }
    try client.put(.bytes([1, 2]), to: prefix + "one")
    let found = try client.list(prefix)
    #expect(Set(found.map(\.key)) == Set(keys + [prefix + "one"]) && found.count == 1101)
    #expect(found.first { $0.key.hasSuffix("one") }?.bytes == 2)
    #expect(try client.names(below: prefix) == ["dt=0", "dt=1", "dt=2", "one"])
    #expect(try client.names(below: prefix + "nothing/") == [])
  }

  @Test("of many that write over the same version one gets through, and so does each in the end")
  func conditions() async throws {
    let client = try client()
    let key = prefix + "counter"
    let firsts = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask { try client.put(.bytes([UInt8(number)]), to: key, if: .absent) != nil }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(firsts == 1)
    let old = try #require(try client.put(.bytes(Array("0".utf8)), to: key))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<4 {
        group.addTask {
          var left = 10
          while left > 0 {
            let now = try #require(try client.get(key))
            let count = Int(String(decoding: now.bytes, as: UTF8.self).split(separator: " ")[0]) ?? -1
            let next = Array("\(count + 1) \(lane) \(left)".utf8)
            if try client.put(.bytes(next), to: key, if: .tag(now.facts.tag)) != nil { left -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    let last = try #require(try client.get(key))
    #expect(String(decoding: last.bytes, as: UTF8.self).hasPrefix("40 "))
    #expect(try client.put(.bytes([]), to: key, if: .tag(old)) == nil)
    #expect(try client.put(.bytes([]), to: prefix + "nothing", if: .tag(old)) == nil)
  }

  @Test("a connection that is cut: before the call, it is made again; behind it, what it did is found out")
  func cuts() async throws {
    try await CuttingRelay.with(to: S3Gateway.port) { relay in
      let client = try client(port: relay.port)
      let key = prefix + "cut"
      for order in [CuttingRelay.Order.request, .answer] {
        try relay.order([order])
        #expect(try client.put(.bytes(Array(order.rawValue.utf8)), to: key + order.rawValue, if: .absent) != nil)
        #expect(relay.left == 0)
        #expect(try client.get(key + order.rawValue)?.bytes == Array(order.rawValue.utf8))
        // On a connection that was kept libcurl repeats it by itself.
        let tag = try #require(try client.head(key + order.rawValue)?.tag)
        try relay.order([order])
        #expect(try client.put(.bytes([1]), to: key + order.rawValue, if: .tag(tag)) != nil)
        // Somebody else's is told apart from one's own.
        try relay.order([order])
        #expect(try client.put(.bytes([2]), to: key + order.rawValue, if: .absent) == nil)
      }
      try relay.order([.down])
      let error = #expect(throws: PlatformError.self) { try client.get(key) }
      #expect(error?.status == .unavailable)
      try relay.order()
      #expect(try client.get(key) == nil)
    }
  }

  @Test("a file is sent from its beginning, also when it is sent twice")
  func files() async throws {
    let folder = try TemporaryDirectory()
    let text = String(repeating: "a line of some length, over and over\n", count: 60_000)
    let file = try folder.write("file", text)
    let descriptor = open(file.path, O_RDONLY)
    defer { close(descriptor) }
    let hash = try SHA256Digest.hex(ofFile: file.path)
    let body = S3Client.Body.file(descriptor: descriptor, bytes: text.utf8.count, sha256: hash)
    try await CuttingRelay.with(to: S3Gateway.port) { relay in
      let client = try client(port: relay.port)
      try relay.order([.answer])
      #expect(try client.put(body, to: prefix + "file", if: .absent) != nil)
      #expect(try SHA256Digest.hex(of: try #require(try client.get(prefix + "file")).bytes) == hash)
    }
    let wrong = S3Client.Body.file(descriptor: descriptor, bytes: text.utf8.count - 1, sha256: hash)
    #expect(throws: PlatformError.self) { try client().put(wrong, to: prefix + "wrong") }
    #expect(try client().head(prefix + "wrong") == nil)
  }

  @Test("a wrong key and a missing bucket are told, whatever the call")
  func refused() throws {
    let calls: [(String, (S3Client) throws -> Void)] = [
      ("get", { _ = try $0.get("a") }), ("head", { _ = try $0.head("a") }), ("list", { _ = try $0.list("a") }),
      ("put", { try $0.put(.bytes([1]), to: "a") }), ("put if", { try $0.put(.bytes([1]), to: "a", if: .absent) }),
    ]
    for (name, call) in calls {
      let secret = #expect(throws: PlatformError.self) { try call(try client { $0.secret = "wrong" }) }
      #expect(secret?.status == .permission && secret?.code == "SignatureDoesNotMatch", "\(name)")
      let key = #expect(throws: PlatformError.self) { try call(try client { $0.keyID = "nobody" }) }
      #expect(key?.status == .permission && key?.code == "InvalidAccessKeyId", "\(name)")
      // An answer to HEAD does not tell a missing bucket from a missing object.
      if name == "head" { continue }
      let options = try S3Options(variables: S3Gateway.settings())
      let bucket = #expect(throws: PlatformError.self) { try call(S3Client(bucket: "no-such-bucket", options)) }
      #expect(bucket?.status == .configuration && bucket?.code == "NoSuchBucket", "\(name)")
    }
  }
}
