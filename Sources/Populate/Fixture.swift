/// What is to exist in a Stripe account: customers, products with prices, who subscribes to what.
///
/// It is checked: every subscription leads to a customer and a price, and nothing stands there twice.
package struct Fixture: Sendable, Equatable {
  /// A customer, known by the address.
  package struct Customer: Sendable, Equatable {
    /// What the customer is called.
    package let name: String
    /// The address, which no other customer of the fixture has.
    package let email: String
  }

  /// A product, known by its tag.
  package struct Product: Sendable, Equatable {
    /// What the product is called.
    package let name: String
    /// A sentence about it.
    package let description: String?
    /// What it costs.
    package let prices: [Price]

    /// What its `metadata.tag` says: the name in lower case with underscores, `premium_plan`.
    package var tag: String { Self.tag(of: name) }

    static func tag(of name: String) -> String {
      String(name.lowercased().map { $0.isWhitespace ? "_" : $0 })
    }
  }

  /// A recurring price, known by all it says.
  package struct Price: Sendable, Hashable {
    /// What is due each time, in the currency's smallest unit.
    package let amount: Int64
    /// The currency's code in lower case.
    package let currency: String
    /// How often it is due.
    package let interval: Interval
  }

  /// How often a price is due.
  package enum Interval: String, Sendable, CaseIterable {
    case day, week, month, year
  }

  /// Who subscribes to what, by places in the other lists.
  package struct Subscription: Sendable, Equatable {
    /// The place of the customer among `customers`.
    package let customer: Int
    /// The place of the product among `products`.
    package let product: Int
    /// The place of the price among the product's.
    package let price: Int
  }

  /// The customers, in the order of the file.
  package let customers: [Customer]
  /// The products, in the order of the file.
  package let products: [Product]
  /// The subscriptions, in the order of the file.
  package let subscriptions: [Subscription]

  /// How many objects it names.
  package var count: Int {
    customers.count + products.count + products.reduce(0) { $0 + $1.prices.count } + subscriptions.count
  }
}
