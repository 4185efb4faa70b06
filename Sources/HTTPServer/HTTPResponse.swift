/// One answer.
package struct HTTPResponse: Sendable {
  /// The status code.
  package var status: Int
  /// The headers, in the order they are sent.
  package var headers: [(name: String, value: String)]
  /// What follows them.
  package var body: HTTPBody
  /// How the connection is to break; nil for an answer that arrives whole.
  package var fault: Fault?

  package init(status: Int, headers: [(name: String, value: String)] = [], body: HTTPBody = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A connection that breaks on purpose.
  package enum Fault: Sendable, Equatable {
    /// It closes without an answer.
    case cutBefore
    /// It closes after half of the body.
    case cutDuring
  }
}

/// The bytes of an answer.
package enum HTTPBody: Sendable {
  /// All in one.
  case bytes([UInt8])
  /// Written one after the other, never copied into one.
  case pieces([[UInt8]])
}
