import APIReference
import Testing

@testable import Sandbox

/// Every object that billing makes has the declared shape.
@Suite struct BillingShapeTests {
  private static let types: [RecordType] = [
    .customer, .customerBalanceTransaction, .discount, .subscription, .subscriptionItem, .invoice, .invoiceItem,
    .lineItem, .invoicePayment, .testClock, .coupon, .price,
  ]

  static func problems(in body: JSON) -> [String] {
    guard body["object"] != "plan" || APIReference.objects["plan"] != nil else { return [] }
    return ShapeCheck().problems(in: shape(body)).map { "\(body["object"].string ?? ""): \($0)" }
  }

  private static func shape(_ value: JSON) -> ShapeValue {
    switch value {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .integer(let number): .integer(number)
    case .decimal(let digits): .decimal(digits)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(shape))
    case .object(let object): .object(object.members.map { (name: $0.name, value: shape($0.value)) })
    }
  }

  /// What is wrong with all that is kept of billing's types, and with what its events showed; each fault once.
  static func problems(in lab: BillingLab) throws -> Set<String> {
    var found: Set<String> = []
    for type in types { for body in try lab.all(type) { found.formUnion(problems(in: body)) } }
    for event in try lab.all(.event) {
      let type = event["type"].string ?? ""
      // The preview has no id; payments check what is theirs.
      guard type != "invoice.upcoming", ["customer.", "invoice", "test_helpers."].contains(where: type.hasPrefix)
      else { continue }
      found.formUnion(problems(in: event["data"]["object"]).map { "\(type) \($0)" })
    }
    return found
  }

  @Test func everyKindOfObjectHasItsShape() throws {
    let lab = try BillingLab()
    let clock = try lab.clock()
    let customer = try lab.customer(clock: clock)
    try lab.post("coupons", ["id": "TEN", "percent_off": 10, "duration": "repeating", "duration_in_months": 3])
    let subscription = try lab.subscribe(
      customer, try lab.price(2_500),
      [
        "discounts": [["coupon": "TEN"]], "trial_settings": ["end_behavior": ["missing_payment_method": "pause"]],
        "add_invoice_items": [
          ["price_data": ["currency": "usd", "product": .string(try product(lab)), "unit_amount": 5_000]]
        ],
      ])
    try lab.post(
      "subscriptions/\(subscription.id)",
      [
        "items": [["id": subscription["items"]["data"][0]["id"], "quantity": 3]],
        "proration_behavior": "always_invoice",
      ])
    try lab.post("subscriptions/\(subscription.id)", ["pause_collection": ["behavior": "keep_as_draft"]])
    try lab.post("subscription_items/\(subscription["items"]["data"][0].id)", ["quantity": 2])
    try lab.advance(clock, to: lab.time + 40 * day)
    let draft = try lab.post(
      "invoices", ["customer": .string(customer), "collection_method": "send_invoice", "days_until_due": 3])
    try lab.post("invoiceitems", ["customer": .string(customer), "invoice": draft["id"], "amount": 900])
    try lab.post("invoices/\(draft.id)/send")
    try lab.post("invoices/\(draft.id)/mark_uncollectible")
    try lab.post("invoices/\(draft.id)/pay", ["paid_out_of_band": true])
    let preview = try lab.post("invoices/create_preview", ["subscription": subscription["id"]])
    #expect(Self.problems(in: preview) == [])
    try lab.post("subscriptions/\(subscription.id)/pause")
    #expect(try Self.problems(in: lab).sorted() == [])
    try lab.delete("test_helpers/test_clocks/\(clock.id)")
    #expect(try Self.problems(in: lab).sorted() == [])
  }

  private func product(_ lab: BillingLab) throws -> String { try lab.post("products", ["name": "Setup"]).id }
}
