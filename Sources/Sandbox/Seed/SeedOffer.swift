/// What the seeded company sells: a price in every market, named by its lookup key.
struct SeedOffer: Sendable {
  /// The beginning of the lookup key; the currency follows.
  let key: String
  /// The product's name.
  let product: String
  /// The unit in the product's texts; nil for what is sold once per customer.
  var unit: String?
  /// Cents of the price list.
  let cents: Int64
  /// `month`, `year` …; nil for what is sold once.
  var interval: String?
  var intervalCount: Int64 = 1
  /// The tiers with their upper ends and cents; empty for one amount.
  var tiers: [(upTo: Int64?, cents: Int64, flat: Int64)] = []
  var tiersMode: String?

  static let catalog: [SeedOffer] =
    [
      SeedOffer(key: "starter-month", product: "Starter", cents: 1_900, interval: "month"),
      SeedOffer(key: "starter-year", product: "Starter", cents: 19_000, interval: "year"),
      SeedOffer(key: "team-month", product: "Team", unit: "seat", cents: 1_200, interval: "month"),
      SeedOffer(key: "team-year", product: "Team", unit: "seat", cents: 12_000, interval: "year"),
      SeedOffer(key: "business-month", product: "Business", cents: 9_900, interval: "month"),
      SeedOffer(
        key: "business-quarter", product: "Business", cents: 27_900, interval: "month", intervalCount: 3),
      SeedOffer(key: "business-year", product: "Business", cents: 99_000, interval: "year"),
      SeedOffer(key: "digest-week", product: "Weekly digest", cents: 500, interval: "week"),
      SeedOffer(key: "pass-day", product: "Thirty-day pass", cents: 900, interval: "day", intervalCount: 30),
      SeedOffer(
        key: "scale-month", product: "Scale", unit: "seat", cents: 0, interval: "month",
        tiers: [(5, 1_500, 0), (20, 1_200, 0), (nil, 900, 2_000)], tiersMode: "graduated"),
      SeedOffer(
        key: "volume-month", product: "Volume", unit: "seat", cents: 0, interval: "month",
        tiers: [(10, 1_100, 0), (50, 900, 0), (nil, 700, 0)], tiersMode: "volume"),
      SeedOffer(key: "onboarding", product: "Onboarding", cents: 25_000),
    ] + addOns

  /// The eleven small offers of the subscription with eleven items.
  static let addOns: [SeedOffer] = [
    "Audit log", "Backups", "Custom domain", "Data export", "Early access", "Form builder", "Guest seats",
    "History", "Integrations", "Journeys", "Knowledge base",
  ].enumerated().map { number, name in
    SeedOffer(key: "addon-\(number + 1)", product: name, cents: 300 + Int64(number) * 100, interval: "month")
  }

  /// The prices that are counted in seats.
  static let seatKeys: Set<String> = ["team-month", "team-year", "scale-month", "volume-month"]

  /// What `POST /v1/prices` takes for it.
  func params(product: String, market: SeedMarket) -> JSONObject {
    var params: JSONObject = [
      "currency": .string(market.currency), "lookup_key": .string("\(key)-\(market.currency)"),
      "product": .string(product),
    ]
    if let interval {
      params["recurring"] = ["interval": .string(interval), "interval_count": .integer(intervalCount)]
    }
    guard !tiers.isEmpty else {
      params["unit_amount"] = .integer(market.amount(cents))
      return params
    }
    params["billing_scheme"] = "tiered"
    params["tiers_mode"] = .text(tiersMode)
    params["tiers"] = .array(
      tiers.map { tier in
        var entry: JSONObject = [
          "unit_amount": .integer(market.amount(tier.cents)),
          "up_to": tier.upTo.map { .integer($0) } ?? "inf",
        ]
        if tier.flat > 0 { entry["flat_amount"] = .integer(market.amount(tier.flat)) }
        return .object(entry)
      })
    return params
  }
}

/// The coupons of the seeded company.
enum SeedCoupon {
  /// What `POST /v1/coupons` takes.
  static func all(_ markets: [SeedMarket]) -> [JSONObject] {
    var options: JSONObject = [:]
    for market in markets where market.currency != "usd" {
      options[market.currency] = ["amount_off": .integer(market.amount(500))]
    }
    return [
      ["id": "WELCOME25", "name": "First invoice", "percent_off": "25", "duration": "once"],
      [
        "id": "SPRING20", "name": "Spring", "percent_off": "20", "duration": "repeating", "duration_in_months": 3,
      ],
      ["id": "FRIEND10", "name": "Friends for ever", "percent_off": "12.5", "duration": "forever"],
      [
        "id": "FIVEOFF", "name": "Five off", "amount_off": 500, "currency": "usd",
        "currency_options": .object(options), "duration": "repeating", "duration_in_months": 6,
      ],
    ]
  }

  /// The ids with the weights of their use.
  static let weights = [("WELCOME25", 40), ("SPRING20", 30), ("FRIEND10", 20), ("FIVEOFF", 10)]
}
