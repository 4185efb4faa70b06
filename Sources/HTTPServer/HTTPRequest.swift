/// A request as it came over the wire: nothing is decoded.
package struct HTTPRequest: Sendable {
  /// `GET`, `POST`, `DELETE` …, as sent.
  package let method: String
  /// The path as sent, percent signs and all.
  package let path: String
  /// What stands behind the first `?` as sent; empty if there is none.
  package let query: String
  /// The header fields in the order sent.
  package let headers: [(name: String, value: String)]
  /// The body; empty if there is none.
  package let body: [UInt8]

  /// A request made by hand, as tests do.
  package init(
    method: String, path: String, query: String = "", headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// The first header field of that name (letters and hyphens), in any case; nil if there is none.
  package func header(_ name: String) -> String? {
    headers.first { field in
      field.name.utf8.count == name.utf8.count && zip(field.name.utf8, name.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }?.value
  }
}
