import Testing

@testable import APIReference

struct ShapeCheckTests {
  /// A sound coupon, in the words of docs.stripe.com/api/coupons/object.
  private static let coupon = """
    {"id": "SPRING", "object": "coupon", "amount_off": null, "created": 1700000000, "currency": null,
     "duration": "repeating", "duration_in_months": 3, "livemode": false, "max_redemptions": null,
     "metadata": {"campaign": "spring"}, "name": null, "percent_off": 12.5, "redeem_by": null,
     "times_redeemed": 0, "valid": true}
    """
  /// A sound refund.
  private static let refund = """
    {"id": "re_1", "object": "refund", "amount": 100, "balance_transaction": "txn_1", "charge": "ch_1",
     "created": 1700000000, "currency": "usd", "customer": null, "customer_account": null,
     "destination_details": {"card": {"type": "refund"}, "type": "card"}, "metadata": {}, "payment_intent": "pi_1",
     "payment_method": null, "reason": null, "receipt_number": null, "source_transfer_reversal": null,
     "status": "succeeded", "transfer_reversal": null}
    """
  /// A sound subscription item, which holds a price and a plan.
  private static let item = """
    {"id": "si_1", "object": "subscription_item", "billing_thresholds": null, "created": 1700000000,
     "current_period_end": 1702592000, "current_period_start": 1700000000, "current_trial": null, "discounts": [],
     "metadata": {}, "quantity": 1, "subscription": "sub_1", "tax_rates": [{"id": "txr_1", "object": "tax_rate"}],
     "plan": {"id": "price_1", "object": "plan", "active": true, "amount": 100, "amount_decimal": "100",
       "billing_scheme": "per_unit", "created": 1700000000, "currency": "usd", "interval": "month",
       "interval_count": 1, "livemode": false, "metadata": {}, "meter": null, "nickname": null, "product": "prod_1",
       "tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed"},
     "price": {"id": "price_1", "object": "price", "active": true, "billing_scheme": "per_unit",
       "created": 1700000000, "currency": "usd", "custom_unit_amount": null, "livemode": false, "lookup_key": null,
       "metadata": {}, "nickname": null, "product": "prod_1",
       "recurring": {"interval": "month", "interval_count": 1, "meter": null, "trial_period_days": null,
         "usage_type": "licensed"},
       "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring",
       "unit_amount": 100, "unit_amount_decimal": "100"}}
    """

  private func problems(_ json: String, as name: String? = nil, expanded: Bool = false) throws -> [String] {
    try ShapeCheck(expanded: expanded).problems(in: .json(json), as: name).map(\.description)
  }

  @Test(arguments: [coupon, refund, item])
  func soundObjectsHaveNoProblems(json: String) throws {
    #expect(try problems(json) == [])
  }

