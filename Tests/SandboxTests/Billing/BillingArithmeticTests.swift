import Testing

@testable import Sandbox

/// CONTRACT.md, section 10: months, money and rounding.
@Suite struct BillingArithmeticTests {
  private func time(_ year: Int, _ month: Int, _ day: Int, _ second: Int64 = 0) -> Int64 {
    CivilTime(year: year, month: month, day: day, secondOfDay: second).seconds
  }

  @Test func monthsAnchoredLateFallToTheLastDayAndReturn() {
    let anchor = time(2026, 1, 31, 5)
    let month = BillingInterval(.month)
    #expect(month.boundary(1, from: anchor) == time(2026, 2, 28, 5))
    #expect(month.boundary(2, from: anchor) == time(2026, 3, 31, 5))
    #expect(month.boundary(3, from: anchor) == time(2026, 4, 30, 5))
    #expect(month.boundary(25, from: anchor) == time(2028, 2, 29, 5))
    #expect(BillingInterval(.year).boundary(1, from: time(2028, 2, 29)) == time(2029, 2, 28))
    #expect(BillingInterval(.year).boundary(4, from: time(2028, 2, 29)) == time(2032, 2, 29))
    #expect(BillingInterval(.month, 3).boundary(1, from: time(2025, 11, 30)) == time(2026, 2, 28))
    #expect(BillingInterval(.week, 2).boundary(3, from: anchor) == anchor + 42 * day)
  }

  @Test(arguments: [BillingInterval(.day, 3), .init(.week), .init(.month), .init(.month, 3), .init(.year)])
  func everyMomentLiesInOnePeriod(interval: BillingInterval) {
    let anchor = time(2024, 1, 31, 40_000)
    var ids = IDGenerator(seed: 7)
    for _ in 0..<2_000 {
      let moment = anchor + Int64(ids.number(below: 400_000_000)) - 100_000_000
      let period = interval.period(containing: moment, anchor: anchor)
      #expect(period.start <= moment && moment < period.end)
      #expect(interval.period(containing: period.start, anchor: anchor) == period)
      #expect(interval.period(containing: period.end, anchor: anchor).start == period.end)
    }
  }

  @Test func halfAMinorUnitIsRoundedUpOnce() {
    #expect(ExactAmount(decimal: "0.5")?.rounded == 1)
    #expect(ExactAmount(decimal: "0.499999999999")?.rounded == 0)
    #expect((ExactAmount(decimal: "0.1")! * 5).rounded == 1)  // a literal
    #expect(ExactAmount(decimal: "-2499.996")?.rounded == -2_500)
    #expect(ExactAmount(decimal: "1.0000000000001") == nil && ExactAmount(decimal: "1e3") == nil)
    // Recorded: 4 s after the start of a month and a year.
    #expect(ExactAmount(2_500).share(2_591_996, of: 2_592_000) == 2_500)
    #expect(ExactAmount(25_000).share(31_535_996, of: 31_536_000) == 25_000)
    #expect((ExactAmount(decimal: "99999999.999999999999")! * 1_000_000).share(86_399, of: 31_536_000) > 0)
  }

  @Test func tiersAreGraduatedOrByVolume() {
    let tiers: JSON = [
      ["up_to": 5, "unit_amount": 700, "unit_amount_decimal": "700", "flat_amount": 1_000],
      ["up_to": 10, "unit_amount": 650, "unit_amount_decimal": "650"],
      ["up_to": nil, "unit_amount_decimal": "600.5", "flat_amount": 2_000],
    ]
    func amount(_ mode: String, _ quantity: Int64) -> Int64 {
      Record(
        .price, body: ["billing_scheme": "tiered", "tiers_mode": .string(mode)], hidden: ["tiers": tiers]
      ).amount(ofQuantity: quantity).rounded
    }
    #expect(amount("graduated", 5) == 4_500)
    #expect(amount("graduated", 6) == 4_500 + 650)
    #expect(amount("graduated", 11) == 4_500 + 3_250 + 601 + 2_000)
    #expect(amount("graduated", 0) == 0)
    #expect(amount("volume", 5) == 4_500)
    #expect(amount("volume", 10) == 6_500)
    #expect(amount("volume", 20) == 14_010)
  }

