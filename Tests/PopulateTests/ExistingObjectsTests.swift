import Foundation
import PlatformCore
import StripeClient
import Testing

@testable import Populate

/// Populating an account where something is already, or was.
@Suite struct ExistingObjectsTests {
  private static let small = """
    {"customers": [{"name": "Ann", "email": "ann@example.com"}],
     "products": [{"name": "Mug", "prices": [{"amount": 800, "currency": "eur", "interval": "month"}]}],
     "subscriptions": [{"customer_email": "ann@example.com", "product_name": "Mug"}]}
    """

  private func outcomes(_ report: PopulateReport) -> [String] { report.objects.map(\.outcome.rawValue) }

  @Test("lists are read to their end: the oldest of more than a hundred counts")
  func pages() async throws {
    try await PopulateLab.with { lab in
      let product = try await lab.post("/v1/products", [("name", "Any name"), ("metadata[tag]", "mug")])
      let customer = try await lab.post("/v1/customers", [("email", "ann@example.com")])
      let price = try await lab.post(
        "/v1/prices",
        [("product", product), ("unit_amount", "800"), ("currency", "eur"), ("recurring[interval]", "month")])
      for number in 0..<101 {
        try await lab.post("/v1/products", [("name", "Other \(number)")])
        try await lab.post("/v1/customers", [("email", "ann@example.com")])
        try await lab.post(
          "/v1/prices",
          [
            ("product", product), ("unit_amount", String(number)), ("currency", "eur"),
            ("recurring[interval]", "month"),
          ])
      }
      let report = try await lab.populate(Self.small)
      #expect(outcomes(report) == ["completed", "found", "found", "made"])
      #expect(report.objects.map(\.id).dropLast() == [customer, product, price])
    }
  }

  @Test("a customer who was left without a default card gets one, and only one", arguments: [false, true])
  func completes(isAttached: Bool) async throws {
    try await PopulateLab.with { lab in
      let customer = try await lab.post("/v1/customers", [("email", "ann@example.com")])
      if isAttached {
        let card = try await lab.post("/v1/payment_methods", [("type", "card"), ("card[token]", "tok_visa")])
        try await lab.post("/v1/payment_methods/\(card)/attach", [("customer", customer)])
      }
      #expect(outcomes(try await lab.populate(Self.small)) == ["completed", "made", "made", "made"])
      let census = try await lab.census()
      #expect(census.cards == ["ann@example.com": 1])
      #expect(census.customers == ["ann@example.com": 1])
      #expect(outcomes(try await lab.populate(Self.small)) == ["found", "found", "found", "found"])
    }
  }

  @Test("killed while it completes a customer, the next run does, with one card", arguments: [false, true])
  func completesAfterKill(isAfter: Bool) async throws {
    for calls in 1...9 {
      try await PopulateLab.with { lab in
        try await lab.post("/v1/customers", [("email", "ann@example.com")])
        let killed = KilledCalls(lab.client, calls: calls, isAfter: isAfter)
        await #expect(throws: KilledCalls.Killed.self) { try await lab.populate(over: killed, Self.small) }
        _ = try await lab.populate(Self.small)
        let census = try await lab.census()
        #expect(census.cards == ["ann@example.com": 1], "after \(calls) calls")
        #expect(census.subscriptions.values.map(\.self) == [1], "after \(calls) calls")
      }
    }
  }

  @Test("what was deleted within the day is made anew, though Stripe still knows the old answers; again and again")
  func deleted() async throws {
    try await PopulateLab.with { lab in
      var ids: Set<String?> = []
      for round in 1...7 {
        let report = try await lab.populate(Self.small)
        #expect(outcomes(report) == ["made", "made", "made", "made"], "round \(round)")
        ids.formUnion(report.objects.map(\.id))
        #expect(ids.count == round * 4, "all of them new")
        #expect(outcomes(try await lab.populate(Self.small)) == ["found", "found", "found", "found"])
        let byKind = Dictionary(grouping: report.objects, by: \.resource).compactMapValues { $0.first?.id }
        _ = try await lab.client.delete("/v1/customers/\(try #require(byKind[.customers]))")
        try await lab.post("/v1/prices/\(try #require(byKind[.prices]))", [("active", "false")])
        try await lab.post("/v1/products/\(try #require(byKind[.products]))", [("active", "false")])
      }
    }
  }

  @Test("a card that was taken away is replaced, and a default that was unset is set again, again and again")
  func uncarded() async throws {
    try await PopulateLab.with { lab in
      let customer = try #require(try await lab.populate(Self.small).objects.first?.id)
      for round in 1...4 {
        let card = try #require(try await lab.ids("/v1/payment_methods", [("customer", customer)]).first)
        try await lab.post("/v1/payment_methods/\(card)/detach")
        #expect(outcomes(try await lab.populate(Self.small)).first == "completed", "round \(round)")
        #expect(try await lab.census().cards == ["ann@example.com": 1])
        try await lab.post("/v1/customers/\(customer)", [("invoice_settings[default_payment_method]", "")])
        #expect(outcomes(try await lab.populate(Self.small)).first == "completed", "round \(round)")
        #expect(try await lab.census().cards == ["ann@example.com": 1])
      }
    }
  }

  @Test("a cancelled subscription is made anew, by a plain run too")
  func canceled() async throws {
    try await PopulateLab.with { lab in
      for round in 1...3 {
        let made = try #require(try await lab.populate(Self.small).objects.last)
        #expect(made.outcome == .made && made.status == "active", "round \(round)")
        _ = try await lab.client.delete("/v1/subscriptions/\(try #require(made.id))")
      }
    }
  }

  @Test("Stripe's refusal of one object is named, what needs it is skipped, and the others are made")
  func refused() async throws {
    let fixture = """
      {"customers": [{"name": "Ann", "email": "ann@example.com"}, {"name": "Bob", "email": "bob@example.com"}],
       "products": [{"name": "Mug", "prices": [
         {"amount": 800, "currency": "eur", "interval": "month"}
       ]}],
       "subscriptions": [
         {"customer_email": "ann@example.com", "product_name": "Mug"},
         {"customer_email": "bob@example.com", "product_name": "Mug"}
       ]}
      """
    try await PopulateLab.with { lab in
      // Ann pays another subscription in dollars, which binds her to them: nobody can know that before the call.
      let ann = try await lab.post("/v1/customers", [("email", "ann@example.com"), ("name", "Ann")])
      let price = try await lab.post(
        "/v1/prices",
        [
          ("currency", "usd"), ("unit_amount", "500"), ("recurring[interval]", "month"),
          ("product_data[name]", "Elsewhere"),
        ])
      try await lab.post(
        "/v1/subscriptions",
        [
          ("customer", ann), ("items[0][price]", price), ("collection_method", "send_invoice"),
          ("days_until_due", "30"),
        ])
      let report = try await lab.populate(fixture)
      #expect(report.objects.map(\.outcome) == [.completed, .made, .made, .made, .failed, .made])
      let failed = try #require(report.objects.first { $0.outcome == .failed })
      #expect(failed.place == "subscriptions[0]")
      #expect(failed.reason?.contains("You cannot combine currencies") == true)
      #expect(report.exitStatus == .protocolViolation)
      // The reason gone, the kept refusal is not believed.
      _ = try await lab.client.delete("/v1/customers/\(ann)")
      #expect(try await lab.populate(fixture).exitStatus == .done)
    }
  }
}
