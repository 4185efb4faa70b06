/// What is answered to a request.
package struct HTTPResponse: Sendable {
  /// The status, 200 to 599.
  package var status: Int
  /// The header fields; `Content-Length`, `Date` and `Connection` are the server's business.
  package var headers: [(name: String, value: String)]
  /// The body.
  package var body: HTTPBody
  /// How the connection fails before the client has it all; nil in earnest.
  package var fault: Fault?

  /// A fault of the connection, for the tests of clients.
  package enum Fault: Sendable, Equatable {
    /// The connection is closed without an answer.
    case cutBefore
    /// The connection is closed after half of the body.
    case cutDuring
  }

  /// An answer.
  package init(
    status: Int = 200, headers: [(name: String, value: String)] = [], body: HTTPBody = .bytes([]), fault: Fault? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.fault = fault
  }
}

/// The bytes of a body, in one piece or in several that are never joined.
package enum HTTPBody: Sendable {
  /// One piece.
  case bytes([UInt8])
  /// Several, written one after the other.
  case pieces([[UInt8]])

  /// The number of bytes.
  package var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .pieces(let pieces): pieces.reduce(0) { $0 + $1.count }
    }
  }

  /// All of it in one piece; copies when it is in several.
  package var joined: [UInt8] {
    switch self {
    case .bytes(let bytes): bytes
    case .pieces(let pieces): Array(pieces.joined())
    }
  }
}
