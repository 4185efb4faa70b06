import StripeModel
import TestSupport
import Testing

/// Bronze in one go and bronze in any split over several runs give the same rows.
@Suite struct SilverOrderTests {
  private typealias Line = SilverLab.Line
  private typealias Objects = SilverObjects

  /// Few objects, seen often within few seconds, so that everything meets everything.
  private func world(_ dice: inout SeededRandom) -> [Line] {
    (0..<(20 + dice.roll(40))).map { _ in
      let id = dice.roll(3)
      let (entity, data) =
        switch dice.roll(9) {
        case 0, 1: ("customers", customer(id, &dice))
        case 2: ("customers", Objects.stub("customer", "cus_\(id)"))
        case 3, 4: ("charges", charge(id, &dice))
        case 5: ("refunds", Objects.refund("re_\(id)_\(dice.roll(3))", amount: dice.roll(3), of: "ch_\(id)"))
        case 6, 7: ("invoices", invoice(id, &dice))
        default:
          dice.isLucky()
            ? ("invoices", Objects.stub("invoice", "in_\(id)")) : ("discounts", Objects.stub("discount", "di_\(id)"))
        }
      return Line(
        entity, data, at: dice.roll(8), sequence: 1 + dice.roll(2), ingestedAt: 20 + dice.roll(3),
        run: "r\(dice.roll(2))")
    }
  }

  private func customer(_ id: Int, _ dice: inout SeededRandom) -> String {
    let discount = dice.isLucky() ? #","discount":\#(Objects.discount("di_\(dice.roll(3))", end: dice.roll(3)))"# : ""
    let balance = dice.isLucky() ? #","cash_balance":{"eur":\#(dice.roll(3))}"# : ""
    return Objects.customer("cus_\(id)", name: "\(dice.roll(3))", more: discount + balance)
  }

  private func charge(_ id: Int, _ dice: inout SeededRandom) -> String {
    let refunds = (0..<3).filter { _ in dice.isLucky() }
      .map { Objects.refund("re_\(id)_\($0)", amount: dice.roll(3), of: "ch_\(id)") }
    return Objects.charge(
      "ch_\(id)", amount: "\(dice.roll(3))", created: Objects.created + id * 86_400,
      refunds: dice.roll(3) == 0 ? nil : Objects.list(refunds, hasMore: dice.roll(3) == 0))
  }

  private func invoice(_ id: Int, _ dice: inout SeededRandom) -> String {
    let lines = (0..<3).filter { _ in dice.isLucky() }.map { number in
      let discount = dice.isLucky() ? #","discounts":[\#(Objects.discount("di_\(number)", end: dice.roll(3)))]"# : ""
      return Objects.line("il_\(id)_\(number)", amount: dice.roll(3), more: discount)
    }
    return Objects.invoice("in_\(id)", lines: dice.roll(4) == 0 ? nil : lines, hasMore: dice.roll(4) == 0)
  }

  @Test("in one go or in several runs, in any order", arguments: [1, 2, 3, 4] as [UInt64])
  func splits(_ seed: UInt64) async throws {
    var dice = SeededRandom(seed: seed)
    let lines = world(&dice)
    let tables: [ResourceName] = [.customer, .charge, .refund, .discount]
    let whole = try await SilverLab(tables)
    #expect(try await whole.run(lines) == [:])
    var runs: [[Line]] = Array(repeating: [], count: Int(seed % 4) + 1)
    for line in lines.shuffled(using: &dice) { runs[dice.roll(runs.count)].append(line) }
    let split = try await SilverLab(tables)
    for run in runs { #expect(try await split.run(run) == [:]) }
    let (expected, found) = (try await whole.dump(), try await split.dump())
    #expect(expected["invoice_line_items"]?.isEmpty == false && expected["refunds"]?.isEmpty == false)
    for (table, rows) in expected { #expect(found[table] == rows, "\(table)") }
  }
}

extension SeededRandom {
  fileprivate mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
  fileprivate mutating func isLucky() -> Bool { Bool.random(using: &self) }
}
