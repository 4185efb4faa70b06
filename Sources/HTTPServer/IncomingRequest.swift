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
  /// What the head takes of the connection's memory: its bytes, and what libmicrohttpd notes of each field.
  private(set) var headBytes = 0
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
    headBytes = self.method.utf8.count + target.utf8.count + Self.lineBytes
    let collect: MHD_KeyValueIterator = { context, _, name, value in
      guard let context, let name else { return .NO }
      let request = Unmanaged<IncomingRequest>.fromOpaque(context).takeUnretainedValue()
      request.headBytes += strlen(name) + (value.map { strlen($0) } ?? 0) + IncomingRequest.fieldBytes
      request.headers.append((String(cString: name), value.map { String(cString: $0).withoutBlanksAround } ?? ""))
      return .YES
    }
    MHD_get_connection_values(connection, .HEADER_KIND, collect, Unmanaged.passUnretained(self).toOpaque())
  }

  /// What a request line has beside method and target.
  private static let lineBytes = "  HTTP/1.1\r\n".utf8.count
  /// What a header field takes beside name and value: `: `, the line's end, and a `struct MHD_HTTP_Req_Header`.
  private static let fieldBytes = 4 + 64

  /// The length that the client announced; libmicrohttpd has seen to it that it is a number, which may be longer.
  var contentLength: Int? { headers.first { $0.name.lowercased() == "content-length" }.map { Int($0.value) ?? .max } }

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
    // No more than every request may hold: a length is a word of a stranger's.
    if bodyBytes == 0 { body.reserveCapacity(min(contentLength ?? 0, limit, Self.smallBodyBytes)) }
    bodyBytes += part.count
    isTooLarge = isTooLarge || bodyBytes > limit
    if isTooLarge { body = [] } else if !lacksRoom { body.append(contentsOf: part) }
    return bodyBytes <= limit * Self.drainedBodies
  }

  /// The whole of it. HEAD asks as GET does, and libmicrohttpd leaves out the answer's body.
  func request() -> HTTPRequest {
    let parts = localTarget.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return HTTPRequest(
      method: method == "HEAD" ? "GET" : method, path: parts[0].isEmpty ? "/" : String(parts[0]),
      query: parts.count > 1 ? String(parts[1]) : "", headers: headers, body: body)
  }

  /// The target without scheme and host, which it may have.
  ///
  /// Source: RFC 9112, 3.2.2.
  private var localTarget: Substring {
    guard !target.hasPrefix("/"),
      let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) })
    else { return target[...] }
    return target.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
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

extension String {
  /// Blanks around the value of a header field are no part of it.
  ///
  /// Source: RFC 9110, 5.5.
  fileprivate var withoutBlanksAround: String {
    func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard isBlank(utf8.first) || isBlank(utf8.last) else { return self }
    var rest = utf8[...]
    while isBlank(rest.last) { rest.removeLast() }
    return String(Substring(rest.drop { isBlank($0) }))
  }
}
