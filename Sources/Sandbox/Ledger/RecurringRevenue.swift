import PlatformCore
import SQLiteClient

/// Monthly recurring revenue by the policy `stripe_default`: replayed from the history of subscriptions, exact to the
/// end.
///
/// `active` and `past_due` count, at the price times the quantity brought to a month; trials do not; discounts for ever
/// count, others do not; a cancellation counts when it happens.
struct RecurringRevenue {
  /// What recurred at the end of a month, in one currency.
  struct Month: Equatable {
    /// As `2026-10`.
    var month: String
    /// The moment it is true for: what happened before it is in.
    var at: Int64
    var currency: String
    /// Minor units, rounded once.
    var amount: Int64
    /// The subscriptions that it comes from.
    var subscriptions: Int

    var json: JSON {
      [
        "month": .string(month), "at": .integer(at), "currency": .string(currency), "mrr": .integer(amount),
        "subscriptions": .integer(Int64(subscriptions)),
      ]
    }
  }

  /// A subscription as it was at the moment that the replay has come to.
  private struct State {
    var status = ""
    var discounts: [String] = []
    var items: [(id: String, price: String, quantity: Int64, discounts: [String])] = []
    var currency: String?
    var value = Fraction.zero
  }

  private let reader: RecordReader
  private var prices: [String: Record] = [:]
  private var coupons: [String: Record?] = [:]
  private var states: [String: State] = [:]

  /// The months from the first subscription to the moment given, oldest first; the last one may not be over.
  static func months(_ reader: RecordReader, until end: Int64) throws -> [Month] {
    var replay = RecurringRevenue(reader: reader)
    return try replay.run(until: end)
  }

  private init(reader: RecordReader) { self.reader = reader }

  private mutating func run(until end: Int64) throws -> [Month] {
    var months: [Month] = []
    var boundary: Int64?
    for (at, entry) in try history() where at < end {
      if boundary == nil { boundary = Self.monthEnd(after: at, end) }
      while let moment = boundary, moment <= at {
        months += totals(at: moment)
        boundary = Self.monthEnd(after: moment, end)
      }
      try apply(entry)
    }
    while let moment = boundary {
      months += totals(at: moment)
      boundary = moment < end ? Self.monthEnd(after: moment, end) : nil
    }
    return months
  }

  private static func monthEnd(after time: Int64, _ end: Int64) -> Int64 {
    min(end, CivilTime(time).startOfMonth.adding(months: 1).seconds)
  }

  private func history() throws -> [(at: Int64, entry: HistoryEntry)] {
    let row = try reader.database.statement(
      """
      select at, subscription, item, status, price, quantity, discounts from subscription_history order by at, number
      """)
    defer { row.reset() }
    var entries: [(at: Int64, entry: HistoryEntry)] = []
    while try row.step() { entries.append((row.int64(0), HistoryEntry(row))) }
    return entries
  }

  private mutating func apply(_ entry: HistoryEntry) throws {
    var state = states[entry.subscription] ?? State()
    let discounts = entry.discounts.split(separator: " ").map(String.init)
    if let item = entry.item {
      state.items.removeAll { $0.id == item }
      if entry.status != "deleted", let price = entry.price {
        state.items.append((item, price, entry.quantity ?? 0, discounts))
        if state.currency == nil { state.currency = try self.price(price)?.text("currency") }
      }
    } else {
      state.status = entry.status ?? ""
      state.discounts = discounts
    }
    state.value = ["active", "past_due"].contains(state.status) ? try value(of: state) : .zero
    states[entry.subscription] = state
  }

  private func totals(at moment: Int64) -> [Month] {
    var sums: [String: (value: Fraction, count: Int)] = [:]
    for state in states.values {
      guard let currency = state.currency else { continue }
      let sum = sums[currency] ?? (.zero, 0)
      sums[currency] = (sum.value + state.value, sum.count + (state.value == .zero ? 0 : 1))
    }
    return sums.sorted { $0.key < $1.key }.map { currency, sum in
      Month(
        month: CivilTime(moment - 1).monthText, at: moment, currency: currency, amount: sum.value.roundedHalfEven,
        subscriptions: sum.count)
    }
  }

  // MARK: one subscription

  private mutating func value(of state: State) throws -> Fraction {
    var parts: [(product: String?, value: Fraction, perMonth: Fraction)] = []
    for item in state.items {
      guard let price = try price(item.price), let perMonth = Self.periodsPerMonth(price) else { continue }
      let amount = Fraction(price.amount(ofQuantity: item.quantity).units, ExactAmount.scale)
      var part = (product: price.reference("product"), value: amount * perMonth, perMonth: perMonth)
      for coupon in try item.discounts.compactMap({ try lasting($0) }) {
        part.value = Self.reduced(part.value, by: coupon, perMonth, currency: state.currency)
      }
      parts.append(part)
    }
    for coupon in try state.discounts.compactMap({ try lasting($0) }) {
      Self.reduce(&parts, by: coupon, state.currency)
    }
    return parts.reduce(.zero) { $0 + $1.value }
  }

  /// Takes a discount of the whole subscription off the items it is for.
  private static func reduce(
    _ parts: inout [(product: String?, value: Fraction, perMonth: Fraction)], by coupon: Record, _ currency: String?
  ) {
    let products = coupon.hidden["applies_to"]["products"].array?.compactMap(\.string)
    let covered = parts.indices.filter { products?.contains(parts[$0].product ?? "") ?? true }
    let whole = covered.reduce(Fraction.zero) { $0 + parts[$1].value }
    guard let first = covered.first, whole != .zero else { return }
    let left = reduced(whole, by: coupon, parts[first].perMonth, currency: currency)
    for index in covered { parts[index].value = parts[index].value * left / whole }
  }

  private static func reduced(
    _ value: Fraction, by coupon: Record, _ perMonth: Fraction, currency: String?
  ) -> Fraction {
    if let percent = ExactAmount(coupon["percent_off"]) {
      return value * (Fraction(1) - Fraction(percent.units, ExactAmount.scale * 100))
    }
    let own = coupon.text("currency") == currency ? coupon["amount_off"].integer : nil
    let amount = own ?? coupon.hidden["currency_options"][currency ?? ""]["amount_off"].integer ?? 0
    let left = value - Fraction(Int128(amount)) * perMonth
    return left < .zero ? .zero : left
  }

  /// How many of a price's periods a month has; nil for what does not recur or is metered.
  private static func periodsPerMonth(_ price: Record) -> Fraction? {
    let recurring = price["recurring"]
    guard let count = recurring["interval_count"].integer, recurring["usage_type"] != "metered" else { return nil }
    switch recurring["interval"].string {
    case "month": return Fraction(1, Int128(count))
    case "year": return Fraction(1, 12 * Int128(count))
    case "week": return Fraction(52, 12 * Int128(count))
    case "day": return Fraction(365, 12 * Int128(count))
    default: return nil
    }
  }

  private mutating func price(_ id: String) throws -> Record? {
    if let known = prices[id] { return known }
    let found = try reader.find(.price, id)
    prices[id] = found
    return found
  }

  /// The coupon of a discount that lasts for ever; nil for any other.
  private mutating func lasting(_ discount: String) throws -> Record? {
    if let known = coupons[discount] { return known }
    var coupon: Record?
    if let record = try reader.find(.discount, discount), let id = record["source"]["coupon"].id {
      coupon = try reader.find(.coupon, id)
    }
    if coupon?.text("duration") != "forever" { coupon = nil }
    coupons[discount] = .some(coupon)
    return coupon
  }
}
