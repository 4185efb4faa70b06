/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same export on every machine.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  /// So many random letters and digits.
  mutating func word(_ length: Int) -> String {
    var word = ""
    var rest = next()
    for position in 0..<length {
      if position % 10 == 9 { rest = next() }
      word.append(Self.letters[Int(rest % 62)])
      rest /= 62
    }
    return word
  }

  /// The part of a Stripe id that grows with time, five letters: ids of one day lie near each other.
  static func stamp(_ seconds: Int) -> String {
    var word: [Character] = []
    var rest = max(0, seconds - 1_200_000_000)
    for _ in 0..<5 {
      word.append(letters[rest % 62])
      rest /= 62
    }
    return String(word.reversed())
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(next() % UInt64(elements.count))] }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// True so many times in a hundred.
  mutating func chance(_ percent: Int) -> Bool { next() % 100 < UInt64(percent) }
}
