import StripeModel
import Testing

@Suite struct CurrencyExponentTests {
  @Test(arguments: [
    ("eur", 2), ("usd", 2), ("jpy", 0), ("JPY", 0), ("krw", 0), ("xpf", 0), ("bhd", 3), ("tnd", 3), ("isk", 2),
    ("ugx", 2), ("huf", 2), ("twd", 2), ("zzz", 2),
  ])
  func exponents(currency: String, exponent: Int) {
    #expect(CurrencyExponent.exponent(of: currency) == exponent)
  }

  @Test(arguments: [
    (1200, "eur", "12.00"), (-5, "eur", "-0.05"), (0, "eur", "0.00"), (9, "usd", "0.09"), (100, "usd", "1.00"),
    (-123_456, "eur", "-1234.56"), (1200, "jpy", "1200"), (-1, "jpy", "-1"), (0, "jpy", "0"), (1, "kwd", "0.001"),
    (12_340, "kwd", "12.340"), (-999, "bhd", "-0.999"), (10_000, "isk", "100.00"),
    (Int64.max, "eur", "92233720368547758.07"), (Int64.min, "eur", "-92233720368547758.08"),
    (Int64.min, "jpy", "-9223372036854775808"),
  ])
  func exactAmounts(minorUnits: Int64, currency: String, text: String) {
    #expect(CurrencyExponent.format(minorUnits: minorUnits, currency: currency) == text)
  }

  @Test func theListForSQLHoldsEveryExceptionOnce() {
    let codes = CurrencyExponent.exceptions.map(\.currency)
    #expect(codes == codes.sorted())
    #expect(Set(codes).count == codes.count)
    #expect(codes.count == CurrencyExponent.zeroDecimal.count + CurrencyExponent.threeDecimal.count)
    for (currency, exponent) in CurrencyExponent.exceptions {
      #expect(currency.count == 3 && currency == currency.lowercased())
      #expect(CurrencyExponent.exponent(of: currency) == exponent)
      #expect(exponent != CurrencyExponent.standard)
    }
  }
}
