/// An amount in minor units, exact to twelve decimals: what a unit price may have.
///
/// 128 bits hold the largest price times a billion of it, and still a share of that.
struct ExactAmount: Equatable {
  /// The amount in 10⁻¹² minor units.
  var units: Int128

  static let scale: Int128 = 1_000_000_000_000
  static let zero = ExactAmount(units: 0)

  init(units: Int128) { self.units = units }
  init(_ minorUnits: Int64) { units = Int128(minorUnits) * Self.scale }

  /// Reads plain digits such as `0.5` or `1999`; nil for anything else or for more than twelve decimals.
  init?(decimal text: String) {
    var value: Int128 = 0
    var decimals: Int?
    var hasDigits = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow || decimals == 12 { return nil }
        value = tenfold + Int128(byte - UInt8(ascii: "0"))
        hasDigits = true
        if let known = decimals { decimals = known + 1 }
      case UInt8(ascii: ".") where decimals == nil: decimals = 0
      case UInt8(ascii: "-") where index == 0: break
      default: return nil
      }
    }
    guard hasDigits else { return nil }
    for _ in (decimals ?? 0)..<12 {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = tenfold
    }
    units = text.utf8.first == UInt8(ascii: "-") ? -value : value
  }

  /// A number or a decimal string of an object; nil for null.
  init?(_ value: JSON) {
    switch value {
    case .integer(let number): self.init(number)
    case .decimal(let text), .string(let text): self.init(decimal: text)
    default: return nil
    }
  }

  static func + (one: ExactAmount, other: ExactAmount) -> ExactAmount {
    ExactAmount(units: one.units + other.units)
  }

  static func * (one: ExactAmount, count: Int64) -> ExactAmount { ExactAmount(units: one.units * Int128(count)) }

  /// In whole minor units, a half away from zero.
  var rounded: Int64 { Self.rounded(units, over: Self.scale) }

  /// The part of it that `part` is of `whole`, rounded once.
  func share(_ part: Int64, of whole: Int64) -> Int64 {
    whole == 0 ? 0 : Self.rounded(units * Int128(part), over: Self.scale * Int128(whole))
  }

  /// So many percent of an amount, rounded once.
  static func percent(_ percent: ExactAmount, of amount: Int64) -> Int64 {
    rounded(Int128(amount) * percent.units, over: scale * 100)
  }

  private static func rounded(_ value: Int128, over divisor: Int128) -> Int64 {
    let half = divisor / 2
    return Int64(value < 0 ? (value - half) / divisor : (value + half) / divisor)
  }
}
