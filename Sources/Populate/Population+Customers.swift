import JSONReader
import StripeClient

extension Population {
  /// Every customer, and then the subscriptions of each, in the order of the fixture.
  func ensureCustomers(_ offers: [Int: [Offer?]]) async throws {
    let subscriptions = Dictionary(grouping: fixture.subscriptions.indices) { fixture.subscriptions[$0].customer }
    _ = try await forEach(fixture.customers.count) { index in
      let place = PopulateTally.Place(resource: .customers, index: index)
      let own = subscriptions[index] ?? []
      do {
        let customer = try await ensure(fixture.customers[index], at: place)
        for number in own {
          let subscription = fixture.subscriptions[number]
          try await ensureSubscription(
            number, of: customer, to: offers[subscription.product].flatMap { $0.isEmpty ? nil : $0[subscription.price] }
          )
        }
      } catch {
        try tally.fail(place, error)
        for number in own {
          tally.note(.init(resource: .subscriptions, index: number), .skipped, reason: "its customer was refused")
        }
      }
    }
  }

  private func find(_ email: String) async throws -> ExistingCustomer? {
    try await calls.list("/v1/customers", [("email", email)], read: ExistingCustomer.init).last
  }

  /// Nil in a dry run that would have to make it.
  private func ensure(
    _ customer: Fixture.Customer, at place: PopulateTally.Place
  ) async throws -> Ensured<ExistingCustomer>? {
    if let found = try await find(customer.email) {
      if !found.hasCard, !options.isDryRun { try await giveCard(to: found.id) }
      tally.note(place, found.hasCard ? .found : .completed, id: found.id)
      return Ensured(object: found, isNew: false)
    }
    guard !options.isDryRun else {
      tally.note(place, .made)
      return nil
    }
    let ensured = try await calls.ensure(
      find: { try await find(customer.email) },
      retrieve: { try await calls.find(StripePath.of("/v1/customers", $0.id), read: ExistingCustomer.init) },
      make: { attempt in
        // In one call with its card: a customer without one is never there.
        let card = try await makeCard(for: [customer.email, customer.name], attempt: attempt)
        return try await create(
          "/v1/customers",
          [
            ("name", customer.name), ("email", customer.email), ("payment_method", card),
            ("invoice_settings[default_payment_method]", card),
          ], attempt: attempt, read: ExistingCustomer.init)
      })
    if !ensured.object.hasCard { try await giveCard(to: ensured.object.id) }
    tally.note(place, .made, id: ensured.object.id)
    return ensured
  }

  private func makeCard(for owner: [String], attempt: Int) async throws -> String {
    try await create(
      "/v1/payment_methods", [("type", "card"), ("card[token]", "tok_visa")], purpose: owner, attempt: attempt
    ) { $0["id"]?.stringValue }.object
  }

  /// Completes a customer that somebody, or an earlier run, left without a default card.
  private func giveCard(to customer: String) async throws {
    let path = StripePath.of("/v1/customers", customer)
    let attached: () async throws -> String? = {
      try await calls.list("/v1/payment_methods", [("customer", customer), ("type", "card")]) {
        $0["id"]?.stringValue
      }.first
    }
    let card: String
    if let there = try await attached() {
      card = there
    } else {
      card = try await calls.ensure(
        find: attached,
        retrieve: { _ in try await attached() },
        make: { attempt in
          let card = try await makeCard(for: [customer], attempt: attempt)
          let attach = StripePath.of("/v1/payment_methods", card, "attach")
          return try await create(attach, [("customer", customer)], attempt: attempt) { $0["id"]?.stringValue }
        }
      ).object
    }
    // Twice does no harm, and a kept answer would: the default may have been taken away since.
    _ = try await calls.post(
      path, [("invoice_settings[default_payment_method]", card)], idempotencyKey: IdempotencyKey.drawn)
  }
}
