import Foundation
import PlatformCore
import StripeClient
import Testing

@testable import Populate

/// Populating a sandbox over its port.
@Suite struct PopulationTests {
  private func counts(_ report: PopulateReport, _ outcome: PopulateReport.Outcome) -> [Int] {
    report.resources.map { $0[outcome] }
  }

  @Test("what is missing is made, with a card; a second run finds it all and makes nothing")
  func twice() async throws {
    try await PopulateLab.with { lab in
      let first = try await lab.populate()
      #expect(first.resources.map(\.resource.rawValue) == ["customers", "products", "prices", "subscriptions"])
      #expect(counts(first, .made) == [4, 2, 3, 5])
      #expect(first.exitStatus == .done)
      #expect(try await lab.census() == PopulateLab.once)
      let second = try await lab.populate()
      #expect(counts(second, .found) == [4, 2, 3, 5])
      #expect(second.objects.map(\.id) == first.objects.map(\.id))
      #expect(try await lab.census() == PopulateLab.once)
      // The names and the description arrive, too.
      let product = try #require(first.objects.first { $0.place == "products[0]" }?.id)
      let read = try await lab.client.get("/v1/products/\(product)")
      #expect(String(decoding: read.body, as: UTF8.self).contains("All of it"))
    }
  }

  @Test("it asks no more than it must: one call a list, one for each customer and subscription, four to make both")
  func calls() async throws {
    try await PopulateLab.with { lab in
      _ = try await lab.client.get("/v1/customers")  // the first call also learns the time
      func calls(_ force: Bool = false) async throws -> Int {
        let before = lab.client.statistics.calls
        _ = try await lab.populate(force: force)
        return lab.client.statistics.calls - before
      }
      // Products: 1 list, 2 made, 3 prices. Customers: a look, a card and the customer, each; 5 subscriptions.
      #expect(try await calls() == 6 + 4 * 3 + 5)
      // A list of products, two of prices, 4 looks for customers, 5 for subscriptions.
      #expect(try await calls() == 3 + 4 + 5)
      #expect(try await calls(true) == 3 + 4 + 5 * 3)
    }
  }

  @Test("force ends the fixture's subscriptions and makes them anew; others and the customers stay")
  func force() async throws {
    try await PopulateLab.with { lab in
      _ = try await lab.populate()
      let ann = try #require(try await lab.ids("/v1/customers", [("email", "ann@example.com")]).first)
      let product = try await lab.post("/v1/products", [("name", "Else")])
      let price = try await lab.post(
        "/v1/prices",
        [("product", product), ("unit_amount", "100"), ("currency", "eur"), ("recurring[interval]", "month")])
      let other = try await lab.post("/v1/subscriptions", [("customer", ann), ("items[0][price]", price)])
      for round in 1...3 {
        let report = try await lab.populate(force: true)
        #expect(counts(report, .remade) == [0, 0, 0, 5])
        #expect(counts(report, .found) == [4, 2, 3, 0])
        var wanted = PopulateLab.once
        wanted.products[""] = 1
        wanted.prices[" 100 eur month"] = 1
        wanted.ended = wanted.subscriptions.mapValues { _ in round }
        wanted.subscriptions["ann@example.com 100 eur month"] = 1
        #expect(try await lab.census() == wanted)
      }
      #expect(try await lab.ids("/v1/subscriptions", [("customer", ann)]).contains(other))
    }
  }

  @Test("a dry run says the same and makes nothing")
  func dryRun() async throws {
    try await PopulateLab.with { lab in
      let dry = try await lab.populate(dryRun: true)
      #expect(dry.isDryRun && counts(dry, .made) == [4, 2, 3, 5])
      #expect(try await lab.census() == PopulateLab.Census())
      _ = try await lab.populate()
      let found = try await lab.populate(dryRun: true)
      #expect(counts(found, .found) == [4, 2, 3, 5])
      let forced = try await lab.populate(force: true, dryRun: true)
      #expect(counts(forced, .remade) == [0, 0, 0, 5])
      #expect(try await lab.census() == PopulateLab.once)
    }
  }

  @Test(
    "killed at any call, before it was sent or before its answer came, the next run completes it",
    arguments: [false, true])
  func killed(isAfter: Bool) async throws {
    var isWhole = false
    for calls in 1...40 where !isWhole {
      try await PopulateLab.with { lab in
        do {
          _ = try await lab.populate(over: KilledCalls(lab.client, calls: calls, isAfter: isAfter))
          isWhole = true
        } catch is KilledCalls.Killed {
          _ = try await lab.populate()
        }
        #expect(try await lab.census() == PopulateLab.once, "after \(calls) calls")
      }
    }
    #expect(isWhole, "a kill after every call")
  }

  @Test("a forced run that is killed at any call leaves one of each when it is run again", arguments: [false, true])
  func killedForced(isAfter: Bool) async throws {
    try await PopulateLab.with { lab in
      _ = try await lab.populate()
      var isWhole = false
      for calls in 1...40 where !isWhole {
        do {
          _ = try await lab.populate(over: KilledCalls(lab.client, calls: calls, isAfter: isAfter), force: true)
          isWhole = true
        } catch is KilledCalls.Killed {
          _ = try await lab.populate()
        }
        var census = try await lab.census()
        census.ended = [:]
        #expect(census == PopulateLab.once, "after \(calls) calls")
      }
      #expect(isWhole, "a kill after every call")
    }
  }

  @Test("two runs at the same time make one of each")
  func sideBySide() async throws {
    try await PopulateLab.with { lab in
      async let one = lab.populate()
      async let other = lab.populate()
      _ = try await (one, other)
      #expect(try await lab.census() == PopulateLab.once)
    }
  }

  @Test(
    "whatever goes wrong on the way, one of each is there in the end",
    arguments: [
      ["kind=lock_timeout,rate=0.3,seed=1"], ["kind=server_error,rate=0.2,seed=2", "kind=unavailable,rate=0.2,seed=3"],
      ["kind=cut_after,rate=0.3,seed=4"], ["kind=cut_before,rate=0.3,seed=5"], ["kind=truncate,rate=0.3,seed=6"],
      ["kind=cut_during,rate=0.2,seed=7", "kind=reorder_keys"], ["kind=key_in_use,rate=0.3,seed=8"],
      ["kind=rate_limit,count=4"],
    ])
  func faults(_ faults: [String]) async throws {
    try await PopulateLab.with(faults: faults) { lab in
      let first = try await lab.populate()
      #expect(counts(first, .made) == [4, 2, 3, 5])
      #expect(try await lab.census() == PopulateLab.once)
      #expect(counts(try await lab.populate(force: true), .remade) == [0, 0, 0, 5])
      var census = try await lab.census()
      census.ended = [:]
      #expect(census == PopulateLab.once)
    }
  }

  @Test("a refusal that concerns all ends the run and says how far it came")
  func forbidden() async throws {
    try await PopulateLab.with(faults: ["kind=forbidden,path=/v1/subscriptions"]) { lab in
      await #expect {
        _ = try await lab.populate()
      } throws: { error in
        guard let error = error as? PlatformError else { return false }
        return error.status == .permission && error.context.contains { $0.name == "done" }
      }
    }
  }
}
