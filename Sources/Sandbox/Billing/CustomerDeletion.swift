extension World {
  /// Cancels at once what a customer that is being deleted subscribes to; its invoices are no longer collected.
  func cancelSubscriptions(ofDeleted customer: Record) throws {
    let live = try records(
      ListQuery(
        .subscription,
        [.equals("customer", customer.id), .noneOf("status", ["canceled", "incomplete_expired"])]))
    for subscription in live {
      var state = try load(subscription)
      state.record["cancel_at"] = nil
      state.record["cancel_at_period_end"] = false
      try end(&state, reason: "cancellation_requested")
    }
    try stopCollecting(.equals("customer", customer.id))
    unannouncedCustomers[customer.id] = nil
  }
}
