import Digest
import Foundation
import HTTPClient
package import PlatformCore
import Synchronization

/// The objects of one bucket, over libcurl, which signs each call. Calls block; any thread may make them.
///
/// What may pass (5xx, `SlowDown`, a connection that breaks) is tried again. It leaves out parts: an object is sent in
/// one call, so it has at most 5 GB.
package final class S3Client: Sendable {
  /// What is known of an object without its bytes.
  package struct Facts: Sendable, Equatable {
    /// Its size.
    package let bytes: Int
    /// Its version, as the server names it, without quotes.
    package let tag: String
    /// SHA-256 of its bytes in hex, where this client wrote them.
    package let sha256: String?
    /// How long ago it was written, in seconds, by the server's own clock; nil where the server does not say.
    package let ageSeconds: Int64?
  }

  /// What an object is made from.
  package enum Body: Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// An open file: its first bytes, whose SHA-256 is known.
    case file(descriptor: Int32, bytes: Int, sha256: String)
  }

  /// What must be so for an object to be written.
  package enum Condition: Sendable, Equatable {
    /// Nothing.
    case none
    /// There is no object of that key.
    case absent
    /// The object has this tag.
    case tag(String)
  }

  /// The bucket.
  package let bucket: String
  private let options: S3Options
  private let base: String
  private let path: String
  private let idle = Mutex<[HTTPClient]>([])
  /// Ceph compares tags without quotes only, AWS with them.
  private let sendsBareTags = Atomic(false)

  /// A client for a bucket; nothing is sent.
  package init(bucket: String, _ options: S3Options) {
    self.bucket = bucket
    self.options = options
    (base, path) = options.address(of: bucket)
  }

  // MARK: reading

  /// A whole object, or some bytes of it, with what is known of it; nil where there is none.
  ///
  /// - Parameter range: offsets; beyond the end it answers fewer bytes, or none.
  /// - Throws: what the server says; `unavailable` when it does not answer.
  package func get(_ key: String, range: Range<Int>? = nil) throws(PlatformError) -> (bytes: [UInt8], facts: Facts)? {
    var headers: [(name: String, value: String)] = []
    if let range { headers = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")] }
    let response = try call("GET", key, headers: headers, passing: [404, 416]).response
    switch response.status {
    case 404: return try absent(response, "GET", key)
    case 416: return ([], facts(response))
    default: return (response.body, facts(response))
    }
  }

  /// What is known of an object; nil where there is none.
  ///
  /// - Throws: what the server says; `unavailable` when it does not answer.
  package func head(_ key: String) throws(PlatformError) -> Facts? {
    let response = try call("HEAD", key, passing: [400, 401, 403, 404]).response
    if response.status == 404 { return nil }
    // An answer to HEAD has no words; those to GET do.
    guard response.status < 300 else { return try get(key, range: 0..<1)?.facts }
    return facts(response)
  }

  /// All keys below a prefix with their sizes, sorted by their bytes.
  ///
  /// - Throws: what the server says; `unavailable` when it does not answer.
  package func list(_ prefix: String) throws(PlatformError) -> [(key: String, bytes: Int)] {
    var found: [(key: String, bytes: Int)] = []
    try list(prefix, delimiter: nil) { page in
      for object in page.all("Contents") {
        found.append((Self.decoded(object.first("Key")), object.first("Size").flatMap { Int($0) } ?? 0))
      }
    }
    return found
  }

  /// The names directly below a prefix: objects, and what keys have up to the next `/`.
  ///
  /// - Throws: what the server says; `unavailable` when it does not answer.
  package func names(below prefix: String) throws(PlatformError) -> [String] {
    var names: Set<String> = []
    try list(prefix, delimiter: "/") { page in
      for object in page.all("Contents") { names.insert(Self.decoded(object.first("Key"))) }
      for folder in page.all("CommonPrefixes") { names.insert(String(Self.decoded(folder.first("Prefix")).dropLast())) }
    }
    return names.map { String($0.dropFirst(prefix.count)) }.filter { !$0.isEmpty }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  private func list(
    _ prefix: String, delimiter: String?, _ take: (S3Text) -> Void
  ) throws(PlatformError) {
    var token: String?
    repeat {
      // Sorted by name, as the signature wants them.
      var query: [(String, String)] = []
      if let token { query.append(("continuation-token", token)) }
      if let delimiter { query.append(("delimiter", delimiter)) }
      query += [("encoding-type", "url"), ("list-type", "2"), ("prefix", prefix)]
      let page = S3Text(try call("GET", nil, query: query).response.body)
      take(page)
      token = page.first("IsTruncated") == "true" ? page.first("NextContinuationToken") : nil
    } while token != nil
  }

  private static func decoded(_ text: String?) -> String {
    let text = text ?? ""
    return text.replacing("+", with: " ").removingPercentEncoding ?? text
  }

  // MARK: writing

  /// Writes an object; nil where the condition does not hold, else its tag.
  ///
  /// - Throws: what the server says; `unavailable` when it does not answer.
  @discardableResult
  package func put(
    _ body: Body, to key: String, if condition: Condition = .none
  ) throws(PlatformError) -> String? {
    let hash: String
    switch body {
    case .bytes(let bytes): hash = try SHA256Digest.hex(of: bytes)
    case .file(_, _, let sha256): hash = sha256
    }
    func headers(bare: Bool) -> [(name: String, value: String)] {
      let own = [
        (name: "Content-Type", value: "application/octet-stream"), ("x-amz-content-sha256", hash),
        ("x-amz-meta-sha256", hash),
      ]
      switch condition {
      case .none: return own
      case .absent: return own + [("If-None-Match", "*")]
      case .tag(let tag): return own + [("If-Match", bare ? tag : "\"\(tag)\"")]
      }
    }
    let passing: Set<Int> = condition == .none ? [] : [404, 412]
    let isBare = sendsBareTags.load(ordering: .relaxed)
    var (response, calls) = try call("PUT", key, headers: headers(bare: isBare), body: body, passing: passing)
    if response.status == 412, case .tag(let tag) = condition, !isBare, try head(key)?.tag == tag {
      // What was asked for holds: the server wants the tag in its other shape.
      (response, calls) = try call("PUT", key, headers: headers(bare: true), body: body, passing: passing)
      if response.status < 300 { sendsBareTags.store(true, ordering: .relaxed) }
    }
    if response.status < 300 { return facts(response).tag }
    if response.status == 404 { return try absent(response, "PUT", key) }
    // The answer to an earlier call may have been lost after it was done.
    guard calls > 1, let now = try head(key), now.sha256 == hash else { return nil }
    return now.tag
  }

  /// Makes an object from another one of the bucket, on the server; false where that is not there.
  ///
  /// - Throws: what the server says; `unavailable` when it does not answer.
  package func copy(_ key: String, to target: String) throws(PlatformError) -> Bool {
    let source = "/\(bucket)/" + Self.encoded(key)
    let response = try call("PUT", target, headers: [("x-amz-copy-source", source)], passing: [404]).response
    if response.status == 404 { return try absent(response, "COPY", key) ?? false }
    return true
  }

  /// Removes an object; one that is not there is as good.
  ///
  /// - Throws: what the server says; `unavailable` when it does not answer.
  package func delete(_ key: String) throws(PlatformError) {
    let response = try call("DELETE", key, passing: [404]).response
    if response.status == 404 { _ = try absent(response, "DELETE", key) as Facts? }
  }

  // MARK: calls

  /// Nil: the object is not there. That the bucket is not is an error.
  private func absent<Answer>(
    _ response: HTTPClient.Response, _ doing: String, _ key: String
  ) throws(PlatformError) -> Answer? {
    let failure = S3Failure(response)
    guard failure.code == "NoSuchBucket" else { return nil }
    throw failure.error(doing, "s3://\(bucket)/\(key)")
  }

  private func facts(_ response: HTTPClient.Response) -> Facts {
    // `bytes 0-9/1234`
    let whole = response.header("Content-Range")?.split(separator: "/").last.flatMap { Int($0) }
    let written = response.date(in: "Last-Modified")
    return Facts(
      bytes: whole ?? response.header("Content-Length").flatMap { Int($0) } ?? response.body.count,
      tag: response.header("ETag")?.filter { $0 != "\"" } ?? "", sha256: response.header("x-amz-meta-sha256"),
      ageSeconds: response.date.flatMap { now in written.map { max(0, now - $0) } })
  }

  /// Makes a call until it is answered, at most as often as the options say; answers also how often it was made.
  ///
  /// - Parameter passing: statuses that are answers too.
  private func call(
    _ method: String, _ key: String?, query: [(String, String)] = [],
    headers: [(name: String, value: String)] = [], body: Body = .bytes([]), passing: Set<Int> = []
  ) throws(PlatformError) -> (response: HTTPClient.Response, calls: Int) {
    let request = request(method, key, query, headers, body)
    let place = "s3://\(bucket)/\(key ?? query.last?.1 ?? "")"
    var wait = options.retries.firstWait
    var calls = 1
    while true {
      let error: PlatformError
      switch send(request) {
      case .success(let response):
        // A copy that fails half-way says so in a body behind a status of 200.
        let isDone = response.status < 300 && !(method == "PUT" && S3Text(response.body).first("Error") != nil)
        let isAnswer = passing.contains(response.status) && (method == "HEAD" || !S3Failure(response).isStrangers)
        // libcurl repeats a call by itself where a kept connection was closed before any answer.
        if isDone || isAnswer { return (response, calls + response.resent) }
        error = S3Failure(response).error(method, place)
      case .failure(let failure):
        error = S3Failure.error(failure, method, place, at: base)
      }
      guard error.isRetryable, calls < options.retries.attempts else { throw error }
      if Task.isCancelled { throw PlatformError(.interrupted, "the call was cancelled", context: ["object": place]) }
      Thread.sleep(forTimeInterval: (wait / .seconds(1)) * Double.random(in: 0.5...1))
      wait = min(wait * 2, options.retries.longestWait)
      calls += 1
    }
  }

  private func request(
    _ method: String, _ key: String?, _ query: [(String, String)], _ headers: [(name: String, value: String)],
    _ body: Body
  ) -> HTTPClient.Request {
    var url = base + path + Self.encoded(key ?? "")
    if !query.isEmpty {
      url += "?" + query.map { "\($0.0)=\(Self.encoded($0.1, keeping: ""))" }.joined(separator: "&")
    }
    var request = HTTPClient.Request(method, url, headers: headers)
    switch body {
    case .bytes(let bytes): request.body = bytes
    case .file(let descriptor, let bytes, _): request.bodyFile = .init(descriptor: descriptor, bytes: bytes)
    }
    if !headers.contains(where: { $0.name == "x-amz-content-sha256" }) {
      request.headers.append(("x-amz-content-sha256", Self.hashOfNothing))
    }
    if let token = options.sessionToken { request.headers.append(("x-amz-security-token", token)) }
    request.signer = .init(keyID: options.keyID, secret: options.secret, region: options.region, service: "s3")
    // At least 100 KB a second.
    request.timeout = .seconds(30 + (request.bodyFile?.bytes ?? request.body.count) / 100_000)
    return request
  }

  private static let hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  /// One handle for each call under way; their connections are kept.
  private func send(_ request: HTTPClient.Request) -> Result<HTTPClient.Response, HTTPClient.Failure> {
    let client = idle.withLock { $0.popLast() } ?? HTTPClient()
    defer { idle.withLock { $0.append(client) } }
    do throws(HTTPClient.Failure) {
      return .success(try client.send(request))
    } catch {
      return .failure(error)
    }
  }

  private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  /// Every byte but the plain ones as `%3D`, which is how the signature sees them.
  private static func encoded(_ text: String, keeping kept: String = "/") -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      if plain.contains(byte) || kept.utf8.contains(byte) {
        result.append(byte)
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
