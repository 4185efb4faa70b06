import JSONReader
import Testing

@testable import Populate

/// What is recognised among the objects that are there, and what is decided about it.
@Suite struct PlanTests {
  private func read<Object>(_ text: String, _ read: (JSONValue) -> Object?) throws -> Object? {
    let document = JSONDocument()
    return try withExtendedLifetime(document) { read(try document.parse(Array(text.utf8))) }
  }

  @Test("a customer has a card when a default method or source is set, and is none when deleted")
  func customers() throws {
    let bare = #"{"id": "cus_1", "invoice_settings": {"default_payment_method": null}, "default_source": null}"#
    #expect(try read(bare, ExistingCustomer.init) == ExistingCustomer(id: "cus_1", hasCard: false))
    let card = #"{"id": "cus_1", "invoice_settings": {"default_payment_method": "pm_1"}}"#
    #expect(try read(card, ExistingCustomer.init)?.hasCard == true)
    let expanded = #"{"id": "cus_1", "invoice_settings": {"default_payment_method": {"id": "pm_1"}}}"#
    #expect(try read(expanded, ExistingCustomer.init)?.hasCard == true)
    let source = #"{"id": "cus_1", "default_source": "card_1"}"#
    #expect(try read(source, ExistingCustomer.init)?.hasCard == true)
    #expect(try read(#"{"id": "cus_1", "deleted": true}"#, ExistingCustomer.init) == nil)
  }

  @Test("a product is known by its tag, the oldest of several; an archived one is none")
  func products() throws {
    let product = Fixture.Product(name: "Premium Plan", description: nil, prices: [])
    let tagged = ["prod_3", "prod_2"].map { ExistingProduct(id: $0, tag: "premium_plan") }
    #expect(ExistingProduct.of(product, among: tagged + [.init(id: "prod_1", tag: "premium")])?.id == "prod_2")
    #expect(ExistingProduct.of(product, among: [.init(id: "prod_1", tag: nil)]) == nil)
    #expect(try read(#"{"id": "prod_1", "active": false}"#, ExistingProduct.init) == nil)
  }

  private static let price = """
    {"id": "price_1", "active": true, "billing_scheme": "per_unit", "transform_quantity": null, "unit_amount": 1200,
     "currency": "eur", "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}
    """

  @Test(
    "a price that only resembles the wanted one is another",
    arguments: [
      (#""active": true"#, #""active": false"#), ("per_unit", "tiered"), ("1200", "1201"), ("1200", "null"),
      ("eur", "usd"), ("month", "year"), (#""interval_count": 1"#, #""interval_count": 2"#), ("licensed", "metered"),
      (#""transform_quantity": null"#, #""transform_quantity": {"divide_by": 5}"#),
    ])
  func prices(_ part: String, _ other: String) throws {
    let wanted = Fixture.Price(amount: 1200, currency: "eur", interval: .month)
    let same = try #require(try read(Self.price, ExistingPrice.init))
    #expect(ExistingPrice.of(wanted, among: [same])?.id == "price_1")
    let changed = try read(Self.price.replacing(part, with: other), ExistingPrice.init)
    #expect(ExistingPrice.of(wanted, among: [changed].compactMap(\.self)) == nil)
  }

  @Test("what has ended does not count; force ends what is alive and makes one")
  func subscriptions() {
    func all(_ statuses: String...) -> [ExistingSubscription] {
      statuses.enumerated().map { .init(id: "sub_\($0)", status: $1) }
    }
    for status in ["active", "trialing", "past_due", "unpaid", "paused", "incomplete"] {
      #expect(SubscriptionPlan(all("canceled", status), isForced: false).kept?.id == "sub_1", "\(status)")
    }
    let new = SubscriptionPlan(all("canceled", "incomplete_expired"), isForced: false)
    #expect(new.kept == nil && new.canceled == [] && new.ended == ["sub_0", "sub_1"])
    let forced = SubscriptionPlan(all("active", "canceled", "past_due"), isForced: true)
    #expect(
      forced.kept == nil && forced.canceled == ["sub_0", "sub_2"] && forced.ended == ["sub_0", "sub_1", "sub_2"])
    // Killed between the ending and the making: the next run, forced or not, arrives at the same key.
    #expect(SubscriptionPlan(all("canceled", "canceled", "canceled"), isForced: false).ended == forced.ended)
  }

  @Test("keys are those of the last run, differ with everything in a call, and are drawn in the end")
  func keys() throws {
    func key(
      _ path: String = "/v1/x", _ parameters: [(String, String)] = [("a", "b")], _ purpose: [String] = [],
      _ attempt: Int = 0
    ) throws -> String { try IdempotencyKey.of(path, parameters, purpose: purpose, attempt: attempt) }
    #expect(try key() == key())
    let others = try [
      key("/v1/y"), key("/v1/x", [("a", "c")]), key("/v1/x", [("ab", "")]), key("/v1/x", [("a", "b")], ["p"]),
      key("/v1/x", [("a", "b")], [], 1), key(),
    ]
    #expect(Set(others).count == others.count)
    #expect(try key().utf8.count <= 255)
    let last = IdempotencyKey.derived
    #expect(try key("/v1/x", [], [], last - 1) == key("/v1/x", [], [], last - 1))
    #expect(try key("/v1/x", [], [], last) != key("/v1/x", [], [], last))
  }
}
