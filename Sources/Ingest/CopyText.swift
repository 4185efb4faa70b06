/// Values in PostgreSQL's COPY text format.
///
/// Source: PostgreSQL documentation, COPY, "Text Format": backslash, newline, carriage return and tab are escaped.
enum CopyText {
  /// Appends UTF-8 text, escaped.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    var start = 0
    for index in 0..<text.count {
      let escape: UInt8
      switch text[index] {
      case UInt8(ascii: "\\"): escape = UInt8(ascii: "\\")
      case UInt8(ascii: "\n"): escape = UInt8(ascii: "n")
      case UInt8(ascii: "\r"): escape = UInt8(ascii: "r")
      case UInt8(ascii: "\t"): escape = UInt8(ascii: "t")
      default: continue
      }
      bytes.append(contentsOf: text[start..<index])
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(escape)
      start = index + 1
    }
    bytes.append(contentsOf: text[start..<text.count])
  }

  /// Appends JSON source, escaped. Line breaks in JSON source are only white space, but are kept.
  static func append(json: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) { append(json, to: &bytes) }

  /// Appends JSON source, escaped.
  static func append(json: [UInt8], to bytes: inout [UInt8]) { json.withUnsafeBufferPointer { append($0, to: &bytes) } }

  /// Appends a whole number.
  static func append(_ number: Int64, to bytes: inout [UInt8]) {
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { buffer in
      var position = buffer.count
      var rest = number.magnitude
      repeat {
        position -= 1
        buffer[position] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        position -= 1
        buffer[position] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: buffer[position...])
    }
  }

  /// Whether text is a plain decimal that `numeric` reads: sign, digits, one point, an exponent; at most 1,000 bytes.
  static func isDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !text.isEmpty, text.count <= 1000 else { return false }
    var digits = 0
    var position = 0
    if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") { position = 1 }
    var pointSeen = false
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: ".") where !pointSeen: pointSeen = true
      case UInt8(ascii: "e") where digits > 0, UInt8(ascii: "E") where digits > 0:
        return isExponent(text[(position + 1)...])
      default: return false
      }
      position += 1
    }
    return digits > 0
  }

  private static func isExponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var rest = text
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    return (1...3).contains(rest.count) && rest.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
