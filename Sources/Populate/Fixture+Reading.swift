import Foundation
import JSONReader
package import PlatformCore
import StripeModel

extension Fixture {
  /// Reads a fixture file and checks it, whole, before anything is done with it.
  ///
  /// - Throws: `.inputMissing` or `.inputOutput` when it cannot be read, `.data` naming every fault in it.
  package static func read(file path: String) throws(PlatformError) -> Fixture {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      let isMissing = !FileManager.default.fileExists(atPath: path)
      throw PlatformError(
        isMissing ? .inputMissing : .inputOutput, isMissing ? "there is no such fixture" : "the fixture cannot be read",
        cause: isMissing ? nil : error.systemReason, context: ["file": path],
        nextStep: "name it with --fixture FILE (make: FIXTURE=FILE)")
    }
    return try parse(bytes, file: path)
  }

  /// Reads the text of a fixture; `file` is what errors call it.
  ///
  /// - Throws: `.data` naming every fault in it.
  package static func parse(_ bytes: [UInt8], file: String) throws(PlatformError) -> Fixture {
    let document = JSONDocument()
    var reader = FixtureReader()
    do throws(JSONFault) {
      let root = try document.parse(bytes)
      let fixture = FixtureReader.Node(value: root, place: FixtureReader.root)
      let read = withExtendedLifetime(document) { reader.fixture(fixture) }
      if reader.faults.isEmpty { return read }
    } catch {
      let line = error.offset.map { bytes.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
      let place = line.map { "line \($0)" } ?? FixtureReader.root
      reader.refuse(place, found: error.reason, expected: "JSON")
    }
    throw refusal(reader.faults, file: file)
  }

  private static let shownFaults = 100

  private static func refusal(_ faults: [FixtureFault], file: String) -> PlatformError {
    var lines = faults.prefix(shownFaults).map(\.text)
    if faults.count > shownFaults { lines.append("and \(faults.count - shownFaults) more") }
    return PlatformError(
      .data, "the fixture is refused: \(faults.count == 1 ? "one error" : "\(faults.count) errors")",
      cause: lines.joined(separator: "\n"), context: ["file": file],
      nextStep: "mend it and run again; nothing was done")
  }
}

extension FixtureReader {
  /// The whole fixture; what is faulty in it is left out and stands in `faults`.
  mutating func fixture(_ root: Node) -> Fixture {
    let parts = members(root, required: [], optional: ["customers", "products", "subscriptions"])
    let customers = elements(parts["customers"]).map { customer($0) }
    let products = elements(parts["products"]).map { product($0) }
    refuseRepeated(customers.map { $0?.email.lowercased() }) { "customers[\($0)].email" }
    refuseRepeated(products.map { $0?.tag }) { "products[\($0)].name" }
    let emails = Self.places(customers.map { $0?.email })
    let names = Self.places(products.map { $0?.name })
    let subscriptions = elements(parts["subscriptions"]).map { subscription($0, emails, names, products) }
    refuseRepeated(subscriptions.map { $0.map { [$0.customer, $0.product, $0.price] } }) { "subscriptions[\($0)]" }
    refuseMixedCurrencies(subscriptions, products)
    if faults.isEmpty, customers.isEmpty, products.isEmpty {
      refuse(root.place, found: "nothing to make", expected: "customers or products")
    }
    return Fixture(
      customers: customers.compactMap(\.self), products: products.compactMap(\.self),
      subscriptions: subscriptions.compactMap(\.self))
  }

  // The lengths are Stripe's; a product's name also becomes a value of its metadata.

  private mutating func customer(_ node: Node) -> Fixture.Customer? {
    let parts = members(node, required: ["name", "email"])
    let name = text(parts["name"], maximum: 256)
    guard let email = text(parts["email"], maximum: 512) else { return nil }
    guard email.wholeMatch(of: #/[^\s@]+@[^\s@.]+(\.[^\s@.]+)*/#) != nil else {
      refuse(parts["email"]?.place ?? node.place, found: Self.shown(email), expected: "an email address")
      return nil
    }
    return name.map { Fixture.Customer(name: $0, email: email) }
  }

  private mutating func product(_ node: Node) -> Fixture.Product? {
    let parts = members(node, required: ["name"], optional: ["description", "prices"])
    let name = text(parts["name"], maximum: 500)
    let description = parts["description"]?.value.isNull == true ? nil : text(parts["description"], maximum: 5_000)
    let prices = elements(parts["prices"]).map { price($0) }
    refuseRepeated(prices) { "\(node.place).prices[\($0)]" }
    return name.map { Fixture.Product(name: $0, description: description, prices: prices.compactMap(\.self)) }
  }

