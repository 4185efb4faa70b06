import Sandbox

/// A parsed search: up to ten clauses joined by one word (CONTRACT.md, section 6).
struct SearchQuery: Equatable {
  var clauses: [Clause]
  var joiner: Joiner

  enum Joiner: String { case and = "AND", or = "OR" }

  /// `-field:"value"`, `metadata["key"]:null`, `amount>1000`.
  struct Clause: Equatable {
    var isNegated: Bool
    var field: String
    /// The key of `metadata["key"]`.
    var key: String?
    var sign: Sign
    var value: Value
  }

  enum Sign: String {
    case equals = ":"
    case contains = "~"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  enum Value: Equatable {
    case quoted(String)
    /// A number or a word without quotes.
    case plain(String)
    case null
  }

  static let maximumClauses = 10

  /// - Throws: 400 in Stripe's words for what is no query.
  init(_ text: String) throws(StripeError) {
    var scanner = Scanner(bytes: Array(text.utf8))
    var clauses: [Clause] = []
    var joiner: Joiner?
    repeat {
      guard let clause = scanner.clause() else { throw Self.unreadable }
      clauses.append(clause)
      scanner.skipSpace()
      guard !scanner.isAtEnd else { break }
      guard let word = Joiner(rawValue: scanner.word().uppercased()) else { throw Self.unreadable }
      guard joiner == nil || joiner == word else {
        throw .invalid("You cannot mix AND and OR in one search query.", param: "query")
      }
      joiner = word
    } while clauses.count <= Self.maximumClauses
    guard clauses.count <= Self.maximumClauses else {
      throw .invalid("A search query can have up to \(Self.maximumClauses) clauses.", param: "query")
    }
    self.clauses = clauses
    self.joiner = joiner ?? .and
  }

  static let unreadable = StripeError.invalid(
    """
    We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or \
    key:"value" to query for other fields.
    """)

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index >= bytes.count }

    mutating func skipSpace() { while !isAtEnd, bytes[index] == UInt8(ascii: " ") { index += 1 } }

    /// Letters, digits, `_`, `.` and `-`.
    mutating func word() -> String {
      skipSpace()
      let start = index
      while !isAtEnd, isWordByte(bytes[index]) { index += 1 }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
        true
      default: false
      }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard !isAtEnd, bytes[index] == byte else { return false }
      index += 1
      return true
    }

    /// A text in single or double quotes, with `\` before what would end it.
    mutating func quoted() -> String? {
      guard !isAtEnd, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else { return nil }
      let quote = bytes[index]
      index += 1
      var text: [UInt8] = []
      while !isAtEnd {
        var byte = bytes[index]
        index += 1
        if byte == quote { return String(decoding: text, as: UTF8.self) }
        if byte == UInt8(ascii: "\\"), !isAtEnd {
          byte = bytes[index]
          index += 1
        }
        text.append(byte)
      }
      return nil
    }

    mutating func clause() -> Clause? {
      skipSpace()
      let isNegated = take(UInt8(ascii: "-"))
      let field = word()
      guard !field.isEmpty else { return nil }
      var key: String?
      if take(UInt8(ascii: "[")) {
        guard let text = quoted(), take(UInt8(ascii: "]")) else { return nil }
        key = text
      }
      skipSpace()
      guard let sign = sign() else { return nil }
      skipSpace()
      guard let value = value() else { return nil }
      return Clause(isNegated: isNegated, field: field, key: key, sign: sign, value: value)
    }

    private mutating func sign() -> Sign? {
      if take(UInt8(ascii: ":")) { return .equals }
      if take(UInt8(ascii: "~")) { return .contains }
      if take(UInt8(ascii: "<")) { return take(UInt8(ascii: "=")) ? .lessOrEqual : .less }
      if take(UInt8(ascii: ">")) { return take(UInt8(ascii: "=")) ? .greaterOrEqual : .greater }
      return nil
    }

    private mutating func value() -> Value? {
      if let text = quoted() { return .quoted(text) }
      let text = word()
      if text.isEmpty { return nil }
      return text.lowercased() == "null" ? .null : .plain(text)
    }
  }
}
