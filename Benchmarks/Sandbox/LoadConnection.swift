import Foundation
import PlatformCore

/// One kept-alive HTTP connection that sends requests and counts what comes back; as little work as can be, so that the
/// server is what is measured.
final class LoadConnection {
  /// For who waits for several of them.
  let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  init(port: UInt16) throws(PlatformError) {
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo("127.0.0.1", String(port), nil, &list) == 0, let first = list?.pointee else {
      throw Self.failure("the loopback address is not known")
    }
    defer { freeaddrinfo(list) }
    descriptor = socket(first.ai_family, first.ai_socktype, first.ai_protocol)
    guard descriptor >= 0, connect(descriptor, first.ai_addr, first.ai_addrlen) == 0 else {
      throw Self.failure("the server cannot be reached")
    }
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  /// The bytes of a request to the sandbox.
  static func request(
    _ method: String, _ target: String, version: String? = nil, body: String = ""
  ) -> [UInt8] {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_bench\r\n"
    if let version { head += "Stripe-Version: \(version)\r\n" }
    if method == "POST" {
      head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n"
    }
    return Array((head + "\r\n" + body).utf8)
  }

  /// Sends a request and reads the whole answer.
  ///
  /// - Returns: the length of the body, and the body itself when asked for.
  /// - Throws: `protocolViolation` for another status than 200.
  @discardableResult
  func exchange(_ request: [UInt8], keepsBody: Bool = false) throws(PlatformError) -> (length: Int, body: [UInt8]) {
    try send(request)
    return try receiveAnswer(keepsBody: keepsBody)
  }

  /// Reads the whole answer to what was sent; see `exchange`.
  @discardableResult
  func receiveAnswer(keepsBody: Bool = false) throws(PlatformError) -> (length: Int, body: [UInt8]) {
    var filled = 0
    var head: Int?
    while head == nil {
      filled += try receive(at: filled)
      head = Self.endOfHead(buffer, filled)
      guard filled < buffer.count else { throw Self.failure("an answer's head is too long") }
    }
    guard let head, buffer[9] == UInt8(ascii: "2"), let length = Self.contentLength(buffer, head) else {
      throw PlatformError(
        .protocolViolation, "an unexpected answer",
        cause: String(decoding: buffer.prefix(min(filled, 400)), as: UTF8.self))
    }
    var body = keepsBody ? Array(buffer[head..<filled]) : []
    var received = filled - head
    while received < length {
      let count = try receive(at: 0)
      if keepsBody { body += buffer[..<count] }
      received += count
    }
    return (length, body)
  }

  /// Sends a request, and nothing more.
  func send(_ bytes: [UInt8]) throws(PlatformError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
      guard count > 0 else { throw Self.failure("the server closed the connection") }
      sent += count
    }
  }

  private func receive(at offset: Int) throws(PlatformError) -> Int {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + offset, $0.count - offset) }
    guard count > 0 else { throw Self.failure("the server closed the connection") }
    return count
  }

  private static func failure(_ message: String) -> PlatformError {
    PlatformError(.unavailable, message, cause: String(cString: strerror(errno)))
  }

  private static func endOfHead(_ bytes: [UInt8], _ count: Int) -> Int? {
    guard count >= 4 else { return nil }
    for index in 3..<count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
      return index + 1
    }
    return nil
  }

  private static func contentLength(_ bytes: [UInt8], _ head: Int) -> Int? {
    let name = Array("content-length: ".utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      (0..<max(0, head - name.count)).first { start in
        name.indices.allSatisfy { bytes[start + $0] | 0x20 == name[$0] | 0x20 }
      }.flatMap { start in
        Int(String(decoding: bytes[(start + name.count)..<head].prefix { $0 > 32 }, as: UTF8.self))
      }
    }
  }
}
