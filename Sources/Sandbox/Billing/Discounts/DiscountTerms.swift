/// What one discount takes off, in the currency of the invoice at hand.
struct DiscountTerms: Equatable {
  /// The discount's id.
  var id: String
  /// Percent off; nil for an amount off.
  var percent: ExactAmount?
  /// Minor units off in all.
  var amountOff: Int64 = 0
  /// The products it is for; nil for all.
  var products: Set<String>?

  init(id: String, percent: ExactAmount) {
    self.id = id
    self.percent = percent
  }

  init(id: String, amountOff: Int64, products: Set<String>? = nil) {
    self.id = id
    self.amountOff = amountOff
    self.products = products
  }

  /// The terms of a coupon in a currency; nil when it has no amount in that currency.
  init?(id: String, coupon: Record, currency: String) {
    self.id = id
    if let percent = ExactAmount(coupon["percent_off"]) {
      self.percent = percent
    } else if coupon.text("currency") == currency {
      amountOff = coupon.int("amount_off")
    } else if let amount = coupon.hidden["currency_options"][currency]["amount_off"].integer {
      amountOff = amount
    } else {
      return nil
    }
    let listed = coupon.hidden["applies_to"]["products"].array ?? coupon["applies_to"]["products"].array
    products = listed.map { Set($0.compactMap(\.string)) }
  }

  /// What it takes off an amount; never more than the amount, nothing off a credit.
  func off(_ amount: Int64) -> Int64 {
    guard amount > 0 else { return 0 }
    return percent.map { min(amount, ExactAmount.percent($0, of: amount)) } ?? min(amount, amountOff)
  }

  /// Whether it is for a product.
  func covers(_ product: String?) -> Bool { products.map { product.map($0.contains) ?? false } ?? true }
}
