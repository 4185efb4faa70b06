/// What a price takes for a unit: one amount, an amount the buyer chooses, or tiers.
struct PriceAmounts {
  private var unitAmount: JSON = .null
  private var unitAmountDecimal: JSON = .null
  private var customUnitAmount: JSON = .null
  private var tiers: [JSON]?
  private var tiersMode: String?

  private static let noAmount = "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set."

  /// Reads the amounts of a price or of one of its currency options.
  ///
  /// - Throws: 400 when there is none, or too many, or tiers that leave a gap.
  init(_ params: Params, isRecurring: Bool) throws {
    if params.text("billing_scheme") == "tiered" || params.has("tiers") {
      try readTiers(params, isRecurring: isRecurring)
    } else if let custom = params.hash("custom_unit_amount") {
      customUnitAmount = [
        "maximum": custom["maximum"], "minimum": custom["minimum"], "preset": custom["preset"],
      ]
    } else {
      guard let amount = try Self.amount(params, "unit_amount") else { throw StripeError.invalid(Self.noAmount) }
      (unitAmount, unitAmountDecimal) = amount
    }
  }

  private mutating func readTiers(_ params: Params, isRecurring: Bool) throws {
    guard isRecurring else {
      throw StripeError.invalid(
        "Prices with `type=one_time` are not supported with tiered billing.", param: "interval")
    }
    guard let sent = params.hashes("tiers"), !sent.isEmpty else { throw StripeError.missing(params.path("tiers")) }
    tiersMode = params.text("tiers_mode")
    var bottom: Int64 = 0
    tiers = try sent.enumerated().map { index, tier in
      let isLast = index == sent.count - 1
      let top = tier.int("up_to") ?? tier.text("up_to").flatMap { Int64($0) }
      guard tier.has("up_to") else { throw StripeError.missing(tier.path("up_to")) }
      guard isLast == (tier.text("up_to") == "inf"), isLast || (top ?? 0) > bottom else {
        throw StripeError.invalid(
          "Tiers must rise from one to the next, and the last one must have `up_to=inf`.", param: tier.path("up_to"))
      }
      bottom = top ?? bottom
      let unit = try Self.amount(tier, "unit_amount")
      let flat = try Self.amount(tier, "flat_amount")
      guard unit != nil || flat != nil else { throw StripeError.missing(tier.path("unit_amount")) }
      return [
        "flat_amount": flat?.amount ?? .null, "flat_amount_decimal": flat?.decimal ?? .null,
        "unit_amount": unit?.amount ?? .null, "unit_amount_decimal": unit?.decimal ?? .null,
        "up_to": .int(isLast ? nil : top),
      ]
    }
  }

  /// An amount in both of its forms; the whole one is null for a part of a minor unit.
  private static func amount(_ params: Params, _ name: String) throws -> (amount: JSON, decimal: JSON)? {
    let decimalName = name + "_decimal"
    let isWhole = params.has(name)
    guard !isWhole || !params.has(decimalName) else { throw StripeError.onlyOne(of: name, decimalName) }
    guard isWhole || params.has(decimalName) else { return nil }
    let param = params.path(isWhole ? name : decimalName)
    guard let number = DecimalText(params[isWhole ? name : decimalName]) else {
      throw StripeError.invalid("Invalid decimal: \(params.text(decimalName) ?? "")", param: param)
    }
    guard !number.text.hasPrefix("-") else { throw StripeError.tooSmall(0, param: param) }
    return (.int(number.integer), .string(number.text))
  }

  /// Sets a new price's amounts; tiers are hidden until they are asked for.
  func write(to price: inout Record) {
    price["billing_scheme"] = tiers == nil ? "per_unit" : "tiered"
    price["custom_unit_amount"] = customUnitAmount
    price["tiers_mode"] = .text(tiers == nil ? nil : tiersMode ?? "graduated")
    price["unit_amount"] = unitAmount
    price["unit_amount_decimal"] = unitAmountDecimal
    if let tiers { price.hidden["tiers"] = .array(tiers) }
  }

  /// One entry of `currency_options`.
  func option(_ params: Params) -> JSON {
    var option: JSONObject = [
      "custom_unit_amount": customUnitAmount, "tax_behavior": .string(params.text("tax_behavior") ?? "unspecified"),
      "unit_amount": unitAmount, "unit_amount_decimal": unitAmountDecimal,
    ]
    if let tiers { option["tiers"] = .array(tiers) }
    return .object(option)
  }
}
