import StripeModel
import Testing

/// What a reader of the API takes for granted of a declaration.
@Suite struct ListingTests {
  @Test(arguments: ResourceName.allCases)
  func whatIsListedHasAPlaceAndWhatIsNotStandsInAnother(resource: ResourceName) {
    let definition = resource.definition
    switch definition.listing.scope {
    case .byCreated:
      #expect(definition.path?.hasPrefix("/v1/") == true)
      let moment = definition.columns.first { $0.paths.contains(JSONPath(definition.listing.createdMember)) }
      #expect(moment?.isRequired == true && moment?.kind == .unixTime && moment?.isIndexed == true)
    case .whole: #expect(definition.path?.hasPrefix("/v1/") == true)
    case .each(let parent, let endpoint):
      #expect(parent.definition.path != nil)
      #expect(definition.foreignKeys.contains { $0.target == parent })
      #expect(endpoint.path.contains("{id}") != (endpoint.parameter != nil))
    case .inside:
      let isInside = ResourceName.allCases.map(\.definition).contains { other in
        other.children.contains { $0.resource == resource } || other.foreignKeys.contains { $0.target == resource }
      }
      #expect(isInside)
    }
  }

  @Test(arguments: ResourceName.allCases)
  func aListInAParentGoesOnAtAnEndpoint(resource: ResourceName) {
    for list in resource.definition.children {
      #expect(list.endpoint.path.hasPrefix("/v1/"), "\(list.path.dotted)")
      #expect(list.endpoint.path.contains("{id}") != (list.endpoint.parameter != nil), "\(list.path.dotted)")
    }
  }

  /// Stripe answers 400 to a path of more than four levels, and counts `data` of the list as one.
  @Test(arguments: ResourceName.allCases)
  func whatIsAskedForIsNotTooDeep(resource: ResourceName) {
    for path in resource.definition.expandPaths {
      #expect(JSONPath("data." + path).members.count <= 4, "\(path)")
    }
  }

  /// Without it changes would be looked for in vain: there are neither events nor a parent that is read again.
  @Test(arguments: ResourceName.allCases)
  func whatHasNoEventsSaysHowItIsFollowed(resource: ResourceName) {
    let definition = resource.definition
    guard definition.events.isEmpty, definition.listing.scope != .inside else { return }
    let isChild = ResourceName.allCases.contains { $0.definition.children.contains { $0.resource == resource } }
    #expect(isChild || definition.unannounced.contains(.creation))
  }

