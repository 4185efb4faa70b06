/// Makes ids in Stripe's form: a prefix, the time in base 62, then chance.
///
/// The time stands in front so that a new id goes to the end of the store's index, as Stripe's ids roughly do. From one
/// seed the same calls give the same ids.
package struct IDGenerator: Sendable {
  private var state: UInt64

  /// Ids by chance, or the same ones from the same seed.
  package init(seed: UInt64? = nil) { state = seed ?? .random(in: .min ... .max) }

  private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// An id for a record made at that time.
  package mutating func id(_ definition: RecordDefinition, created: Int64) -> String {
    let time = definition.idLength >= 14 ? Self.base62(created, 6) : ""
    let rest = definition.idLength - definition.idMark.utf8.count - time.utf8.count
    return definition.idPrefix + definition.idMark + time + text(rest)
  }

  /// So many letters and digits.
  package mutating func text(_ length: Int) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    while bytes.count < length {
      var random = next()
      for _ in 0..<10 where bytes.count < length {
        bytes.append(Self.digits[Int(random % 62)])
        random /= 62
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A whole number from 0 up to the bound, the bound left out.
  package mutating func number(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

  private mutating func next() -> UInt64 {
    // SplitMix64: every 64-bit state gives a full, well-mixed sequence.
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  private static func base62(_ value: Int64, _ length: Int) -> String {
    var rest = value.magnitude
    var bytes: [UInt8] = []
    for _ in 0..<length {
      bytes.append(digits[Int(rest % 62)])
      rest /= 62
    }
    return String(decoding: bytes.reversed(), as: UTF8.self)
  }
}
