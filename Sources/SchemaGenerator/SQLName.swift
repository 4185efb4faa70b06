/// Names as they stand in SQL: quoted where they must be, shortened where PostgreSQL would cut them.
package enum SQLName {
  /// The longest name PostgreSQL keeps, in bytes.
  package static let limitBytes = 63

  /// The name as it is written in a statement; quoted only when it is a reserved word or not plain lower case.
  package static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "_")
    }
    let startsWithDigit = name.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
    if isPlain && !startsWithDigit && !reserved.contains(name) { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  /// A text literal; `standard_conforming_strings` is on in every supported server.
  package static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// Parts joined by `_`, at most 63 bytes: the middle gives way to a hash, so that two names never meet.
  package static func joined(_ parts: String...) -> String {
    let whole = parts.joined(separator: "_")
    guard whole.utf8.count > limitBytes, let last = parts.last else { return whole }
    let ending = "_" + fingerprint(whole).prefix(8) + "_" + last
    return String(decoding: whole.utf8.prefix(limitBytes - ending.utf8.count), as: UTF8.self) + ending
  }

  /// Sixteen hex digits that follow from the text (FNV-1a, 64 bits): for freshness and short names, not for security.
  package static func fingerprint(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The words PostgreSQL 15 to 18 do not take as a column's name without quotes.
  ///
  /// Source: PostgreSQL, appendix C, SQL key words ("reserved", functions and types included).
  private static let reserved = Set(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check \
    collate collation column concurrently constraint create cross current_catalog current_date \
    current_role current_schema current_time current_timestamp current_user default deferrable desc \
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in \
    initially inner intersect into is isnull join lateral leading left like limit localtime \
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary \
    references returning right select session_user similar some symmetric system_user table tablesample \
    then to trailing true union unique user using variadic verbose when where window with
    """.split(separator: " ").map(String.init))
}
