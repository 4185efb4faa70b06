internal import CMicroHTTPD
import CommandLineKit
import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// `okapi-bench serve-bytes`: libmicrohttpd alone, answering every request with the same bytes from memory.
struct ServeBytesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-bytes", abstract: "Serves the same bytes to everybody, by libmicrohttpd alone.",
    shouldDisplay: false)

  @Option(help: "The length of the answer.") var bytes: Int
  @Option(help: "The port on 127.0.0.1.") var port: Int

  func run() throws {
    // Served to the end of the process, and never freed.
    let body = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memset(body, Int32(UInt8(ascii: "x")), bytes)
    guard let response = MHD_create_response_from_buffer_with_free_callback_cls(bytes, body, { _ in }, nil),
      let daemon = okapi_start_daemon(
        try listeningSocket(),
        { _, connection, _, _, _, _, _, state in
          // The first call brings the head only; an answer then would end the connection.
          guard state?.pointee == nil else { return MHD_queue_response(connection, 200, ByteServer.response) }
          state?.pointee = UnsafeMutableRawPointer(bitPattern: 1)
          return .YES
        },
        { _, _, _ in nil }, { _, _, _, _ in }, nil, nil, 0, 512, 120, 64 << 10, 1 << 20)
    else { throw PlatformError(.bug, "libmicrohttpd did not start") }
    ByteServer.response = response
    let parent = getppid()
    while getppid() == parent { sleep(1) }  // until the benchmark ends, however it ends
    MHD_stop_daemon(daemon)
  }

  private static func accept(_ descriptor: Int32) -> Bool { listen(descriptor, 64) == 0 }

  private func listeningSocket() throws -> Int32 {
    #if os(Linux)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard descriptor >= 0, bound == 0, Self.accept(descriptor) else {
      throw PlatformError(.unavailable, "the port cannot be had", cause: String(cString: strerror(errno)))
    }
    return descriptor
  }
}

/// What the callbacks of the server reach: they cannot capture.
private enum ByteServer {
  nonisolated(unsafe) static var response: OpaquePointer?  // set once, before the port is told to anybody
}
