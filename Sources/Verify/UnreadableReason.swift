import PlatformCore

/// The server's words about a record it cannot take, without the record's content.
enum UnreadableReason {
  /// Whether an error speaks of the data of a statement and not of the statement or the server.
  static func isAboutData(_ error: PlatformError) -> Bool {
    guard let code = error.code, code.utf8.count == 5 else { return false }
    // 22: data exception; 54: a limit, such as too deep a nesting; 21: cardinality.
    return ["22", "54", "21"].contains(String(code.prefix(2)))
  }

  /// `invalid input syntax for type bigint: "abc"` becomes `invalid input syntax for type bigint [22P02]`.
  static func text(_ error: PlatformError) -> String {
    var words = error.cause ?? error.message
    words = words.split(whereSeparator: \.isNewline).first.map(String.init) ?? words
    for sign in [": \"", " \"", " '"] {
      if let range = words.firstRange(of: sign) { words = String(words[..<range.lowerBound]) }
    }
    if let code = error.code { words += " [\(code)]" }
    return words
  }
}
