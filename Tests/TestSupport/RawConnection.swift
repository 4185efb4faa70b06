import Foundation

/// A TCP connection to loopback, for what a well-behaved client cannot see.
package final class RawConnection {
  private let descriptor: Int32

  /// What the system says of a call that failed.
  package struct Failure: Error {
    /// Its words.
    package let words = String(cString: strerror(errno))
  }

  /// Connects.
  package init(port: UInt16) throws {
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure() }
    wait(milliseconds: 60_000)
  }

  /// How long a read waits from now on.
  private func wait(milliseconds: Int) {
    var patience = timeval(tv_sec: milliseconds / 1_000, tv_usec: .init(milliseconds % 1_000 * 1_000))
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends a text as it is.
  package func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Sends bytes as they are; the other side may have closed.
  package func send(_ bytes: [UInt8]) throws {
    #if canImport(Darwin)
      let sent = Darwin.send(descriptor, bytes, bytes.count, 0)
    #else
      let sent = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    #endif
    guard sent == bytes.count else { throw Failure() }
  }

  /// What comes until the text does.
  package func receive(until end: String) throws -> String {
    var text = ""
    while !text.hasSuffix(end) {
      let part = try receivePart()
      guard !part.isEmpty else { throw Failure() }
      text += part
    }
    return text
  }

  /// What comes until the other side closes.
  package func receiveAll() throws -> String {
    var text = ""
    while true {
      let part = try receivePart()
      if part.isEmpty { return text }
      text += part
    }
  }

  /// Whether a request sent now is still taken up: a server that is stopping leaves it in the queue.
  package func isServed() throws -> Bool {
    wait(milliseconds: 200)
    // Refused by its head, so that no handler is asked.
    try send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(UInt64.max)\r\n\r\n")
    return (try? receivePart())?.isEmpty == false
  }

  /// Whether the other side neither sends nor closes for so long.
  package func isSilent(milliseconds: Int) -> Bool {
    wait(milliseconds: milliseconds)
    defer { wait(milliseconds: 60_000) }
    return (try? receivePart()) == nil
  }

  private func receivePart() throws -> String {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    guard count >= 0 else { throw Failure() }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}
