extension Record {
  /// What so many of this price cost in one period, before discounts.
  ///
  /// Source: Stripe's chapters on per-unit, package, graduated and volume pricing.
  func amount(ofQuantity quantity: Int64) -> ExactAmount {
    let count = Self.transformed(quantity, body["transform_quantity"])
    guard text("billing_scheme") == "tiered" else {
      return (unitAmount(of: .object(body)) ?? .zero) * count
    }
    let tiers = hidden["tiers"].array ?? body["tiers"].array ?? []
    return text("tiers_mode") == "volume" ? volume(tiers, count) : graduated(tiers, count)
  }

  /// The price of one, as objects show it; null for tiers.
  var unitAmountText: JSON {
    guard text("billing_scheme") != "tiered" else { return nil }
    if let decimal = text("unit_amount_decimal") { return .string(decimal) }
    return .text(body["unit_amount"].integer.map(String.init))
  }

  private func unitAmount(of holder: JSON) -> ExactAmount? {
    ExactAmount(holder["unit_amount_decimal"]) ?? ExactAmount(holder["unit_amount"])
  }

  private func flatAmount(of tier: JSON) -> ExactAmount {
    ExactAmount(tier["flat_amount_decimal"]) ?? ExactAmount(tier["flat_amount"]) ?? .zero
  }

  /// All of it at the price of the tier that the quantity falls into.
  private func volume(_ tiers: [JSON], _ quantity: Int64) -> ExactAmount {
    guard let tier = tiers.first(where: { quantity <= $0["up_to"].integer ?? .max }) ?? tiers.last else { return .zero }
    return (unitAmount(of: tier) ?? .zero) * quantity + flatAmount(of: tier)
  }

  /// Each tier's share at the tier's price; a tier's flat amount as soon as it is reached.
  private func graduated(_ tiers: [JSON], _ quantity: Int64) -> ExactAmount {
    var sum = ExactAmount.zero
    var below: Int64 = 0
    for tier in tiers {
      guard quantity > below else { break }
      let end = tier["up_to"].integer ?? .max
      sum = sum + (unitAmount(of: tier) ?? .zero) * (min(quantity, end) - below) + flatAmount(of: tier)
      below = end
    }
    return sum
  }

  private static func transformed(_ quantity: Int64, _ transform: JSON) -> Int64 {
    guard let divisor = transform["divide_by"].integer, divisor > 0 else { return quantity }
    return transform["round"].string == "up" ? (quantity + divisor - 1) / divisor : quantity / divisor
  }
}
