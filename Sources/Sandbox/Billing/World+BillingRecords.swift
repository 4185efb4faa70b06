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
    guard let before = unannouncedCustomers.removeValue(forKey: id), let customer = try find(.customer, id) else {
      return
    }
    let previous = Events.previousAttributes(from: before, to: customer.body)
    if !previous.isEmpty { try emit("customer.updated", customer, previous: previous) }
  }

  /// Schedules work on an object at its own clock.
  func later(_ kind: Job.Kind, _ record: Record, at due: Int64, data: String? = nil) throws {
    try schedule(Job(kind, record.id, due: due, clock: record.testClock, data: data))
  }

  /// Throws unless a currency fits the one that the customer is bound to.
  func checkCurrency(_ currency: String, of customer: Record) throws {
    guard let bound = customer.text("currency"), bound != currency else { return }
    throw StripeError.invalid(
      """
      You cannot combine currencies on a single customer. This customer has an active subscription, subscription \
      schedule, discount, quote, or invoice item with currency \(bound)
      """)
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

  /// Merges `metadata` into what is there: an empty value takes a key away, an unset map takes all.
  func mergedMetadata(_ old: JSON, named name: String = "metadata") -> JSON {
    guard has(name) else { return old.isNull ? [:] : old }
    if isUnset(name) { return [:] }
    var merged = old.object ?? [:]
    for member in self[name].object?.members ?? [] {
      if member.value.isNull || member.value == "" {
        merged.remove(member.name)
      } else {
        merged[member.name] = member.value
      }
    }
    return .object(merged)
  }

  /// Copies members as they came, unset ones as null.
  func copy(_ names: [String], to record: inout Record) {
    for name in names where has(name) { record[name] = self[name] }
  }
}
