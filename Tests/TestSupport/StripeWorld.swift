/// A generated export whose objects refer to each other, for tests that need many rows; the same for the same size.
package enum StripeWorld {
  /// The files of the export by name, JSON Lines; `customers` customers with about six objects each.
  ///
  /// Everything a row refers to is there, but for one balance transaction in ten. `version` changes every third
  /// customer and charge.
  package static func files(customers: Int, version: Int = 1) -> [(name: String, content: String)] {
    typealias Make = StripeObjects
    var tables: [String: [JSONText]] = [:]
    func add(_ table: String, _ object: JSONText) { tables[table, default: []].append(object) }
    for number in 0..<10 {
      add("products", Make.product("prod_\(number)").with("default_price", .text("price_\(number)")))
      add("prices", Make.price("price_\(number)", product: .text("prod_\(number)")))
    }
    for number in 0..<customers {
      let customer: JSONText = .text("cus_\(number)")
      let isChanged = version > 1 && number % 3 == 0
      add("customers", Make.customer("cus_\(number)", name: isChanged ? "Name \(version)" : "Ada \(number)"))
      let item = Make.subscriptionItem("si_\(number)", price: Make.price("price_\(number % 10)"))
      add(
        "subscriptions",
        Make.subscription("sub_\(number)", customer: customer, items: Make.list([item]))
          .with("latest_invoice", .text("in_\(number)")))
      let lines = (0..<3).map { line in
        Make.line("il_\(number)_\(line)", amount: Int64(line * 100)).with(
          "parent",
          [
            "subscription_item_details": [
              "subscription": .text("sub_\(number)"), "subscription_item": .text("si_\(number)"),
            ]
          ])
      }
      add(
        "invoices",
        Make.invoice("in_\(number)", lines: Make.list(lines), customer: customer)
          .with("parent", ["subscription_details": ["subscription": .text("sub_\(number)")]]))
      let refunds = number % 5 == 0 ? [Make.refund("re_\(number)", charge: .text("ch_\(number)"))] : []
      add(
        "charges",
        Make.charge("ch_\(number)", customer: Make.customer("cus_\(number)", name: "Seen"), amount: isChanged ? 7 : 5)
          .with(["balance_transaction": .text("txn_\(number)"), "refunds": Make.list(refunds)]))
      if number % 10 != 9 {
        add("balance_transactions", Make.balanceTransaction("txn_\(number)").with("source", .text("ch_\(number)")))
      }
    }
    return tables.sorted { $0.key < $1.key }.map { ($0.key + ".jsonl", StripeObjects.lines($0.value)) }
  }
}
