import Testing

@testable import Sandbox

@Suite struct BalanceTests {
  private func amounts(_ lab: PaymentLab) throws -> (available: Int64, pending: Int64) {
    let balance = try lab.balance()
    return (
      balance["available"].array?.first?["amount"].integer ?? 0, balance["pending"].array?.first?["amount"].integer ?? 0
    )
  }

  @Test func anEmptyBalanceHasADollarLine() throws {
    let lab = try PaymentLab()
    let line: JSON = ["amount": 0, "currency": "usd", "source_types": ["card": 0]]
    #expect(try lab.balance()["available"] == [line])
    #expect(try lab.balance()["pending"] == [line])
    #expect(try lab.balance()["object"] == "balance")
  }

  @Test func moneyIsPendingThenAvailable() throws {
    let lab = try PaymentLab()
    try lab.charge(2_500)
    try lab.charge(1_000)
    #expect(try amounts(lab) == (0, 2_397 + 941))
    let day = try #require(try lab.all(.balanceTransaction).first?.int("available_on"))
    #expect(day == 1_767_225_600 + 3 * 86_400)
    try lab.wait(day - lab.time - 1)
    #expect(try amounts(lab).available == 0)
    try lab.wait(1)
    #expect(try amounts(lab) == (2_397 + 941, 0))
    #expect(try lab.all(.balanceTransaction).allSatisfy { $0.text("status") == "available" })
    #expect(try lab.events().filter { $0 == "balance.available" }.count == 1)
    let event = try lab.lastEvent("balance.available")
    #expect(event["data"]["object"]["available"].array?.first?["amount"] == .integer(2_397 + 941))
  }

  @Test func aBigDayIsReleasedInParts() throws {
    let lab = try PaymentLab()
    try lab.write { world in
      for _ in 0..<2_100 {
        _ = try world.book(
          BalanceMovement(type: "charge", category: "charge", amount: 10, currency: "usd", source: "ch_1"))
      }
    }
    let day = try #require(try lab.all(.balanceTransaction).first?.int("available_on"))
    let isMore = try lab.write { try $0.runDue(clock: nil, until: day, limit: 1) }
    #expect(isMore)
    #expect(try amounts(lab) == (10_000, 11_000))
    try lab.wait(day - lab.time)
    #expect(try amounts(lab) == (21_000, 0))
    #expect(try lab.events().filter { $0 == "balance.available" }.count == 1)
  }

  @Test func aCardThatBypassesPendingPaysAtOnce() throws {
    let lab = try PaymentLab()
    let charge = try lab.charge(2_500, "pm_card_bypassPending")
    #expect(try amounts(lab) == (2_397, 0))
    #expect(try lab.find(.balanceTransaction, charge.reference("balance_transaction")).text("status") == "available")
    #expect(try lab.events().contains("balance.available"))
  }

  @Test func eachCurrencyHasItsLine() throws {
    let lab = try PaymentLab()
    try lab.charge(2_500)
    try lab.charge(2_500, currency: "eur")
    let pending = try lab.balance()["pending"].array ?? []
    #expect(pending.map { $0["currency"] } == ["usd", "eur"])
    #expect(pending.map { $0["amount"] } == [2_397, 2_397])
  }

