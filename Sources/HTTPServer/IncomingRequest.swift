internal import CMicroHTTPD
import Foundation

/// A request from its first line to its answer; used by its connection's thread only, but for the answer.
final class IncomingRequest: @unchecked Sendable {  // `lock` guards the answer
  /// A body that is too long is still read and dropped up to so many times the limit: a client that is busy writing
  /// sees the answer only then.
  static let drainedBodies = 4

  /// Path and query as sent.
  private let target: String
  private var method = ""
  private var headers: [(name: String, value: String)] = []
  private var body: [UInt8] = []
  private var bodyBytes = 0
  private(set) var hasHead = false
  private(set) var isTooLarge = false
  /// Whether there was no room for its body among the others'.
  private(set) var lacksRoom = false

  /// What is known of the answer.
  enum Answer {
    case open
    /// This connection is suspended until it is given.
    case awaited(OpaquePointer)
    case given(HTTPResponse)
  }
  private let lock = NSLock()
  private var answer = Answer.open

  init(target: String) { self.target = target }

  func readHead(method: UnsafePointer<CChar>?, _ connection: OpaquePointer) {
    hasHead = true
    self.method = method.map { String(cString: $0) } ?? ""
    let collect: MHD_KeyValueIterator = { context, _, name, value in
      guard let context, let name else { return .NO }
      let request = Unmanaged<IncomingRequest>.fromOpaque(context).takeUnretainedValue()
      request.headers.append((String(cString: name), value.map { String(cString: $0) } ?? ""))
      return .YES
    }
    MHD_get_connection_values(connection, .HEADER_KIND, collect, Unmanaged.passUnretained(self).toOpaque())
  }

  /// The length that the client announced.
  var contentLength: Int? { headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } }

  private static let smallBodyBytes = 64 << 10

  /// What of the body is held beyond what every request may.
  var largeBytes: Int { max(0, body.count - Self.smallBodyBytes) }

  /// Lets go of the body; the rest of it is still read, as of one that is too long.
  func giveUp() {
    lacksRoom = true
    body = []
  }

  /// Takes a part of the body; false when there is no end to it.
  func take(_ part: UnsafeRawBufferPointer, limit: Int) -> Bool {
    if body.isEmpty, let length = contentLength { body.reserveCapacity(min(length, limit)) }
    bodyBytes += part.count
    isTooLarge = isTooLarge || bodyBytes > limit
    if isTooLarge { body = [] } else if !lacksRoom { body.append(contentsOf: part) }
    return bodyBytes <= limit * Self.drainedBodies
  }

  /// The whole of it.
  func request() -> HTTPRequest {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return HTTPRequest(
      method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", headers: headers,
      body: body)
  }

  // MARK: answer

  /// The answer, once it is given.
  var response: HTTPResponse? {
    lock.withLock { if case .given(let response) = answer { response } else { nil } }
  }

  /// Gives the answer; the connection that is to be resumed for it, if one waits. The first answer counts.
  func give(_ response: HTTPResponse) -> OpaquePointer? {
    lock.withLock {
      switch answer {
      case .given: return nil
      case .open:
        answer = .given(response)
        return nil
      case .awaited(let connection):
        answer = .given(response)
        return connection
      }
    }
  }

  /// The answer; where it is not given yet, the connection is suspended until it is, if it may be.
  func response(orSuspend connection: OpaquePointer, if maySuspend: () -> Bool) -> Answer {
    lock.withLock {
      // Suspended in the lock: who gives the answer meanwhile resumes after it.
      if case .open = answer, maySuspend() {
        MHD_suspend_connection(connection)
        answer = .awaited(connection)
      }
      return answer
    }
  }
}
