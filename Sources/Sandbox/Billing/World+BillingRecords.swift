extension World {
  /// Changes a customer for billing's own reasons; `announceCustomer` tells of it.
  func changeCustomer(_ id: String, _ change: (inout Record) -> Void) throws {
    guard var customer = try find(.customer, id), !customer.isDeleted else { return }
    if unannouncedCustomers[id] == nil { unannouncedCustomers[id] = customer.body }
    change(&customer)
    try save(&customer)
  }

  /// Emits `customer.updated` for what billing changed since the last time.
  func announceCustomer(_ id: String) throws {
    guard let before = unannouncedCustomers.removeValue(forKey: id), keepsEvents,
      let customer = try find(.customer, id)
    else { return }
    let previous = Events.previousAttributes(from: before, to: customer.body)
    if !previous.isEmpty { try emit("customer.updated", customer, previous: previous) }
  }

  /// Schedules work on an object at its own clock.
  func later(_ kind: Job.Kind, _ record: Record, at due: Int64, data: String? = nil) throws {
    try schedule(Job(kind, record.id, due: due, clock: record.testClock, data: data))
  }

  /// Throws unless a subscription in a currency may begin. The customer's own currency gives way to it once nothing is
  /// under way in it; single invoices may be in any currency.
  ///
  /// Source: docs.stripe.com/invoicing/multi-currency-customers.
  func checkCurrency(_ currency: String, of customer: Record) throws {
    guard let bound = customer.text("currency"), bound != currency else { return }
    let live = try records(
      ListQuery(
        .subscription, [.equals("customer", customer.id), .noneOf("status", ["canceled", "incomplete_expired"])]))
    let pending = try records(ListQuery(.invoiceItem, [.equals("customer", customer.id), .isNull("invoice")]))
    guard (live + pending).contains(where: { $0.text("currency") == bound }) else { return }
    throw StripeError.invalid(
      """
      You cannot combine currencies on a single customer. This customer has an active subscription, subscription \
      schedule, discount, quote, or invoice item with currency \(bound)
      """)
  }

  /// The currency that a call names, else the customer's, else the account's.
  func currency(_ params: Params, of customer: Record) throws -> String {
    try params.text("currency").map { try CurrencyRules.check(currency: $0) } ?? customer.text("currency")
      ?? settings.defaultCurrency
  }

  /// Throws unless an invoice item is in the currency of what it goes on.
  func checkCurrency(of item: Record, matches currency: String, param: String) throws {
    guard let own = item.text("currency"), own != currency else { return }
    throw StripeError.invalid(
      "The invoice item's currency is \(own). This doesn't match the expected currency: \(currency).", param: param)
  }
}

extension Record {
  /// The subscription that an invoice belongs to.
  var subscriptionOfInvoice: String? { body["parent"]["subscription_details"]["subscription"].id }
  /// The ids in an array of references.
  func references(_ name: String) -> [String] { (body[name].array ?? []).compactMap(\.id) }
  /// The object's status.
  var status: String { text("status") ?? "" }
}

extension Params {
  /// Refuses what Stripe takes and the sandbox does not act on.
  func refuse(_ names: String...) throws {
    for name in names where has(name) && !isUnset(name) {
      throw StripeError.unsupported("the parameter \(path(name))", param: path(name))
    }
  }

  /// `metadata` laid over what is there.
  func mergedMetadata(_ old: JSON) throws -> JSON {
    .object(try Merge.metadata(old.object ?? [:], with: self))
  }

  /// Refuses automatic tax that is turned on.
  func refuseAutomaticTax() throws {
    guard hash("automatic_tax")?.flag("enabled") == true else { return }
    throw StripeError.unsupported("automatic tax", param: path("automatic_tax[enabled]"))
  }

  /// `discounts`, or the `coupon` of versions before basil; nil when neither is sent.
  var discountList: [Params]? {
    if let coupon = text("coupon") { return [Params(["coupon": .string(coupon)])] }
    return isUnset("coupon") ? [] : hashes("discounts")
  }

  /// Copies members as they came, unset ones as null.
  func copy(_ names: [String], to record: inout Record) {
    for name in names where has(name) { record[name] = self[name] }
  }
}
