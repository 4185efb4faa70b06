import PlatformCore
import Testing

@testable import Sandbox

@Suite struct WorldSeederTests {
  @Test func onePlanGivesTheSameBytes() throws {
    let plan = SeedLab.plan(customers: 12, months: 3)
    let one = try SeedLab.store(plan)
    let other = try SeedLab.store(plan)
    defer {
      one.close()
      other.close()
    }
    let rows = try SeedLab.rows(one)
    #expect(rows["customers"]?.count == 12)
    #expect(try SeedLab.rows(other) == rows)
    let third = try SeedLab.store(SeedLab.plan(customers: 12, months: 3, seed: 8))
    defer { third.close() }
    #expect(try SeedLab.rows(third)["customers"] != rows["customers"])
  }

  @Test func theBooksAddUp() throws {
    #expect(try SeedLab.world.get().read { try Ledger.problems($0) } == [])
  }

  @Test(arguments: [
    ("a charge without decimals", "select count(*) from charges where body ->> 'currency' = 'jpy'"),
    ("a charge of three decimals", "select count(*) from charges where body ->> 'currency' = 'kwd'"),
    ("a dispute won", "select count(*) from disputes where status = 'won'"),
    ("a dispute lost", "select count(*) from disputes where status = 'lost'"),
    ("a part of a charge given back", "select count(*) from charges where body ->> 'amount_refunded' > 0"),
    ("a charge given back", "select count(*) from charges where body ->> 'refunded'"),
    ("a declined payment", "select count(*) from charges where body ->> '$.outcome.type' = 'issuer_declined'"),
    ("a blocked payment", "select count(*) from charges where body ->> '$.outcome.type' = 'blocked'"),
    ("a risky payment", "select count(*) from charges where body ->> '$.outcome.risk_level' = 'elevated'"),
    (
      "a payment on a later try",
      "select count(*) from invoices where status = 'paid' and body ->> 'attempt_count' > 1"
    ),
    ("an automatic payout", "select count(*) from payouts where body ->> 'automatic'"),
    ("an invoice paid in another way", "select count(*) from invoices where body ->> 'amount_paid_off_stripe' > 0"),
    ("a trial", "select count(*) from subscriptions where body ->> 'trial_start' is not null"),
    ("a discount", "select count(*) from invoices where json_array_length(body, '$.total_discount_amounts') > 0"),
    ("a proration", "select count(*) from invoiceitems where body ->> 'proration'"),
    ("a first payment that failed", "select count(*) from subscriptions where status = 'incomplete_expired'"),
    ("a customer that left", "select count(*) from subscriptions where status = 'canceled'"),
    ("a customer that is deleted", "select count(*) from customers where deleted = 1"),
    (
      "a customer that came back",
      "select count(*) from (select customer from subscriptions group by 1 having count(*) > 1)"
    ),
    ("customers of one second", "select count(*) from (select created from customers group by 1 having count(*) > 1)"),
    (
      "a yearly price",
      "select count(*) from subscription_items where body ->> '$.price.recurring.interval' = 'year'"
    ),
    (
      "a weekly price",
      "select count(*) from subscription_items where body ->> '$.price.recurring.interval' = 'week'"
    ),
    (
      "a subscription with eleven items",
      "select count(*) from (select subscription from subscription_items group by 1 having count(*) = 11)"
    ),
    ("credit in hand", "select count(*) from customer_balance_transactions where body ->> 'amount' < 0"),
  ])
  func aWorldHas(_ what: String, query: String) throws {
    #expect(try SeedLab.number(SeedLab.world.get(), query) > 0, "\(what)")
  }

  @Test(arguments: [11, 20, 101])
  func aWorldHasLongInvoices(lines: Int) throws {
    let query = """
      select count(*) from (select invoice from invoice_line_items group by 1 having count(*) = \(lines))
      """
    #expect(try SeedLab.number(SeedLab.world.get(), query) > 0)
  }

  @Test(arguments: RecordType.allCases.filter { $0.definition.order == .newestFirst })
  func everythingLiesBetweenStartAndEnd(type: RecordType) throws {
    let store = try SeedLab.world.get()
    let table = type.definition.table
    let plan = SeedLab.plan
    let start = type == .event ? plan.eventsSince : plan.start
    let outside = "select count(*) from \(table) where created < \(start) or created >= \(plan.until)"
    #expect(try SeedLab.number(store, outside) == 0)
  }

  @Test func theWorldLivesOn() throws {
    let store = try SeedLab.world.get()
    #expect(try SeedLab.number(store, "select count(*) from jobs") > 0)
    #expect(try SeedLab.number(store, "select count(*) from jobs where due < \(SeedLab.until)") == 0)
    #expect(try SeedLab.number(store, "select count(*) from events") > 0)
    #expect(try WorldSeeder(store).state() == .finished(SeedLab.plan))
  }

  @Test func halfAWorldIsRefusedUntilItIsErased() throws {
    let plan = SeedLab.plan(customers: 12, months: 3)
    let store = try SandboxStore(.memory)
    defer { store.close() }
    let seeder = WorldSeeder(store)
    #expect(throws: CancellationError.self) { try seeder.seed(plan) { _ in throw CancellationError() } }
    #expect(try seeder.state() == .unfinished(plan))
    #expect(throws: PlatformError.self) { try seeder.prepareToServe() }
    #expect(throws: PlatformError.self) { try seeder.seed(plan) }
    try store.erase()
    #expect(try seeder.state() == .none)
    try seeder.seed(plan)
    let fresh = try SeedLab.store(plan)
    defer { fresh.close() }
    #expect(try SeedLab.rows(store) == SeedLab.rows(fresh))
  }

  @Test func aStoreInUseIsLeftAlone() throws {
    let store = try SandboxStore(.memory)
    defer { store.close() }
    let customer = try store.write { try $0.createCustomer(Params(["name": "Ada"])) }
    let error = #expect(throws: PlatformError.self) { try WorldSeeder(store).seed(SeedLab.plan()) }
    #expect(error?.status == .configuration)
    #expect(try store.read { try $0.find(.customer, customer.id) } != nil)
  }

  @Test func erasingLeavesNothing() throws {
    let store = try SeedLab.store(SeedLab.plan(customers: 3, months: 2))
    defer { store.close() }
    try store.erase()
    #expect(try SeedLab.rows(store).filter { !$0.value.isEmpty }.isEmpty)
  }

  @Test func plansHaveLimits() {
    #expect(throws: PlatformError.self) { try SeedLab.plan(customers: 0).check() }
    #expect(throws: PlatformError.self) { try SeedLab.plan(months: 121).check() }
    #expect(SeedPlan(SeedLab.plan.json) == SeedLab.plan)
  }
}
