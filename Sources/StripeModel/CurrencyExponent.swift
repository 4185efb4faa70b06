/// How many decimals a currency is written with. For display only: sums and comparisons stay in minor units.
///
/// Source: Stripe's chapter "Supported currencies". Everything that is not listed has two decimals; so have `isk` and
/// `ugx`, which lost theirs but are still sent as hundredths, the last two digits being 00.
package enum CurrencyExponent {
  /// The currencies whose smallest unit is the unit itself.
  package static let zeroDecimal = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
  ]

  /// The currencies of a thousand smallest units.
  package static let threeDecimal = ["bhd", "jod", "kwd", "omr", "tnd"]

  /// The exponent of every currency that is not listed.
  package static let standard = 2

  /// The listed currencies with their exponents, sorted by code: what generated SQL spells out.
  package static let exceptions: [(currency: String, exponent: Int)] =
    (zeroDecimal.map { ($0, 0) } + threeDecimal.map { ($0, 3) }).sorted { $0.0 < $1.0 }

  /// The decimals of a currency, by its code in any case.
  package static func exponent(of currency: String) -> Int {
    exponents[currency.lowercased()] ?? standard
  }

  /// The amount in whole units, without the currency's sign or grouping: `1200` is "12.00" in euro, "1200" in yen.
  package static func format(minorUnits: Int64, currency: String) -> String {
    let exponent = exponent(of: currency)
    guard exponent > 0 else { return String(minorUnits) }
    let digits = String(minorUnits.magnitude)
    let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
    return (minorUnits < 0 ? "-" : "") + padded.dropLast(exponent) + "." + padded.suffix(exponent)
  }

  private static let exponents = Dictionary(uniqueKeysWithValues: exceptions.map { ($0.currency, $0.exponent) })
}
