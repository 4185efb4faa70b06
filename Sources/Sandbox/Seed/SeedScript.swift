/// Writes what a customer of a kind will do, from the moment it comes.
struct SeedScript {
  private(set) var steps: [(at: Int64, action: SeedAction)] = []
  private let joined: Int64
  private var random: SeedRandom

  private static let day = CivilTime.secondsPerDay

  init(joined: Int64, random: SeedRandom) {
    self.joined = joined
    self.random = random
  }

  mutating func write(_ kind: SeedKind) {
    switch kind {
    case .steady, .growing, .shrinking, .annual, .weekly, .quarterly, .tiered, .elevenItems: writeSubscriber(kind)
    case .trialKept, .trialLeft, .leaving, .returning, .undecided, .paused, .deleted: writeLeaver(kind)
    case .lapsing, .recovering, .incomplete, .authenticated, .blocked, .risky: writeDecliner(kind)
    default: writeMoney(kind)
    }
  }

  // MARK: those who stay

  private mutating func writeSubscriber(_ kind: SeedKind) {
    switch kind {
    case .steady: join(plain())
    case .annual: join(SeedSubscription(random.pick(["starter-year", "team-year", "business-year"]), quantity: 1))
    case .weekly: join(SeedSubscription("digest-week"))
    case .quarterly: join(SeedSubscription(random.pick(["business-quarter", "pass-day"])))
    case .tiered:
      join(SeedSubscription(random.pick(["scale-month", "volume-month"]), quantity: seats(4...60)))
      change(every: 50...110, times: 3) { .seats($0.seats(4...80)) }
    case .elevenItems:
      var subscription = SeedSubscription()
      subscription.offers = SeedOffer.addOns.map(\.key)
      join(subscription)
    case .growing:
      join(SeedSubscription("team-month", quantity: seats(2...12)))
      change(every: 35...120, times: 4) { .seats($0.seats(8...40)) }
      if random.chance(percent: 30) { at(days: 200...400, .switchTo("team-year")) }
    default:
      join(SeedSubscription("business-month"))
      at(days: 40...150, .switchTo("starter-month"))
      if random.chance(percent: 40) { at(days: 160...330, .switchTo("business-month")) }
    }
    if random.chance(percent: 15) { at(days: 20...300, .move) }
    if random.chance(percent: 8) { at(days: 10...200, .buy(cents: cents(20...120), card: nil)) }
    if random.chance(percent: 25) { at(days: 90...700, .cancel(atPeriodEnd: true)) }
  }

  // MARK: those who leave

  private mutating func writeLeaver(_ kind: SeedKind) {
    var subscription = plain()
    switch kind {
    case .trialKept:
      subscription.trialDays = Int64(random.pick([7, 14, 30]))
      join(subscription)
      if random.chance(percent: 30) { at(days: 60...500, .cancel(atPeriodEnd: true)) }
    case .trialLeft:
      subscription.trialDays = 14
      let hasCard = random.chance(percent: 50)
      join(subscription, card: hasCard ? "pm_card_visa" : nil)
      if hasCard { at(days: 2...12, .cancel(atPeriodEnd: random.chance(percent: 50))) }
    case .leaving:
      join(subscription)
      at(days: 25...400, .cancel(atPeriodEnd: random.chance(percent: 75)))
    case .returning:
      join(subscription)
      let left = random.number(in: 25...60)
      at(days: left...left, .cancel(atPeriodEnd: false))
      at(days: left + 30...left + 120, .subscribe(plain()))
    case .undecided:
      join(subscription)
      let asked = random.number(in: 20...90)
      at(days: asked...asked, .cancel(atPeriodEnd: true))
      at(days: asked + 1...asked + 5, .stay)
    case .paused:
      join(subscription)
      let paused = random.number(in: 20...60)
      at(days: paused...paused, .pause(true))
      at(days: paused + 40...paused + 80, .pause(false))
    default:
      join(subscription)
      at(days: 20...120, .leaveForGood)
    }
  }

  // MARK: those whose payments fail

