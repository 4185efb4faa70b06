import Foundation
import PlatformCore
import Synchronization

/// A TCP port on the loopback address that nobody uses at this moment.
package enum FreePort {
  /// Below those that the kernel gives to whoever asks for any port: nobody else has it before its server listens.
  private static let ports = 14_000..<32_000
  private static let next = Atomic<Int>(Int.random(in: 0..<ports.count))

  /// Another one each time, as long as there are others.
  ///
  /// - Throws: `inputOutput` when all are in use.
  package static func find() throws -> Int {
    for _ in ports {
      let port = ports.lowerBound + next.add(1, ordering: .relaxed).oldValue % ports.count
      if (try? SilentListener(port: port)) != nil { return port }
    }
    throw PlatformError(.inputOutput, "no loopback port is free")
  }
}

/// Listens on a loopback port and never answers; the port is free again when it is let go.
package final class SilentListener: Sendable {
  /// The port.
  package let port: Int
  private let descriptor: Int32

  /// Listens on a port, on one that the kernel chooses unless told.
  package init(port asked: Int = 0) throws {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(asked).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    port = Int(in_port_t(bigEndian: address.sin_port))
    guard isListening else {
      throw PlatformError(.inputOutput, "no loopback port to listen on", cause: String(cString: strerror(errno)))
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }
}

/// Whether somebody listens on a loopback port.
enum LoopbackProbe {
  static func connects(_ port: Int) -> Bool {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