  @Test func packagesAreRounded() {
    func amount(_ round: String, _ quantity: Int64) -> Int64 {
      Record(
        .price,
        body: [
          "billing_scheme": "per_unit", "unit_amount": 500,
          "transform_quantity": ["divide_by": 10, "round": .string(round)],
        ]
      ).amount(ofQuantity: quantity).rounded
    }
    #expect(amount("up", 11) == 1_000 && amount("down", 11) == 500 && amount("down", 9) == 0)
  }

  @Test func sharesLoseNothing() {
    #expect(Apportionment.shares(of: 100, by: [1, 1, 1]) == [34, 33, 33])
    #expect(Apportionment.shares(of: 5, by: [0, 10, 30]) == [0, 1, 4])
    #expect(Apportionment.shares(of: 5, by: [0, 0]) == [0, 0])
    var ids = IDGenerator(seed: 3)
    for _ in 0..<2_000 {
      let weights = (0..<(1 + ids.number(below: 9))).map { _ in Int64(ids.number(below: 100_000)) }
      let whole = weights.reduce(0, +)
      let amount = whole == 0 ? 0 : Int64(ids.number(below: Int(whole) + 1))
      let shares = Apportionment.shares(of: amount, by: weights)
      #expect(shares.reduce(0, +) == amount)
      #expect(zip(shares, weights).allSatisfy { $0 >= 0 && $0 <= $1 })
    }
  }

  @Test func discountsStandOnLinesAndInSum() {
    let half = DiscountTerms(id: "di_line", percent: ExactAmount(50))
    let ten = DiscountTerms(id: "di_ten", amountOff: 1_000)
    let totals = InvoiceTotals(
      lines: [
        .init(amount: 1_900, discounts: [half]), .init(amount: 333), .init(amount: -500, isDiscountable: false),
      ], discounts: [ten, DiscountTerms(id: "di_third", percent: ExactAmount(decimal: "33.33")!)])
    #expect(totals.subtotal == 950 + 333 - 500)
    // 1,283 can be discounted: 1,000 off, then a third of 283.
    #expect(totals.offs.map(\.amount) == [950, 1_000, 94])
    #expect(totals.total == 1_733 - 950 - 1_000 - 94)
    #expect(totals.lineOffs.flatMap(\.self).reduce(0) { $0 + $1.amount } == 2_044)
  }

  @Test func totalsAddUpWhateverTheDiscounts() {
    var ids = IDGenerator(seed: 11)
    func terms(_ name: String) -> DiscountTerms {
      ids.number(below: 2) == 0
        ? DiscountTerms(id: name, amountOff: Int64(ids.number(below: 5_000)))
        : DiscountTerms(id: name, percent: ExactAmount(units: Int128(ids.number(below: 10_001)) * 10_000_000_000))
    }
    for _ in 0..<1_000 {
      let lines = (0..<ids.number(below: 12)).map { number in
        InvoiceTotals.Line(
          amount: Int64(ids.number(below: 20_000)) - 4_000, isDiscountable: ids.number(below: 4) > 0,
          discounts: ids.number(below: 3) == 0 ? [terms("di_\(number)")] : [])
      }
      let totals = InvoiceTotals(lines: lines, discounts: (0..<ids.number(below: 3)).map { terms("di_all\($0)") })
      let off = totals.offs.reduce(0) { $0 + $1.amount }
      #expect(totals.total == lines.reduce(0) { $0 + $1.amount } - off)
      #expect(totals.lineOffs.flatMap(\.self).reduce(0) { $0 + $1.amount } == off)
      for (line, offs) in zip(lines, totals.lineOffs) {
        #expect(offs.allSatisfy { $0.amount >= 0 } && offs.reduce(0) { $0 + $1.amount } <= max(0, line.amount))
      }
    }
  }
}
