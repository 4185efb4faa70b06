/// Splits an amount by weights without losing a unit.
enum Apportionment {
  /// Shares in proportion to the weights that sum to `amount` exactly: rounded down, and the rest one by one to the
  /// largest remainders, the earlier of two equal ones first.
  ///
  /// - Precondition: no weight is negative; a sum of weights of zero gives zeros.
  static func shares(of amount: Int64, by weights: [Int64]) -> [Int64] {
    let whole = weights.reduce(0, +)
    guard whole > 0, amount > 0 else { return weights.map { _ in 0 } }
    if weights.count == 1 { return [amount] }
    var shares: [Int64] = []
    var remainders: [(index: Int, rest: Int128)] = []
    shares.reserveCapacity(weights.count)
    for (index, weight) in weights.enumerated() {
      let product = Int128(amount) * Int128(weight)
      shares.append(Int64(product / Int128(whole)))
      remainders.append((index, product % Int128(whole)))
    }
    let missing = Int(amount - shares.reduce(0, +))
    remainders.sort { ($0.rest, $1.index) > ($1.rest, $0.index) }
    for place in remainders.prefix(missing) { shares[place.index] += 1 }
    return shares
  }
}
