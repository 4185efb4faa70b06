package import PlatformCore

/// What a seeded world is made of. Two stores seeded by one plan hold the same bytes.
package struct SeedPlan: Sendable, Equatable {
  /// Which kind of company it is.
  package enum Profile: String, CaseIterable, Sendable {
    /// Software by subscription, most of it in dollars.
    case saas
    /// The same company all over the world: yen (no decimals) and dinars (three) among its currencies.
    case mixedCurrency = "mixed-currency"
  }

  /// How many customers come in all.
  package var customers: Int
  /// How many months of the world are lived through.
  package var months: Int
  /// What all chance comes from.
  package var seed: UInt64
  /// The kind of company.
  package var profile: Profile
  /// The world's end in Unix seconds: everything that is seeded lies before it.
  package var until: Int64

  /// A world of so many customers over so many months, until a moment in Unix seconds.
  package init(customers: Int, months: Int, seed: UInt64, profile: Profile = .saas, until: Int64) {
    self.customers = customers
    self.months = months
    self.seed = seed
    self.profile = profile
    self.until = until
  }

  /// The world's first second.
  package var start: Int64 { CivilTime(until).adding(months: -months).seconds }

  /// From when on events are kept: 30 days, as Stripe does.
  package var eventsSince: Int64 { until - 30 * CivilTime.secondsPerDay }

  /// - Throws: `.usage` for a world without customers or months, or of more than the sandbox is made for.
  package func check() throws(PlatformError) {
    guard (1...1_000_000).contains(customers) else {
      throw PlatformError(.usage, "a world has 1 to 1000000 customers", context: ["customers": String(customers)])
    }
    guard (1...120).contains(months) else {
      throw PlatformError(.usage, "a world lives for 1 to 120 months", context: ["months": String(months)])
    }
    guard start > 0 else {
      throw PlatformError(.usage, "a world begins after 1970", context: ["until": String(until)])
    }
  }

  /// The plan as it is kept beside what it made.
  package var json: JSONObject {
    [
      "customers": .integer(Int64(customers)), "months": .integer(Int64(months)), "profile": .string(profile.rawValue),
      "seed": .string(String(seed)), "until": .integer(until),
    ]
  }

  /// Reads what `json` wrote.
  package init?(_ json: JSONObject) {
    guard let customers = json["customers"].integer, let months = json["months"].integer,
      let profile = Profile(rawValue: json["profile"].string ?? ""), let seed = UInt64(json["seed"].string ?? ""),
      let until = json["until"].integer
    else { return nil }
    self.init(customers: Int(customers), months: Int(months), seed: seed, profile: profile, until: until)
  }
}
