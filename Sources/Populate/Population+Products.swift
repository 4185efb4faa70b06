import StripeClient

extension Population {
  /// The prices of every product, by their places; nil for one that could not be made.
  func ensureProducts() async throws -> [Int: [Offer?]] {
    guard !fixture.products.isEmpty else { return [:] }
    let existing = try await listProducts()
    return try await forEach(fixture.products.count) { index in
      let product = fixture.products[index]
      let place = PopulateTally.Place(resource: .products, index: index)
      let found = ExistingProduct.of(product, among: existing)
      do {
        guard let found else { return try await ensurePrices(of: product, at: index, make(product, at: place)) }
        tally.note(place, .found, id: found.id)
        return try await ensurePrices(of: product, at: index, Ensured(object: found, isNew: false))
      } catch {
        try tally.fail(place, error)
        for price in product.prices.indices {
          tally.note(.init(resource: .prices, index: index, price: price), .skipped, reason: "its product was refused")
        }
        return []
      }
    }
  }

  /// Archived ones are left out: nobody can subscribe to them.
  private func listProducts() async throws -> [ExistingProduct] {
    try await calls.list("/v1/products", [("active", "true")], read: ExistingProduct.init)
  }

  /// Nil in a dry run.
  private func make(
    _ product: Fixture.Product, at place: PopulateTally.Place
  ) async throws -> Ensured<ExistingProduct>? {
    guard !options.isDryRun else {
      tally.note(place, .made)
      return nil
    }
    let description = product.description.map { [("description", $0)] } ?? []
    let ensured = try await calls.ensure(
      find: { ExistingProduct.of(product, among: try await listProducts()) },
      retrieve: { try await calls.find(StripePath.of("/v1/products", $0.id), read: ExistingProduct.init) },
      make: { attempt in
        try await create(
          "/v1/products", [("name", product.name), ("metadata[tag]", product.tag)] + description, attempt: attempt,
          read: ExistingProduct.init)
      })
    tally.note(place, .made, id: ensured.object.id)
    return ensured
  }

  private func ensurePrices(
    of product: Fixture.Product, at index: Int, _ made: Ensured<ExistingProduct>?
  ) async throws -> [Offer?] {
    let existing =
      if let made, !made.isNew, !product.prices.isEmpty { try await listPrices(of: made.object.id) } else {
        [ExistingPrice]()
      }
    var offers: [Offer?] = []
    for (number, terms) in product.prices.enumerated() {
      let place = PopulateTally.Place(resource: .prices, index: index, price: number)
      if let price = ExistingPrice.of(terms, among: existing) {
        tally.note(place, .found, id: price.id)
        offers.append(Offer(id: price.id, isNew: false))
        continue
      }
      do {
        offers.append(try await make(terms, of: made?.object.id, at: place))
      } catch {
        try tally.fail(place, error)
        offers.append(nil)
      }
    }
    return offers
  }

  private func listPrices(of product: String) async throws -> [ExistingPrice] {
    try await calls.list(
      "/v1/prices", [("product", product), ("active", "true"), ("type", "recurring")], read: ExistingPrice.init)
  }

  private func make(
    _ terms: Fixture.Price, of product: String?, at place: PopulateTally.Place
  ) async throws -> Offer {
    guard !options.isDryRun, let product else {
      tally.note(place, .made)
      return Offer(id: nil, isNew: true)
    }
    let ensured = try await calls.ensure(
      find: { ExistingPrice.of(terms, among: try await listPrices(of: product)) },
      retrieve: { try await calls.find(StripePath.of("/v1/prices", $0.id), read: ExistingPrice.init) },
      make: { attempt in
        try await create(
          "/v1/prices",
          [
            ("product", product), ("unit_amount", String(terms.amount)), ("currency", terms.currency),
            ("recurring[interval]", terms.interval.rawValue),
          ], attempt: attempt, read: ExistingPrice.init)
      })
    tally.note(place, .made, id: ensured.object.id)
    return Offer(id: ensured.object.id, isNew: ensured.isNew)
  }
}