  @Test(arguments: ResourceName.allCases)
  func whatChangesWithoutEventsIsSaidOfColumns(resource: ResourceName) {
    for change in resource.definition.unannounced {
      switch change {
      case .change(let column, _, let moment):
        #expect(resource.definition.column(column) != nil, "\(column)")
        if let moment { #expect(resource.definition.column(moment)?.kind == .unixTime, "\(moment)") }
      case .changeWhile(let column, let values, _):
        guard case .enumeration(let known) = resource.definition.column(column)?.kind else {
          Issue.record("\(column) is no enumeration")
          continue
        }
        #expect(Set(values).isSubset(of: known))
        #expect(resource.definition.column("created") != nil)
      case .deletion(let column):
        #expect(resource.definition.foreignKeys.contains { $0.column.name == column })
      case .creation, .anyChange: break
      }
    }
  }

  @Test(arguments: ResourceName.allCases)
  func aResourceHearsTheEventsOfItsChildren(resource: ResourceName) {
    for list in resource.definition.children {
      for event in list.resource.definition.events {
        let type = event.replacing("*", with: "updated")
        #expect(resource.definition.hears(type), "\(type)")
        #expect(list.resource.definition.paths(to: resource) != [])
      }
    }
  }

  @Test func plainListsThatLeaveSomethingOutAreAskedWithMore() {
    #expect(ResourceName.subscription.definition.listing.parameters == ["status": "all"])
    let hiding = ResourceName.allCases.filter(\.definition.listing.hidesClockObjects)
    #expect(hiding == [.customer, .subscription])
    #expect(ResourceName.allCases.filter(\.definition.listing.isTestModeOnly) == [.testClock])
    #expect(ResourceName.allCases.filter { $0.definition.listing.reachDays != nil } == [.event])
    #expect(ResourceName.event.definition.listing.reachDays == 30)
  }

  @Test func onePathPerParent() throws {
    guard case .each(let parent, let endpoint) = ResourceName.paymentMethod.definition.listing.scope else {
      Issue.record("payment methods are listed for each customer")
      return
    }
    #expect(parent == .customer)
    #expect(endpoint.request(parent: "cus_1").path == "/v1/customers/cus_1/payment_methods")
    let payments = try #require(ResourceName.invoice.definition.children.last?.endpoint)
    #expect(payments.request(parent: "in_1").path == "/v1/invoice_payments")
    #expect(payments.request(parent: "in_1").parameters.map { "\($0)=\($1)" } == ["invoice=in_1"])
  }

  @Test(arguments: [
    ("prod_1", "/v1/products/prod_1"), ("my product/1", "/v1/products/my%20product%2F1"),
    ("été?", "/v1/products/%C3%A9t%C3%A9%3F"), ("\n", "/v1/products/%0A"),
  ])
  func anIDOfTheMerchantsOwnMakingStaysOneSegment(id: String, path: String) {
    #expect(ResourceName.product.definition.retrievePath(id: id) == path)
  }

  @Test func whatHasNoPlaceIsNotRead() {
    #expect(ResourceName.invoiceLineItem.definition.retrievePath(id: "il_1") == nil)
    #expect(ResourceName.subscriptionItem.definition.retrievePath(id: "si_1") == "/v1/subscription_items/si_1")
  }

  @Test func aSnapshotThatLacksWhatIsAskedForIsPartial() {
    for resource in [ResourceName.invoice, .charge, .price, .customer, .coupon, .checkoutSession] {
      #expect(resource.definition.snapshot == .partial, "\(resource)")
    }
    for resource in [ResourceName.paymentIntent, .product, .dispute, .refund, .creditNote, .transfer] {
      #expect(resource.definition.snapshot == .whole(unless: []), "\(resource)")
    }
  }

  /// Discounts have no endpoint: a read brings them whole, a snapshot only their ids.
  @Test func aSnapshotWithDiscountsSaysLessThanARead() {
    #expect(ResourceName.subscription.definition.expandPaths == ["discounts", "items.data.discounts"])
    #expect(ResourceName.invoice.definition.expandPaths == ["payments", "discounts", "lines.data.discounts"])
    #expect(
      ResourceName.subscription.definition.snapshot
        == .whole(unless: [JSONPath("discounts"), JSONPath("items.data.discounts")]))
  }

  @Test func patternsOfEvents() {
    let subscription = ResourceName.subscription.definition
    #expect(subscription.hears("customer.subscription.updated"))
    #expect(!subscription.hears("subscription_schedule.updated"))
    #expect(!ResourceName.customer.definition.hears("customer.subscription.updated"))
    #expect(!ResourceName.paymentIntent.definition.hears("payment_intent"))
    #expect(ResourceName.invoice.definition.hears("invoice_payment.paid"))
    #expect(!ResourceName.invoice.definition.hears("invoiceitem"))
  }

  @Test func whatARedeemedCouponChangesIsHeard() {
    for resource in [ResourceName.coupon, .promotionCode, .customer, .subscription, .discount] {
      #expect(resource.definition.hears("customer.discount.created"), "\(resource)")
    }
    #expect(ResourceName.discount.definition.paths(to: .coupon).map(\.dotted) == ["source.coupon", "coupon"])
    #expect(
      ResourceName.invoice.definition.paths(to: .invoiceItem).map(\.dotted).first
        == "lines.data.parent.invoice_item_details.invoice_item")
  }

  @Test func anEventAboutAnotherObjectNamesTheOneConcerned() {
    #expect(ResourceName.charge.definition.hears("charge.dispute.closed"))
    #expect(ResourceName.dispute.definition.paths(to: .charge) == [JSONPath("charge")])
    let prices = ResourceName.subscription.definition.paths(to: .price).map(\.dotted)
    #expect(prices == ["items.data.price", "items.data.plan"])
  }
}
