import StripeModel

/// What Stripe asks of amounts in a currency, and what it takes for itself.
///
/// Source: docs.stripe.com/currencies; LIFECYCLES.md, section 5 for the fee.
enum CurrencyRules {
  /// The most that can be charged: eight digits.
  static let maximum: Int64 = 99_999_999

  /// The least that can be charged.
  static func minimum(_ currency: String) -> Int64 { minimums[currency] ?? 1 }

  /// 2.9 % and 30 hundredths, half up. Currencies without hundredths pay 30 units, those with thousandths 300.
  static func fee(_ amount: Int64, _ currency: String) -> Int64 {
    let fixed: Int64 = CurrencyExponent.exponent(of: currency) == 3 ? 300 : 30
    return (amount * 29 + fixed * 1_000 + 500) / 1_000
  }

  /// An amount as Stripe's messages write it: `$11.00`.
  static func written(_ amount: Int64, _ currency: String) -> String {
    let digits = CurrencyExponent.format(minorUnits: amount, currency: currency)
    if let symbol = symbols[currency] { return symbol + digits }
    return "\(digits) \(currency.uppercased())"
  }

  /// - Throws: `amount_too_small`, `amount_too_large`, or what Stripe says of zero.
  static func check(_ amount: Int64, _ currency: String) throws {
    guard amount > 0 else {
      throw StripeError.invalid(
        """
        The amount must be greater than or equal to the minimum charge amount allowed for your account and the \
        currency set (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).  If you want to save a \
        Payment Method for future use without an immediate payment, use a Setup Intent instead: \
        https://docs.stripe.com/payments/setup-intents
        """, code: "parameter_invalid_integer", param: "amount")
    }
    let least = minimum(currency)
    guard amount >= least else {
      throw StripeError.invalid(
        "Amount must be at least \(written(least, currency)) \(currency)", code: "amount_too_small", param: "amount")
    }
    guard amount <= maximum else {
      throw StripeError.invalid(
        "Amount must be no more than \(written(maximum, currency)) \(currency)", code: "amount_too_large",
        param: "amount")
    }
    try check(amount, currency, multipleOf: CurrencyExponent.exponent(of: currency) == 3 ? 10 : wholeUnits[currency])
  }

  /// - Throws: what a payout of that amount is refused with.
  static func checkPayout(_ amount: Int64, _ currency: String) throws {
    guard amount > 0 else { throw StripeError.tooSmall(1, param: "amount") }
    try check(amount, currency, multipleOf: payoutUnits[currency])
  }

  private static func check(_ amount: Int64, _ currency: String, multipleOf unit: Int64?) throws {
    guard let unit, amount % unit != 0 else { return }
    throw StripeError.invalid(
      "Invalid amount. An amount in \(currency) must be a multiple of \(unit).", code: "parameter_invalid_integer",
      param: "amount")
  }

  /// Written with two decimals that are always 0.
  private static let wholeUnits: [String: Int64] = ["isk": 100, "ugx": 100]
  /// Charged to the hundredth, paid out in whole units.
  private static let payoutUnits: [String: Int64] = ["huf": 100, "twd": 100]

  /// The currency in lower case.
  ///
  /// - Throws: what Stripe says of a word that is no currency.
  static func check(currency: String, _ param: String = "currency") throws -> String {
    let code = currency.lowercased()
    guard code.utf8.count == 3, code.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
      throw StripeError.invalid("Invalid currency: \(currency).", param: param)
    }
    return code
  }

  private static let symbols = ["usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"]

  private static let minimums: [String: Int64] = [
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1_500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17_500, "inr": 50, "jpy": 50, "mxn": 1_000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1_000,
  ]
}
