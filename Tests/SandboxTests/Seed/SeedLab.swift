import PlatformCore
import Testing

@testable import Sandbox

/// A small seeded world in memory.
enum SeedLab {
  /// 00:00 UTC of 1 November 2026.
  static let until: Int64 = 1_793_491_200

  static func plan(
    customers: Int = 40, months: Int = 6, seed: UInt64 = 7, profile: SeedPlan.Profile = .mixedCurrency
  ) -> SeedPlan {
    SeedPlan(customers: customers, months: months, seed: seed, profile: profile, until: until)
  }

  static func store(_ plan: SeedPlan) throws -> SandboxStore {
    let store = try SandboxStore(.memory)
    try WorldSeeder(store).seed(plan)
    return store
  }
}