  @Test func thePayoutTakesWhatIsThere() throws {
    let lab = try PaymentLab()
    try lab.charge(100_000, "pm_card_bypassPending")
    let available = try amounts(lab).available
    let error = try lab.error("/v1/payouts", nil, ["amount": .integer(available + 1), "currency": "usd"])
    #expect(error.code == "balance_insufficient")
    #expect(
      error.message
        == """
        You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can \
        use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).
        """)
    let payout = try lab.made("/v1/payouts", nil, ["amount": 60_000, "currency": "usd", "metadata": ["a": "b"]])
    #expect(payout.text("status") == "pending" && !payout.flag("automatic"))
    #expect(payout.text("reconciliation_status") == "not_applicable")
    #expect(payout.int("arrival_date") == 1_767_225_600)
    #expect(payout["trace_id"] == ["status": "pending", "value": nil])
    let transaction = try lab.find(.balanceTransaction, payout.reference("balance_transaction"))
    #expect(transaction.text("type") == "payout" && transaction.int("net") == -60_000)
    #expect(try amounts(lab) == (available - 60_000, 0))
    try lab.wait(40)
    #expect(try lab.find(.payout, payout.id).text("status") == "in_transit")
    try lab.wait(40)
    #expect(try lab.find(.payout, payout.id).text("status") == "paid")
    #expect(try lab.events().suffix(3) == ["payout.created", "payout.updated", "payout.paid"])
    #expect(try lab.error("/v1/payouts/{payout}/cancel", payout.id).status == 400)
  }

  @Test func aCanceledAndAFailedPayoutComeBack() throws {
    let lab = try PaymentLab()
    try lab.charge(100_000, "pm_card_bypassPending")
    let available = try amounts(lab).available
    let first = try lab.made("/v1/payouts", nil, ["amount": 1_000, "currency": "usd"])
    let canceled = try lab.made("/v1/payouts/{payout}/cancel", first.id)
    #expect(canceled.text("status") == "canceled")
    #expect(try amounts(lab).available == available)
    let second = try lab.made(
      "/v1/payouts", nil,
      ["amount": 1_000, "currency": "usd", "destination": "btok_us_verified_noAccount"])
    try lab.wait(100)
    let failed = try lab.find(.payout, second.id)
    #expect(failed.text("status") == "failed" && failed.text("failure_code") == "no_account")
    let back = try lab.find(.balanceTransaction, failed.reference("failure_balance_transaction"))
    #expect(back.text("type") == "payout_failure" && back.int("net") == 1_000)
    #expect(try amounts(lab).available == available)
  }

  /// CONTRACT.md, section 10: forints are charged to the hundredth and paid out whole.
  @Test func forintsArePaidOutWhole() throws {
    let lab = try PaymentLab()
    try lab.charge(1_000_050, "pm_card_bypassPending", currency: "huf")
    let path = "/v1/payouts"
    #expect(try lab.error(path, nil, ["amount": 50_050, "currency": "huf"]).param == "amount")
    #expect(try lab.made(path, nil, ["amount": 50_000, "currency": "huf"]).text("status") == "pending")
  }

  @Test func theWeeklyPayoutTakesEverything() throws {
    var settings = AccountSettings()
    settings.payoutWeekday = 1
    let lab = try PaymentLab(settings: settings)
    for amount: Int64 in [2_500, 3_000, 4_500] { try lab.charge(amount) }
    try lab.charge(9_900, currency: "eur")
    try lab.wait(7 * 86_400)
    let payouts = try lab.all(.payout)
    #expect(payouts.map { $0.text("currency") } == ["usd", "eur"])
    let payout = try #require(payouts.first)
    #expect(CivilDate.weekday(payout.created) == 1)
    #expect(payout.flag("automatic") && payout.text("status") == "paid")
    #expect(payout.text("reconciliation_status") == "completed" && payout.text("description") == "STRIPE PAYOUT")
    let linked = try lab.store.read {
      try $0.records(ListQuery(.balanceTransaction, [.equals("hidden_payout", payout.id)]))
    }
    #expect(linked.count == 4)
    #expect(linked.reduce(0) { $0 + $1.int("net") } == 0)
    #expect(linked.filter { $0.text("type") != "payout" }.reduce(0) { $0 + $1.int("net") } == payout.int("amount"))
    #expect(try amounts(lab) == (0, 0))
    let events = try lab.events()
    for type in ["payout.created", "payout.reconciliation_completed", "payout.paid"] { #expect(events.contains(type)) }
    // The next one is set, and there is nothing to pay out then.
    try lab.wait(14 * 86_400)
    #expect(try lab.all(.payout).count == 2)
  }
}
