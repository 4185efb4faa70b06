/// One thing that a customer of the seeded company does.
struct SeedStep: Sendable {
  /// When, in Unix seconds.
  let at: Int64
  /// Whose step it is: the customer's number.
  let customer: Int
  /// What is done.
  let action: SeedAction
}

/// What customers of the seeded company do. Each is a call or a few, as a program would make them.
enum SeedAction: Sendable {
  /// Becomes a customer, and subscribes if an offer is chosen.
  case join(SeedSubscription?, card: String?)
  /// Subscribes, again after having left for instance.
  case subscribe(SeedSubscription)
  /// Goes over to another offer of the same interval or of a longer one.
  case switchTo(String)
  /// Changes the number of seats.
  case seats(Int64)
  /// Brings another card and makes it the default.
  case useCard(String)
  /// Pays what is open, by card or in another way.
  case settle(outOfBand: Bool)
  /// Leaves, at the end of the period or at once.
  case cancel(atPeriodEnd: Bool)
  /// Stays after all.
  case stay
  /// Gets so many percent of the newest payment back.
  case refund(percent: Int64)
  /// The company answers the disputes with evidence.
  case answerDisputes(evidence: String)
  /// Buys something once, for so many cents of the price list.
  case buy(cents: Int64, card: String?)
  /// Gets an invoice of so many lines.
  case bill(lines: Int)
  /// Gets credit for the next invoice, in cents of the price list.
  case credit(cents: Int64)
  /// Collection of its invoices stops, or goes on.
  case pause(Bool)
  /// Moves house.
  case move
  /// Is deleted.
  case leaveForGood
}

/// What a customer subscribes to.
struct SeedSubscription: Sendable {
  /// The offers' keys.
  var offers: [String]
  var quantity: Int64 = 1
  var coupon: String?
  var trialDays: Int64?
  /// Whether invoices are sent instead of charged.
  var isInvoiced = false

  init(_ offers: String..., quantity: Int64 = 1) {
    self.offers = offers
    self.quantity = quantity
  }
}
