/// An exact fraction, always reduced.
struct Fraction: Equatable, Sendable {
  let numerator: Int128
  /// Greater than zero.
  let denominator: Int128

  static let zero = Fraction(0)

  init(_ numerator: Int128, _ denominator: Int128 = 1) {
    let divisor = Self.divisor(numerator, denominator)
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.numerator = sign * numerator / divisor
    self.denominator = sign * denominator / divisor
  }

  static func + (one: Fraction, other: Fraction) -> Fraction {
    let divisor = Self.divisor(one.denominator, other.denominator)
    return Fraction(
      one.numerator * (other.denominator / divisor) + other.numerator * (one.denominator / divisor),
      one.denominator / divisor * other.denominator)
  }

  static func - (one: Fraction, other: Fraction) -> Fraction { one + other * Fraction(-1) }

  static func * (one: Fraction, other: Fraction) -> Fraction {
    // Reduced crosswise first: the products stay small.
    let left = Fraction(one.numerator, other.denominator)
    let right = Fraction(other.numerator, one.denominator)
    return Fraction(left.numerator * right.numerator, left.denominator * right.denominator)
  }

  static func / (one: Fraction, other: Fraction) -> Fraction { one * Fraction(other.denominator, other.numerator) }

  static func < (one: Fraction, other: Fraction) -> Bool { (one - other).numerator < 0 }

  /// The nearest whole number; a half goes to the even one.
  var roundedHalfEven: Int64 {
    var (quotient, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    if rest < 0 {
      quotient -= 1
      rest += denominator
    }
    let isUp = rest * 2 > denominator || (rest * 2 == denominator && quotient % 2 != 0)
    return Int64(quotient + (isUp ? 1 : 0))
  }

  private static func divisor(_ one: Int128, _ other: Int128) -> Int128 {
    var (left, right) = (one.magnitude, other.magnitude)
    while right != 0 { (left, right) = (right, left % right) }
    return left == 0 ? 1 : Int128(left)
  }
}