  private mutating func writeDecliner(_ kind: SeedKind) {
    switch kind {
    case .lapsing:
      join(plain())
      at(days: 10...70, .useCard(failingCard()))
    case .recovering:
      join(plain())
      // The card is bad for one renewal and a new one comes between two retries.
      let broken = random.number(in: 20...28)
      at(days: broken...broken, .useCard("pm_card_chargeCustomerFail"))
      at(days: broken + 14...broken + 15, .useCard("pm_card_mastercard"))
      at(days: broken + 15...broken + 15, .settle(outOfBand: false))
    case .incomplete:
      join(plain(), card: "pm_card_chargeCustomerFail")
      if random.chance(percent: 40) { at(days: 3...9, .useCard("pm_card_visa"), .subscribe(plain())) }
    case .authenticated: join(plain(), card: "pm_card_authenticationRequired")
    case .blocked:
      join(plain())
      at(days: 3...30, .buy(cents: cents(100...400), card: "pm_card_radarBlock"))
    default:
      join(plain())
      at(days: 3...30, .buy(cents: cents(100...400), card: "pm_card_riskLevelElevated"))
      at(days: 31...40, .buy(cents: cents(400...900), card: "pm_card_riskLevelHighest"))
    }
  }

  // MARK: those whose money moves in other ways

  private mutating func writeMoney(_ kind: SeedKind) {
    switch kind {
    case .refundedPartly:
      join(plain())
      at(days: 5...40, .refund(percent: Int64(random.pick([20, 25, 50]))))
      at(days: 41...60, .refund(percent: 30))
    case .refundedFully:
      join(plain())
      at(days: 3...20, .refund(percent: 100), .cancel(atPeriodEnd: false))
    case .disputeWon, .disputeLost:
      join(plain())
      let bought = random.number(in: 2...20)
      let card =
        random.chance(percent: 70) ? "pm_card_createDispute" : "pm_card_createDisputeProductNotReceived"
      at(days: bought...bought, .buy(cents: cents(20...300), card: card))
      let evidence: String? =
        if case .disputeWon = kind { "winning_evidence" } else { random.pick(["losing_evidence", nil]) }
      if let evidence { at(days: bought + 2...bought + 7, .answerDisputes(evidence: evidence)) }
    case .buyer:
      join(nil)
      change(every: 10...90, times: 5) { .buy(cents: $0.cents(10...250), card: nil) }
    case .invoiced:
      var subscription = SeedSubscription("business-month")
      subscription.isInvoiced = true
      join(subscription, card: nil)
      change(every: 30...31, times: 24) { .settle(outOfBand: $0.random.chance(percent: 80)) }
    case .credited:
      join(plain())
      at(days: 5...25, .credit(cents: cents(5...40)))
    case .longInvoice(let lines):
      join(plain())
      at(days: 3...20, .bill(lines: lines))
    default: join(plain())
    }
  }

  // MARK: words

  private mutating func join(_ subscription: SeedSubscription?, card: String? = "") {
    var subscription = subscription
    if subscription?.coupon == nil, random.chance(percent: 18) {
      subscription?.coupon = random.pick(weighted: SeedCoupon.weights)
    }
    let card = card == "" ? random.pick(weighted: Self.goodCards) : card
    steps.append((joined, .join(subscription, card: card)))
  }

  /// Adds actions some days after the beginning, at any time of that day.
  private mutating func at(days: ClosedRange<Int>, _ actions: SeedAction...) {
    let time = joined + Int64(random.number(in: days)) * Self.day + Int64(random.number(below: 14_400))
    for action in actions { steps.append((time, action)) }
  }

  private mutating func change(
    every days: ClosedRange<Int>, times: Int, _ action: (inout SeedScript) -> SeedAction
  ) {
    var day = 0
    for _ in 0..<times {
      day += random.number(in: days)
      at(days: day...day, action(&self))
    }
  }

  private mutating func plain() -> SeedSubscription {
    let offer = random.pick(weighted: [("starter-month", 50), ("team-month", 30), ("business-month", 20)])
    return SeedSubscription(offer, quantity: offer == "team-month" ? seats(2...15) : 1)
  }

  private mutating func seats(_ range: ClosedRange<Int>) -> Int64 { Int64(random.number(in: range)) }
  private mutating func cents(_ dollars: ClosedRange<Int>) -> Int64 { Int64(random.number(in: dollars)) * 100 }

  private mutating func failingCard() -> String {
    random.pick(weighted: [
      ("pm_card_chargeCustomerFail", 6), ("tok_visa_chargeCustomerFailLostCard", 2),
      ("tok_visa_chargeCustomerFailStolenCard", 2),
    ])
  }

  private static let goodCards: [(String?, Int)] = [
    ("pm_card_visa", 50), ("pm_card_mastercard", 25), ("pm_card_visa_debit", 10), ("pm_card_amex", 8),
    ("pm_card_discover", 4), ("pm_card_jcb", 3),
  ]
}