  @Test(arguments: [
    (coupon, #""currency": null,"#, "", "currency: is missing"),
    (coupon, #""valid": true"#, #""valid": true, "colour": "red""#, "colour: is unknown"),
    (coupon, #""valid": true"#, #""valid": "true""#, "valid: is a string, not a boolean"),
    (coupon, #""valid": true"#, #""valid": null"#, "valid: is null"),
    (
      coupon, #""times_redeemed": 0"#, #""times_redeemed": 0.5"#,
      "times_redeemed: is a number with a fraction, not an integer"
    ),
    (coupon, #""repeating""#, #""often""#, "duration: is none of its values: often"),
    (coupon, #""spring""#, "1", "metadata.campaign: is an integer, not a string"),
    (coupon, #""valid": true"#, #""valid": true, "deleted": true"#, "deleted: is unknown"),
    (
      coupon, #""valid": true"#, #""valid": true, "applies_to": {"products": []}"#,
      "applies_to: is there, though nothing expanded it"
    ),
    (refund, #""ch_1""#, #"{"id": "ch_1", "object": "charge"}"#, "charge: is an object, though nothing expanded it"),
    (refund, #""ch_1""#, #""""#, "charge: is an empty id"),
    (refund, #""type": "refund""#, #""type": "refund", "colour": 1"#, "destination_details.card.colour: is unknown"),
    (refund, #""metadata": {}"#, #""metadata": []"#, "metadata: is an array, not an object of free keys"),
    (item, #""interval_count": 1, "meter""#, #""meter""#, "price.recurring.interval_count: is missing"),
    (
      item, #""unit_amount_decimal": "100""#, #""unit_amount_decimal": "1e2""#,
      "price.unit_amount_decimal: is no decimal number: 1e2"
    ),
    (item, #""object": "plan""#, #""object": "price""#, "plan: is a price, not a plan"),
    (item, #"{"id": "txr_1", "object": "tax_rate"}"#, #""txr_1""#, "tax_rates[0]: is a string, not an object"),
    (item, #""object": "tax_rate""#, #""name": "VAT""#, "tax_rates[0]: does not say which object it is"),
  ])
  func findsWhatIsWrong(json: String, part: String, change: String, problem: String) throws {
    try #require(json.contains(part))
    let pieces = json.split(separator: part, maxSplits: 1)
    #expect(try problems(pieces[0] + change + pieces[1]) == [problem])
  }

  @Test func followsWhatWasExpanded() throws {
    let expanded = Self.refund.split(separator: #""txn_1""#).joined(separator: #"{"id": "txn_1", "object": "payout"}"#)
    #expect(
      try problems(expanded, expanded: true) == ["balance_transaction: is a payout, not a balance_transaction"])
    let broken = Self.refund.split(separator: #""ch_1""#)
      .joined(separator: #"{"id": "ch_1", "object": "charge", "amount": "1"}"#)
    let found = try problems(broken, expanded: true)
    #expect(found.first == "charge.amount: is a string, not an integer")
    #expect(found.contains("charge.currency: is missing"))
    let deleted = Self.refund.split(separator: #""customer": null"#)
      .joined(separator: #""customer": {"id": "cus_1", "object": "customer", "deleted": true}"#)
    #expect(try problems(deleted, expanded: true) == [])
  }

  @Test func readsLists() throws {
    let list = #"{"object": "list", "data": [\#(Self.item)], "has_more": false, "total_count": 1, "url": "/v1/x"}"#
    func found(_ list: String) throws -> [String] {
      try problems(#"{"id": "sub_1", "object": "subscription", "items": \#(list)}"#)
        .filter { $0.hasPrefix("items") }
    }
    #expect(try found(list) == [])
    #expect(try found(#"{"object": "list", "data": []}"#) == ["items.has_more: is missing", "items.url: is missing"])
    let coupons = #"{"object": "list", "data": [\#(Self.coupon)], "has_more": false, "url": "/v1/x"}"#
    #expect(try found(coupons) == ["items.data[0]: is a coupon, not a subscription_item"])
  }

  @Test func acceptsADeletedStubAndWantsTheObjectAskedFor() throws {
    let stub = #"{"id": "SPRING", "object": "coupon", "deleted": true}"#
    #expect(try problems(stub) == [])
    #expect(try problems(stub, as: "coupon") == [])
    #expect(try problems(stub, as: "price") == ["is a coupon, not a price"])
    #expect(try problems("[]") == ["is an array, not an object"])
  }

  @Test func acceptsNewValuesOfOpenEnumerationsOnRequest() throws {
    let check = ShapeCheck(acceptsNewValues: true)
    let new = try ShapeValue.json(Self.coupon.split(separator: "repeating").joined(separator: "often"))
    #expect(check.problems(in: new).isEmpty)
    let other = try ShapeValue.json(#"{"object": "list", "data": [], "has_more": true, "url": ""}"#)
    #expect(check.problems(in: other, as: "coupon").map(\.reason) == ["is a list, not a coupon"])
  }
}