  private mutating func price(_ node: Node) -> Fixture.Price? {
    let parts = members(node, required: ["amount", "currency", "interval"])
    let currency = currency(parts["currency"])
    let interval = word(parts["interval"], Fixture.Interval.self)
    guard let amount = amount(parts["amount"], currency: currency), let currency, let interval else { return nil }
    return Fixture.Price(amount: amount, currency: currency, interval: interval)
  }

  private mutating func currency(_ node: Node?) -> String? {
    guard let node else { return nil }
    if let code = node.value.stringValue?.lowercased(), code.wholeMatch(of: #/[a-z]{3}/#) != nil,
      Locale.Currency(code).isISOCurrency
    {
      return code
    }
    refuse(node, expected: "a currency's code, such as eur")
    return nil
  }

  private mutating func amount(_ node: Node?, currency: String?) -> Int64? {
    guard let node else { return nil }
    guard let amount = node.value.int64, (0...99_999_999).contains(amount) else {
      refuse(node, expected: "a whole number of the currency's smallest unit, from 0 to 99999999")
      return nil
    }
    let step = currency.map(CurrencyExponent.step) ?? 1
    guard amount % step == 0 else {
      refuse(node, expected: "a multiple of \(step), as Stripe asks of \(currency ?? "it")")
      return nil
    }
    return amount
  }

  private mutating func subscription(
    _ node: Node, _ emails: [String: Int], _ names: [String: Int], _ products: [Fixture.Product?]
  ) -> Fixture.Subscription? {
    let parts = members(node, required: ["customer_email", "product_name"], optional: ["price"])
    let customer = place(parts["customer_email"], in: emails, "the email of a customer of the fixture")
    let product = place(parts["product_name"], in: names, "the name of a product of the fixture")
    let wanted = parts["price"].map { price($0) }
    guard let customer, let product, let prices = products[product]?.prices else { return nil }
    guard let wanted else {
      guard !prices.isEmpty else {
        refuse(node.place + ".product_name", found: "a product without prices", expected: "a product with a price")
        return nil
      }
      return Fixture.Subscription(customer: customer, product: product, price: 0)
    }
    guard let wanted else { return nil }
    guard let price = prices.firstIndex(of: wanted) else {
      refuse(node.place + ".price", found: "no price of this product", expected: "one of the product's prices")
      return nil
    }
    return Fixture.Subscription(customer: customer, product: product, price: price)
  }

  private mutating func place(_ node: Node?, in places: [String: Int], _ expected: String) -> Int? {
    guard let name = text(node, maximum: 512), let node else { return nil }
    if let place = places[name] { return place }
    refuse(node, expected: expected)
    return nil
  }

  private static func places(_ names: [String?]) -> [String: Int] {
    Dictionary(names.enumerated().compactMap { place, name in name.map { ($0, place) } }) { first, _ in first }
  }

  private mutating func refuseRepeated<Key: Hashable>(_ keys: [Key?], _ place: (Int) -> String) {
    var first: [Key: Int] = [:]
    for (index, key) in keys.enumerated() {
      guard let key else { continue }
      if let other = first[key] {
        refuse(place(index), found: "the same as \(place(other))", expected: "something not there yet")
      } else {
        first[key] = index
      }
    }
  }

  /// Stripe binds a customer to the currency of the first subscription.
  private mutating func refuseMixedCurrencies(
    _ subscriptions: [Fixture.Subscription?], _ products: [Fixture.Product?]
  ) {
    var bound: [Int: (currency: String, place: Int)] = [:]
    for (index, subscription) in subscriptions.enumerated() {
      guard let subscription, let product = products[subscription.product] else { continue }
      let currency = product.prices[subscription.price].currency
      guard let first = bound[subscription.customer] else {
        bound[subscription.customer] = (currency, index)
        continue
      }
      guard first.currency != currency else { continue }
      refuse(
        "subscriptions[\(index)]", found: "a price in \(currency)",
        expected: "\(first.currency), as in subscriptions[\(first.place)] of the same customer")
    }
  }
}

extension CurrencyExponent {
  /// What an amount must be a multiple of. Source: Stripe's chapter "Supported currencies", special cases.
  fileprivate static func step(_ currency: String) -> Int64 {
    if threeDecimal.contains(currency) { return 10 }
    return ["isk", "ugx"].contains(currency) ? 100 : 1
  }
}
