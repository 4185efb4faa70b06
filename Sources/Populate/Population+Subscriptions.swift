import StripeClient

extension Population {
  /// One subscription; `customer` and the price's id are nil in a dry run that would have to make them.
  func ensureSubscription(_ number: Int, of customer: Ensured<ExistingCustomer>?, to offer: Offer?) async throws {
    let place = PopulateTally.Place(resource: .subscriptions, index: number)
    guard let offer else {
      tally.note(place, .skipped, reason: "its price was refused")
      return
    }
    guard let customer, let price = offer.id else {
      tally.note(place, .made)
      return
    }
    do {
      let isUnknown = customer.isNew || offer.isNew
      let existing = isUnknown ? [] : try await listSubscriptions(of: customer.object.id, to: price)
      let plan = SubscriptionPlan(existing, isForced: options.isForced)
      if let kept = plan.kept {
        tally.note(place, .found, id: kept.id, status: kept.status)
        return
      }
      let outcome: PopulateReport.Outcome = plan.canceled.isEmpty ? .made : .remade
      guard !options.isDryRun else {
        tally.note(place, outcome)
        return
      }
      for id in plan.canceled { try await cancel(id) }
      let made = try await makeSubscription(of: customer.object.id, to: price, after: plan.ended)
      tally.note(place, outcome, id: made.id, status: made.status)
    } catch {
      try tally.fail(place, error)
    }
  }

  private func listSubscriptions(of customer: String, to price: String) async throws -> [ExistingSubscription] {
    try await calls.list(
      "/v1/subscriptions", [("customer", customer), ("price", price), ("status", "all")],
      read: ExistingSubscription.init)
  }

  private func cancel(_ id: String) async throws {
    do {
      _ = try await calls.delete(StripePath.of("/v1/subscriptions", id), [])
    } catch  where StripeClient.body(of: error)?.status == 404 {
      // Cancelled already: by an attempt whose answer was lost, or by somebody else.
    }
  }

  private func makeSubscription(
    of customer: String, to price: String, after ended: [String]
  ) async throws -> ExistingSubscription {
    try await calls.ensure(
      find: { try await listSubscriptions(of: customer, to: price).last(where: \.isAlive) },
      retrieve: { made in
        let read = try await calls.find(StripePath.of("/v1/subscriptions", made.id), read: ExistingSubscription.init)
        return read.flatMap { $0.isAlive ? $0 : nil }
      },
      make: { attempt in
        try await create(
          "/v1/subscriptions", [("customer", customer), ("items[0][price]", price)], purpose: ended, attempt: attempt,
          read: ExistingSubscription.init)
      }
    ).object
  }
}
