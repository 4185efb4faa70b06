import StripeModel

/// What has been found so far of one table.
struct ResourceTally {
  private let findingLimit: Int
  private(set) var comparison: ResourceComparison
  private(set) var sourceSums: [SumKey: Int128] = [:]
  private(set) var storeSums: [SumKey: Int128] = [:]

  /// A money column in one currency.
  struct SumKey: Hashable {
    let column: String
    let currency: String?
  }

  init(table: String, findingLimit: Int) {
    comparison = ResourceComparison(table: table)
    self.findingLimit = findingLimit
  }

  /// How many more findings may be listed.
  var room: Int { max(0, findingLimit - comparison.findings.count) }

  /// Counts one finding, and lists it while there is room.
  mutating func add(_ finding: Finding) {
    count(finding.kind, 1)
    list([finding])
  }

  /// Counts findings without listing them.
  mutating func count(_ kind: Finding.Kind, _ number: Int) {
    guard number > 0 else { return }
    comparison.counts[kind.rawValue, default: 0] += number
    comparison.omittedFindings += number
    if kind == .unreadable { comparison.source.unreadable += number }
  }

  /// Lists findings that were counted already.
  mutating func list(_ findings: [Finding]) {
    let taken = findings.prefix(room)
    comparison.findings += taken
    comparison.omittedFindings -= taken.count
  }

  /// Changes the plain numbers.
  mutating func update(_ change: (inout ResourceComparison) -> Void) { change(&comparison) }

  mutating func addSource(_ sums: [SumKey: Int128]) { sourceSums.merge(sums, uniquingKeysWith: +) }
  mutating func addStore(_ sums: [SumKey: Int128]) { storeSums.merge(sums, uniquingKeysWith: +) }

  /// Holds the sums of both sides against each other, in the order of the declaration.
  mutating func closeSums(_ definition: ResourceDefinition) {
    let order = Dictionary(
      definition.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let keys = Set(sourceSums.keys).union(storeSums.keys).sorted { left, right in
      let places = (order[left.column] ?? 0, order[right.column] ?? 0)
      return places.0 == places.1 ? (left.currency ?? "") < (right.currency ?? "") : places.0 < places.1
    }
    for key in keys {
      let sum = MoneySum(
        column: key.column, currency: key.currency, source: String(sourceSums[key] ?? 0),
        store: String(storeSums[key] ?? 0))
      comparison.sums.append(sum)
      if sum.source != sum.store {
        let field = [key.column, key.currency].compactMap { $0 }.joined(separator: " ")
        add(Finding(.sumDiffers, field: field, source: sum.source, store: sum.store))
      }
    }
  }
}
