/// A decimal number as Stripe writes it in a string: plain digits, no zeros without meaning.
package struct DecimalText: Sendable, Equatable {
  /// The digits: `-1`, `0.005`, `123.45`.
  package let text: String

  /// The number a parameter holds; nil when it is none.
  package init?(_ value: JSON) {
    switch value {
    case .integer(let number): text = String(number)
    case .string(let digits), .decimal(let digits):
      guard let plain = Self.plain(digits) else { return nil }
      text = plain
    default: return nil
    }
  }

  /// The value if it is a whole number.
  package var integer: Int64? { Int64(text) }

  /// The number always with a decimal: `50.0`, `25.5`.
  package var withDecimal: String { text.contains(".") ? text : text + ".0" }

  /// The number times a hundred; nil when that is no whole number.
  package var hundredths: Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    guard fraction.count <= 2 else { return nil }
    return Int64(parts[0] + fraction + String(repeating: "0", count: 2 - fraction.count))
  }

  private static func plain(_ digits: String) -> String? {
    guard let match = digits.wholeMatch(of: #/(-?)0*(\d+?)(?:\.(\d*?)0*)?/#) else { return nil }
    let fraction = match.3 ?? ""
    let number = fraction.isEmpty ? String(match.2) : "\(match.2).\(fraction)"
    return number == "0" ? number : match.1 + number
  }
}
