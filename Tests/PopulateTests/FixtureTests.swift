import Foundation
import PlatformCore
import Testing

@testable import Populate

/// What a fixture may say, and how its faults are named.
@Suite struct FixtureTests {
  private func parse(_ text: String) throws(PlatformError) -> Fixture {
    try Fixture.parse(Array(text.utf8), file: "some.json")
  }

  /// The lines that name the faults of a fixture that is refused.
  private func faults(_ text: String) -> [String] {
    do throws(PlatformError) {
      _ = try parse(text)
      return []
    } catch {
      #expect(error.status == .data)
      #expect(error.context.map(\.value) == ["some.json"])
      return error.cause?.split(separator: "\n").map(String.init) ?? []
    }
  }

  private static let whole = """
    {
      "customers": [{"name": "Ann", "email": "ann@example.com"}, {"name": "Bob", "email": "bob@example.com"}],
      "products": [
        {"name": "Premium Plan", "description": "All of it", "prices": [
          {"amount": 1200, "currency": "eur", "interval": "month"},
          {"amount": 9900, "currency": "EUR", "interval": "year"}
        ]},
        {"name": "Mug"}
      ],
      "subscriptions": [
        {"customer_email": "bob@example.com", "product_name": "Premium Plan"},
        {"customer_email": "ann@example.com", "product_name": "Premium Plan",
         "price": {"amount": 9900, "currency": "eur", "interval": "year"}}
      ]
    }
    """

