/// The sums of an invoice before the customer's balance: pure arithmetic over its lines and discounts.
///
/// `total` = Σ lines − Σ discounts, always; there is no tax here. `subtotal` is after the lines' own discounts and
/// before the invoice's.
struct InvoiceTotals: Equatable {
  /// A line as far as money is concerned.
  struct Line {
    var amount: Int64
    var product: String?
    var isDiscountable = true
    /// The line's own discounts, in order.
    var discounts: [DiscountTerms] = []
  }

  /// What one discount took off.
  struct Off: Equatable {
    var discount: String
    var amount: Int64
    var json: JSON { ["amount": .integer(amount), "discount": .string(discount)] }
    var pretaxJSON: JSON { ["amount": .integer(amount), "discount": .string(discount), "type": "discount"] }
  }

  private(set) var subtotal: Int64 = 0
  private(set) var total: Int64 = 0
  /// What was taken off each line, its share of the invoice's discounts included.
  private(set) var lineOffs: [[Off]]
  /// What each discount took off in all; one that took nothing stands with 0.
  private(set) var offs: [Off] = []

  init(lines: [Line], discounts: [DiscountTerms]) {
    lineOffs = Array(repeating: [], count: lines.count)
    var rest = lines.map(\.amount)
    for (index, line) in lines.enumerated() where line.isDiscountable {
      for terms in line.discounts {
        let isFor = terms.covers(line.product)
        let amount = isFor ? terms.off(rest[index]) : 0
        rest[index] -= amount
        if isFor { lineOffs[index].append(Off(discount: terms.id, amount: amount)) }
        add(terms.id, amount)
      }
    }
    subtotal = rest.reduce(0, +)
    total = subtotal
    for terms in discounts { take(terms, lines, &rest) }
  }

  /// Takes one of the invoice's discounts off the lines that it covers, to the last unit.
  private mutating func take(_ terms: DiscountTerms, _ lines: [Line], _ rest: inout [Int64]) {
    let weights = lines.indices.map { index in
      lines[index].isDiscountable && terms.covers(lines[index].product) ? max(0, rest[index]) : 0
    }
    let off = terms.off(weights.reduce(0, +))
    add(terms.id, off)
    total -= off
    for (index, share) in Apportionment.shares(of: off, by: weights).enumerated() where weights[index] > 0 {
      rest[index] -= share
      lineOffs[index].append(Off(discount: terms.id, amount: share))
    }
  }

  private mutating func add(_ discount: String, _ amount: Int64) {
    if let place = offs.firstIndex(where: { $0.discount == discount }) {
      offs[place].amount += amount
    } else {
      offs.append(Off(discount: discount, amount: amount))
    }
  }
}
