/// The life of one customer of the seeded company, drawn before the world begins: who it is and what it will do.
struct SeedLife {
  let person: SeedPerson
  let steps: [SeedStep]

  private static let day = CivilTime.secondsPerDay

  /// The life of the customer of that number. It depends on the plan and the number alone.
  init(_ index: Int, plan: SeedPlan, markets: [SeedMarket]) {
    var random = SeedRandom(seed: plan.seed, stream: index + 1)
    person = SeedPerson(index, markets: markets, &random)
    let kind = SeedKind.of(index, &random)
    var script = SeedScript(joined: Self.joined(index, plan), random: random)
    script.write(kind)
    steps = script.steps.filter { $0.at < plan.until }.map { SeedStep(at: $0.at, customer: index, action: $0.action) }
  }

  /// When a customer comes: more and more of them, in waking hours; some in the same second as the one before.
  private static func joined(_ index: Int, _ plan: SeedPlan) -> Int64 {
    if index % 25 == 24 { return joined(index - 1, plan) }
    var random = SeedRandom(seed: plan.seed, stream: -1 - index)
    let span = Int(plan.until - plan.start - 2 * day)
    // The first ones have much to show and need time for it.
    let offset =
      index < SeedKind.first.count
      ? random.number(below: span / 8 + 1) : max(random.number(below: span), random.number(below: span))
    let morning = (plan.start + Int64(offset)) / day * day
    return max(plan.start + day, morning) + 7 * 3_600 + Int64(random.number(below: 15 * 3_600))
  }
}

/// The kinds of customers.
enum SeedKind: Sendable {
  case steady, growing, shrinking, annual, weekly, quarterly, tiered, trialKept, trialLeft, leaving, returning
  case lapsing, recovering, refundedPartly, refundedFully, disputeWon, disputeLost, blocked, risky, buyer, invoiced
  case paused, undecided, incomplete, authenticated, credited, deleted, elevenItems
  case longInvoice(Int)

  /// What a small world must have too: the kinds of the first customers.
  static let first: [SeedKind] = [
    .elevenItems, .longInvoice(11), .longInvoice(20), .longInvoice(101), .disputeWon, .disputeLost, .recovering,
    .lapsing, .refundedPartly, .refundedFully, .blocked, .risky, .deleted, .returning, .annual, .weekly, .growing,
    .shrinking, .trialKept, .trialLeft, .invoiced, .tiered, .incomplete, .authenticated, .credited, .paused,
    .undecided, .quarterly, .buyer,
  ]

  /// The kind of the customer of that number.
  static func of(_ index: Int, _ random: inout SeedRandom) -> SeedKind {
    index < first.count ? first[index] : random.pick(weighted: weights)
  }

  private static let weights: [(SeedKind, Int)] = [
    (.steady, 280), (.growing, 140), (.shrinking, 50), (.annual, 80), (.weekly, 30), (.quarterly, 30), (.tiered, 30),
    (.trialKept, 80), (.trialLeft, 50), (.leaving, 90), (.returning, 30), (.lapsing, 20), (.recovering, 25),
    (.refundedPartly, 12), (.refundedFully, 10), (.disputeWon, 3), (.disputeLost, 5), (.blocked, 3), (.risky, 3),
    (.buyer, 12), (.invoiced, 10), (.paused, 3), (.undecided, 10), (.incomplete, 5), (.authenticated, 3),
    (.credited, 6), (.deleted, 6), (.longInvoice(11), 2), (.longInvoice(20), 1),
  ]
}
