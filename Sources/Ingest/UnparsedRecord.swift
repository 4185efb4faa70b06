/// The bytes of a record that is no valid JSON, on their way to the reject file.
enum UnparsedRecord {
  private static let name = Array("client_secret".utf8)

  /// The bytes with everything that may be a `client_secret` starred out; nil where one could hide behind escapes.
  ///
  /// No parser can say what belongs to what here, so the stars go as far as the value may reach: to the end of its
  /// text and on to the next comma or brace.
  static func masked(_ bytes: [UInt8]) -> [UInt8]? {
    guard !hasEscapedLetter(bytes) else { return nil }
    var masked = bytes
    var position = 0
    while let found = next(in: bytes, from: position) {
      position = found
      // As a name it is followed by its value, in a link by `=` and the secret.
      while position < bytes.count, isBetween(bytes[position]) { position += 1 }
      while position < bytes.count, !isEnd(bytes[position]) {
        if !isBetween(bytes[position]) { masked[position] = UInt8(ascii: "*") }
        position += 1
      }
    }
    return masked
  }

  /// The position behind the next occurrence of the name.
  private static func next(in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position + name.count <= bytes.count {
      if bytes[position] == name[0], bytes[position..<position + name.count].elementsEqual(name) {
        return position + name.count
      }
      position += 1
    }
    return nil
  }

  /// Whether a letter or `_` is written as `\u00XX`, as no serializer does.
  private static func hasEscapedLetter(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 6 else { return false }
    for position in 0...(bytes.count - 6) where bytes[position] == UInt8(ascii: "\\") {
      let digits = bytes[(position + 1)..<(position + 6)]
      if digits.prefix(3).elementsEqual("u00".utf8), let tens = digits.dropFirst(3).first,
        (UInt8(ascii: "4")...UInt8(ascii: "7")).contains(tens)
      {
        return true
      }
    }
    return false
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "\n")
  }

  /// What stands between a name and its value.
  private static func isBetween(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ":")
  }
}
