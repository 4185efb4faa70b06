/// Takes SQL apart at the semicolons that end its statements, line by line.
///
/// A semicolon in a text, a quoted name, a comment or between dollar signs ends nothing.
struct StatementSplitter {
  /// What no semicolon has ended yet.
  private(set) var pending = ""

  /// Whether a statement has begun.
  var isWithinStatement: Bool { Self.scan(pending).hasWords }

  /// Adds a line; answers the statements that end in it, without their semicolons.
  mutating func add(_ line: String) -> [String] {
    pending += line + "\n"
    var ended: [String] = []
    while true {
      let (end, hasWords) = Self.scan(pending)
      guard let end else { return ended }
      if hasWords { ended.append(String(pending[..<end])) }
      pending = String(pending[pending.index(after: end)...])
    }
  }

  /// Gives the statement up that has begun; answers it where it has words.
  mutating func finish() -> String? {
    defer { pending = "" }
    return isWithinStatement ? pending : nil
  }

  /// The first semicolon that ends a statement, and whether anything but blanks and comments stands before it.
  private static func scan(_ text: String) -> (end: String.Index?, hasWords: Bool) {
    var rest = text[...]
    var hasWords = false
    while let first = rest.first {
      if first == ";" { return (rest.startIndex, hasWords) }
      if let comment = [("--", "\n"), ("/*", "*/")].first(where: { rest.hasPrefix($0.0) }) {
        rest = after(comment.1, in: rest.dropFirst(2))
      } else if first == "'" || first == "\"" {
        // A doubled quote ends one text and begins the next: the same.
        (hasWords, rest) = (true, after(String(first), in: rest.dropFirst()))
      } else if let tag = rest.prefixMatch(of: #/\$([A-Za-z_]\w*)?\$/#)?.0 {
        (hasWords, rest) = (true, after(String(tag), in: rest.dropFirst(tag.count)))
      } else {
        if !first.isWhitespace { hasWords = true }
        rest = rest.dropFirst()
      }
    }
    return (nil, hasWords)
  }

  private static func after(_ end: String, in text: Substring) -> Substring {
    text.firstRange(of: end).map { text[$0.upperBound...] } ?? ""
  }
}
