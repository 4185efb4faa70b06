/// Values in PostgreSQL's binary COPY format: a length, then the bytes of the type's own binary form.
///
/// Source: PostgreSQL documentation, COPY, "Binary Format". Header and trailer are the store's.
enum CopyBinary {
  /// The first bytes of a row.
  static func begin(fields: Int, in bytes: inout [UInt8]) { append(Int16(truncatingIfNeeded: fields), to: &bytes) }

  /// Appends NULL.
  static func appendNull(to bytes: inout [UInt8]) { append(Int32(-1), to: &bytes) }

  /// Appends UTF-8 without U+0000, for `text` and `json`.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    append(Int32(truncatingIfNeeded: text.count), to: &bytes)
    bytes.append(contentsOf: text)
  }

  /// Appends JSON source for `jsonb`.
  static func append(jsonb: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    append(Int32(truncatingIfNeeded: jsonb.count + 1), to: &bytes)
    // The version of the form: one, which is text.
    bytes.append(1)
    bytes.append(contentsOf: jsonb)
  }

  /// Appends a `bigint`.
  static func append(_ number: Int64, to bytes: inout [UInt8]) {
    append(Int32(8), to: &bytes)
    appendRaw(number, to: &bytes)
  }

  /// Appends a `boolean`.
  static func append(_ flag: Bool, to bytes: inout [UInt8]) {
    append(Int32(1), to: &bytes)
    bytes.append(flag ? 1 : 0)
  }

  /// Appends a `timestamptz`; milliseconds are those of Unix time, PostgreSQL counts from 2000-01-01.
  static func append(milliseconds: Int64, to bytes: inout [UInt8]) {
    append((milliseconds - 946_684_800_000) * 1000, to: &bytes)
  }

  /// Appends a `numeric` for text that `isDecimal`: all digits stay, those after the point too.
  static func append(decimal text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    let number = BinaryDecimal(text)
    append(Int32(truncatingIfNeeded: 8 + 2 * number.groups.count), to: &bytes)
    append(Int16(truncatingIfNeeded: number.groups.count), to: &bytes)
    append(Int16(truncatingIfNeeded: number.weight), to: &bytes)
    append(number.isNegative ? Int16(0x4000) : 0, to: &bytes)
    append(Int16(truncatingIfNeeded: number.scale), to: &bytes)
    for group in number.groups { append(group, to: &bytes) }
  }

  @inline(__always)
  private static func append(_ value: Int16, to bytes: inout [UInt8]) { appendRaw(value, to: &bytes) }

  @inline(__always)
  private static func append(_ value: Int32, to bytes: inout [UInt8]) { appendRaw(value, to: &bytes) }

  @inline(__always)
  private static func appendRaw(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
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

/// A decimal in groups of four digits around its point, as `numeric` keeps it.
///
/// Source: PostgreSQL, `numeric_recv` and the comment on `NumericVar`.
struct BinaryDecimal {
  /// From the most significant, without zeros at either end.
  private(set) var groups: [Int16] = []
  /// The power of 10,000 of the first group.
  private(set) var weight = 0
  /// Digits after the point, as written.
  private(set) var scale = 0
  private(set) var isNegative = false

  /// Reads text that `CopyBinary.isDecimal`.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    var digits: [Int16] = []
    /// The digits before the point, counted from the first one in `digits`.
    var point = 0
    var isFraction = false
    var exponent = 0
    var position = 0
    reading: while position < text.count {
      switch text[position] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        exponent = Int(String(decoding: text[(position + 1)...], as: UTF8.self)) ?? 0
        break reading
      default:
        digits.append(Int16(text[position] - UInt8(ascii: "0")))
        if isFraction { scale += 1 } else { point += 1 }
      }
      position += 1
    }
    scale = max(0, scale - exponent)
    point += exponent
    let zeros = digits.prefix { $0 == 0 }.count
    guard zeros < digits.count else {
      isNegative = false
      return
    }
    digits.removeFirst(zeros)
    point -= zeros
    // The first group ends where the distance to the point is a multiple of four.
    weight = ((point + 3) >> 2) - 1
    digits.insert(contentsOf: [Int16](repeating: 0, count: (weight + 1) * 4 - point), at: 0)
    while digits.count % 4 != 0 { digits.append(0) }
    for start in stride(from: 0, to: digits.count, by: 4) {
      groups.append(digits[start..<start + 4].reduce(0) { $0 * 10 + $1 })
    }
    while groups.last == 0 { groups.removeLast() }
  }
}
