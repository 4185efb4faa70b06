@testable import Sandbox

/// Random choices that a seed repeats.
struct Chance {
  private var generator: IDGenerator

  init(seed: UInt64) { generator = IDGenerator(seed: seed) }

  mutating func number(_ bound: Int) -> Int { generator.number(below: bound) }
  mutating func amount(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(number(Int(range.upperBound - range.lowerBound + 1)))
  }
  /// True once in so many times.
  mutating func once(in times: Int) -> Bool { number(times) == 0 }
  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[number(elements.count)]
  }
  mutating func one(of words: String...) -> JSON { .string(words[number(words.count)]) }
}

extension JSON {
  /// The id that a reference or an object holds.
  var reference: String? { string ?? self["id"].string }
}
