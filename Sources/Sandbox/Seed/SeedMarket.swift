/// A currency of the seeded company, with its prices and its people.
struct SeedMarket: Sendable {
  let currency: String
  /// How many of a hundred customers pay in it.
  let share: Int
  let locale: String
  /// The places where its customers live: city, state, postal code, country.
  let places: [(city: String, state: String?, postalCode: String, country: String)]
  /// What a hundred cents of the price list cost in minor units.
  let perDollar: Int64

  /// An amount of the price list, which is in cents and a multiple of a hundred.
  func amount(_ cents: Int64) -> Int64 { cents * perDollar / 100 }

  /// The markets of a profile.
  static func all(_ profile: SeedPlan.Profile) -> [SeedMarket] {
    switch profile {
    case .saas: [dollars(80), euros(14), pounds(6)]
    case .mixedCurrency: [dollars(36), euros(24), pounds(10), yen(16), dinars(14)]
    }
  }

  private static func dollars(_ share: Int) -> SeedMarket {
    SeedMarket(
      currency: "usd", share: share, locale: "en-US",
      places: [
        ("Portland", "OR", "97205", "US"), ("Austin", "TX", "78701", "US"), ("Chicago", "IL", "60607", "US"),
        ("Boston", "MA", "02110", "US"), ("Denver", "CO", "80202", "US"),
      ], perDollar: 100)
  }

  private static func euros(_ share: Int) -> SeedMarket {
    SeedMarket(
      currency: "eur", share: share, locale: "de",
      places: [
        ("Graz", nil, "8010", "AT"), ("Lyon", nil, "69002", "FR"), ("Leipzig", nil, "04109", "DE"),
        ("Utrecht", nil, "3511", "NL"),
      ], perDollar: 90)
  }

  private static func pounds(_ share: Int) -> SeedMarket {
    SeedMarket(
      currency: "gbp", share: share, locale: "en-GB",
      places: [("Leeds", nil, "LS1 4DY", "GB"), ("Bristol", nil, "BS1 5TR", "GB")], perDollar: 80)
  }

  private static func yen(_ share: Int) -> SeedMarket {
    SeedMarket(
      currency: "jpy", share: share, locale: "ja",
      places: [("Osaka", nil, "530-0001", "JP"), ("Sapporo", nil, "060-0042", "JP")], perDollar: 150)
  }

  private static func dinars(_ share: Int) -> SeedMarket {
    SeedMarket(
      currency: "kwd", share: share, locale: "en", places: [("Kuwait City", nil, "13001", "KW")], perDollar: 300)
  }
}
