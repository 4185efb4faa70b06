import Testing

@testable import APIReference

struct ObjectsTests {
  @Test func everyTextIsRead() throws {
    #expect(try APIReference.readObjects().count == ObjectText.all.count)
  }

  @Test(arguments: ObjectText.all.map(\.key))
  func namesItself(name: String) throws {
    let shape = try #require(APIReference.objects[name])
    #expect(shape.field("object")?.values == [name])
    #expect(shape.field("object")?.isOpen == false)
    #expect(name == "balance" || shape.field("id")?.type == .string)
    #expect(shape.field("deleted") == nil, "a live object has no `deleted`")
  }

  /// What is sent only when `expand` names it (docs.stripe.com/api/expanding_objects).
  @Test(arguments: [
    ("customer", ["cash_balance", "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids"]),
    ("charge", ["refunds"]), ("invoice", ["confirmation_secret", "payments"]),
    ("price", ["currency_options", "tiers"]),
    ("coupon", ["applies_to", "currency_options"]), ("plan", ["tiers"]), ("product", []), ("refund", []),
  ])
  func knowsWhatIsOnlyExpanded(name: String, fields: [String]) throws {
    let shape = try #require(APIReference.objects[name])
    #expect(shape.fields.filter(\.isOnlyExpanded).map(\.name) == fields)
  }

  @Test func aPaymentMethodHasTheMemberOfItsType() throws {
    let shape = try #require(APIReference.objects["payment_method"])
    for type in ["card", "us_bank_account", "sepa_debit", "link"] {
      #expect(shape.field(type)?.isOptional == true)
    }
    #expect(shape.field("billing_details")?.isOptional == false)
  }

  @Test func aSubscriptionMirrorsItsOnlyItem() throws {
    let shape = try #require(APIReference.objects["subscription"])
    #expect(shape.field("plan")?.isNullable == true)
    #expect(shape.field("quantity")?.isNullable == true)
    #expect(shape.field("items")?.type == .list(["subscription_item"]))
  }
}
