/// The chance of a seeded world: the same seed and stream give the same draws.
struct SeedRandom {
  private var generator: IDGenerator

  /// One of many streams of a seed, such as a customer's own.
  init(seed: UInt64, stream: Int) {
    // Not the generator's own step: the streams would be parts of one sequence.
    let distance = UInt64(bitPattern: Int64(stream)) &* 0xd134_2543_de82_ef95
    generator = IDGenerator(seed: (seed ^ 0x6f6b_6170_6921) &+ distance)
  }

  /// A whole number from 0 up to the bound, the bound left out.
  mutating func number(below bound: Int) -> Int { generator.number(below: bound) }

  /// A whole number in a range.
  mutating func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + number(below: range.count) }

  /// True in so many of a hundred draws.
  mutating func chance(percent: Int) -> Bool { number(below: 100) < percent }

  /// One of several.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }

  /// One of several, in proportion to their weights.
  mutating func pick<Value>(weighted values: [(Value, Int)]) -> Value {
    var rest = number(below: values.reduce(0) { $0 + $1.1 })
    for (value, weight) in values {
      if rest < weight { return value }
      rest -= weight
    }
    return values[values.count - 1].0
  }
}
