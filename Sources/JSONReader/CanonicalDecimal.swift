/// The one spelling of a JSON number: `1.10` and `11e-1` are `1.1`, `1e2` is `100`, `-0.0` is `0`.
///
/// It works on digits, not on floating point, so numbers that differ in any digit stay different.
struct CanonicalDecimal {
  /// The spelling, ASCII.
  let bytes: [UInt8]

  /// Reads a number that is valid JSON.
  init(_ raw: UnsafeBufferPointer<UInt8>) {
    let zero = UInt8(ascii: "0")
    var digits: [UInt8] = []
    var exponent = 0
    var isNegative = false
    var isFraction = false
    var place = 0
    while place < raw.count {
      let byte = raw[place]
      place += 1
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        exponent += Self.exponent(raw[place...])
        place = raw.count
      default:
        if isFraction { exponent -= 1 }
        if byte != zero || !digits.isEmpty { digits.append(byte) }
      }
    }
    while digits.last == zero {
      digits.removeLast()
      exponent += 1
    }
    bytes = digits.isEmpty ? [zero] : (isNegative ? [UInt8(ascii: "-")] : []) + Self.spelled(digits, exponent)
  }

  /// Digits times ten to the exponent: as plain digits while that is short, else with an exponent.
  private static func spelled(_ digits: [UInt8], _ exponent: Int) -> [UInt8] {
    let zero = UInt8(ascii: "0")
    let point = digits.count + exponent
    if exponent >= 0, point <= 21 { return digits + [UInt8](repeating: zero, count: exponent) }
    if exponent < 0, point > 0 { return digits[..<point] + [UInt8(ascii: ".")] + digits[point...] }
    if exponent < 0, point > -7 {
      return [zero, UInt8(ascii: ".")] + [UInt8](repeating: zero, count: -point) + digits
    }
    return digits + Array("e\(exponent)".utf8)
  }

  private static func exponent(_ raw: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    var value = 0
    for byte in raw where byte >= UInt8(ascii: "0") { value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1 << 40) }
    return raw.first == UInt8(ascii: "-") ? -value : value
  }
}
