import Foundation

/// Reads and replaces the database in a connection string, in both of libpq's forms.
///
/// Source: PostgreSQL, libpq, connection strings. It leaves out services and password files: libpq reads those.
struct ConnectionURL {
  private let text: String

  init(_ text: String) { self.text = text }

  private var isURI: Bool { text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") }

  /// The name of the database; nil where the string leaves it to the server.
  var database: String? {
    guard isURI else {
      let matches = text.matches(of: /(?:^|\s)dbname\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']+))/)
      guard let last = matches.last else { return nil }
      let name = last.1.map { String($0.replacing(/\\(.)/) { String($0.output.1) }) } ?? String(last.2 ?? "")
      return name.isEmpty ? nil : name
    }
    let parts = uriParts
    let inQuery = parts.query.last { $0.hasPrefix("dbname=") }.map { String($0.dropFirst(7)) }
    let name = (inQuery ?? parts.database).removingPercentEncoding ?? ""
    return name.isEmpty ? nil : name
  }

  /// The same string with another database.
  func naming(database: String) -> String {
    guard isURI else {
      // libpq takes the last of several.
      let escaped = database.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "\(text) dbname='\(escaped)'"
    }
    let parts = uriParts
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "_-"))
    let name = database.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    let query = parts.query.filter { !$0.hasPrefix("dbname=") }
    return parts.head + "/" + name + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  private var uriParts: (head: String, database: String, query: [String]) {
    let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = halves.count > 1 ? halves[1].split(separator: "&").map(String.init) : []
    let main = halves[0]
    guard let scheme = main.range(of: "://"), let slash = main[scheme.upperBound...].firstIndex(of: "/") else {
      return (String(main), "", query)
    }
    return (String(main[..<slash]), String(main[main.index(after: slash)...]), query)
  }
}
