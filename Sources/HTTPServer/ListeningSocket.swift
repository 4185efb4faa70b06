import Foundation
import PlatformCore

/// A socket that listens on one TCP address.
struct ListeningSocket {
  let descriptor: Int32
  let port: UInt16
  /// Host and port as in a URL: `127.0.0.1:12111`, `[::1]:12111`.
  let address: String

  /// Binds the first address of the host.
  ///
  /// - Throws: `.unavailable`, naming the address and, where the system tells, the process that has it.
  init(host: String, port: UInt16) throws(PlatformError) {
    let wanted = Self.text(host, port)
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Self.stream
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0, let first = list?.pointee else {
      throw PlatformError(
        .unavailable, "no such host to listen on", cause: String(cString: gai_strerror(status)),
        context: ["address": wanted], nextStep: "use 127.0.0.1, or an address of this machine")
    }
    defer { freeaddrinfo(list) }
    let descriptor = socket(first.ai_family, first.ai_socktype, first.ai_protocol)
    guard descriptor >= 0 else { throw Self.failure(wanted, port, errno) }
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    // A port whose last connections still linger may be taken again; one that somebody listens on may not.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    guard bind(descriptor, first.ai_addr, first.ai_addrlen) == 0, listen(descriptor, 1_024) == 0 else {
      let code = errno
      close(descriptor)
      throw Self.failure(wanted, port, code)
    }
    self.descriptor = descriptor
    self.port = Self.boundPort(descriptor) ?? port
    address = Self.text(host, self.port)
  }

  #if canImport(Darwin)
    private static let stream = SOCK_STREAM
  #else
    private static let stream = Int32(SOCK_STREAM.rawValue)
  #endif

  private static func text(_ host: String, _ port: UInt16) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  private static func boundPort(_ descriptor: Int32) -> UInt16? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard getsockname(descriptor, address, &length) == 0 else { return nil }
        // IPv4 and IPv6 keep the port at the same place.
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
      }
    }
  }

  private static func failure(_ address: String, _ port: UInt16, _ code: Int32) -> PlatformError {
    let words = String(cString: strerror(code))
    switch code {
    case EADDRINUSE:
      let owner = PortOwner.find(port)
      return PlatformError(
        .unavailable, "\(address) is in use" + (owner.map { " by \($0.description)" } ?? ""), cause: words,
        context: ["address": address],
        nextStep: owner.map { "stop process \($0.processID), or choose another --port" } ?? "choose another --port")
    case EACCES:
      return PlatformError(
        .unavailable, "\(address) may not be listened on by this user", cause: words, context: ["address": address],
        nextStep: "choose a --port above 1023")
    default:
      return PlatformError(
        .unavailable, "cannot listen on \(address)", cause: words, context: ["address": address],
        nextStep: "use 127.0.0.1, or an address of this machine")
    }
  }
}
