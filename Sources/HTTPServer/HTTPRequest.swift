/// One request as it came over the wire.
package struct HTTPRequest: Sendable {
  /// `GET`, `POST`, `DELETE` … in capitals.
  package let method: String
  /// The path as it came, not decoded and without the query.
  package let path: String
  /// What stood behind `?`, not decoded; empty when there was none.
  package let query: String
  /// The headers in the order they came.
  package let headers: [(name: String, value: String)]
  /// The whole body; empty when there was none.
  package let body: [UInt8]

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

  /// The first header of that name, whatever its case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
  }
}