  @Test("a fixture is read whole; without a word about it the first price is meant")
  func read() throws {
    let fixture = try parse(Self.whole)
    #expect(fixture.customers.map(\.email) == ["ann@example.com", "bob@example.com"])
    #expect(fixture.products.map(\.tag) == ["premium_plan", "mug"])
    #expect(fixture.products[0].prices[1] == .init(amount: 9900, currency: "eur", interval: .year))
    #expect(
      fixture.subscriptions == [
        .init(customer: 1, product: 0, price: 0), .init(customer: 0, product: 0, price: 1),
      ])
    #expect(fixture.count == 8)
  }

  @Test("the project's own example is one")
  func example() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/CLI/SampleFixture/company.json")
    #expect(try Fixture.read(file: file.path).count == 14)
  }

  @Test("a file that is not there is told from one that is no JSON")
  func files() {
    #expect { try Fixture.read(file: "/nowhere/at-all.json") } throws: {
      ($0 as? PlatformError)?.status == .inputMissing
    }
    #expect(faults("{\"customers\": [\n  {\"name\" \"Ann\"}\n]}").first?.hasSuffix("expected JSON") == true)
    #expect(faults("[]") == ["the fixture: found a list, expected an object with customers, products, subscriptions"])
    #expect(faults("{}") == ["the fixture: found nothing to make, expected customers or products"])
  }

  @Test(
    "each fault is named with its place, what is there and what should be",
    arguments: [
      (#"{"customers": [{"name": "A", "email": 12}]}"#, "customers[0].email: found 12, expected text"),
      (#"{"customers": [{"name": "A", "email": ""}]}"#, "customers[0].email: found \"\", expected text"),
      (
        #"{"customers": [{"name": "A", "email": "ann"}]}"#,
        "customers[0].email: found \"ann\", expected an email address"
      ),
      (
        #"{"customers": [{"name": "A", "email": "a b@c.de"}]}"#,
        "customers[0].email: found \"a b@c.de\", expected an email address"
      ),
      (#"{"customers": [{"name": "A"}]}"#, "customers[0].email: found nothing, expected a value"),
      (
        #"{"customers": [{"name": "A", "email": "a@b.c", "emial": "x"}]}"#,
        "customers[0].emial: found an unknown member, expected name, email"
      ),
      (
        #"{"customers": [{"name": "A", "name": "B", "email": "a@b.c"}]}"#,
        "customers[0].name: found a second member of that name, expected one"
      ),
      (
        #"{"customers": [{"name": "A\nB", "email": "a@b.c"}]}"#,
        "customers[0].name: found \"A B\", expected text without control characters, and without blanks at its ends"
      ),
      (#"{"customers": ["A"]}"#, "customers[0]: found \"A\", expected an object with name, email"),
      (#"{"customers": {"name": "A"}}"#, "customers: found an object, expected a list"),
      (
        #"{"customers": [{"name": "A", "email": "a@b.c"}, {"name": "B", "email": "A@b.c"}]}"#,
        "customers[1].email: found the same as customers[0].email, expected something not there yet"
      ),
      (
        #"{"products": [{"name": "My Plan"}, {"name": "my plan"}]}"#,
        "products[1].name: found the same as products[0].name, expected something not there yet"
      ),
      (#"{"products": [{"name": "P", "prices": 3}]}"#, "products[0].prices: found 3, expected a list"),
    ])
  func fault(_ text: String, _ expected: String) {
    #expect(faults(text) == [expected])
  }

  @Test(
    "prices are held against what Stripe takes",
    arguments: [
      (#""amount": 12.5, "currency": "eur", "interval": "month""#, "amount: found 12.5, expected a whole number"),
      (#""amount": "12", "currency": "eur", "interval": "month""#, "amount: found \"12\", expected a whole number"),
      (#""amount": -1, "currency": "eur", "interval": "month""#, "amount: found -1, expected a whole number"),
      (#""amount": 100000000, "currency": "eur", "interval": "month""#, "amount: found 100000000, expected a whole"),
      (#""amount": 1201, "currency": "kwd", "interval": "month""#, "amount: found 1201, expected a multiple of 10"),
      (#""amount": 1200, "currency": "eux", "interval": "month""#, "currency: found \"eux\", expected a currency"),
      (#""amount": 1200, "currency": "euro", "interval": "month""#, "currency: found \"euro\", expected a currency"),
      (
        #""amount": 1200, "currency": "eur", "interval": "monthly""#,
        "interval: found \"monthly\", expected day, week, month, year"
      ),
    ])
  func prices(_ price: String, _ expected: String) throws {
    let all = faults(#"{"products": [{"name": "P", "prices": [{\#(price)}]}]}"#)
    #expect(all.count == 1)
    #expect(try #require(all.first).hasPrefix("products[0].prices[0]." + expected))
  }

  @Test("every fault is listed, those of subscriptions too")
  func many() {
    let text = """
      {"customers": [{"name": "A", "email": "a@b.c"}, {"name": "", "email": "x"}],
       "products": [
         {"name": "P", "prices": [
           {"amount": 1, "currency": "eur", "interval": "day"}, {"amount": 1, "currency": "usd", "interval": "day"},
           {"amount": 1, "currency": "eur", "interval": "day"}
         ]},
         {"name": "Q"}
       ],
       "subscriptions": [
         {"customer_email": "a@b.d", "product_name": "P"},
         {"customer_email": "a@b.c", "product_name": "R"},
         {"customer_email": "a@b.c", "product_name": "Q"},
         {"customer_email": "a@b.c", "product_name": "P"},
         {"customer_email": "a@b.c", "product_name": "P"},
         {"customer_email": "a@b.c", "product_name": "P", "price": {"amount": 1, "currency": "usd", "interval": "day"}},
         {"customer_email": "a@b.c", "product_name": "P", "price": {"amount": 2, "currency": "usd", "interval": "day"}}
       ]}
      """
    #expect(
      faults(text) == [
        "customers[1].name: found \"\", expected text",
        "customers[1].email: found \"x\", expected an email address",
        "products[0].prices[2]: found the same as products[0].prices[0], expected something not there yet",
        "subscriptions[0].customer_email: found \"a@b.d\", expected the email of a customer of the fixture",
        "subscriptions[1].product_name: found \"R\", expected the name of a product of the fixture",
        "subscriptions[2].product_name: found a product without prices, expected a product with a price",
        "subscriptions[6].price: found no price of this product, expected one of the product's prices",
        "subscriptions[4]: found the same as subscriptions[3], expected something not there yet",
        "subscriptions[5]: found a price in usd, expected eur, as in subscriptions[3] of the same customer",
      ])
  }
}
