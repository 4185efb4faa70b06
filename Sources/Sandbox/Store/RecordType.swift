/// What the sandbox keeps, by Stripe's word for the object.
package enum RecordType: String, CaseIterable, Sendable {
  case customer
  case customerBalanceTransaction = "customer_balance_transaction"
  case paymentMethod = "payment_method"
  case product
  case price
  case coupon
  case discount
  case subscription
  case subscriptionItem = "subscription_item"
  case invoice
  case invoiceItem = "invoiceitem"
  case lineItem = "line_item"
  case invoicePayment = "invoice_payment"
  case paymentIntent = "payment_intent"
  case setupIntent = "setup_intent"
  case charge
  case refund
  case dispute
  case balanceTransaction = "balance_transaction"
  case payout
  case event
  case webhookEndpoint = "webhook_endpoint"
  case testClock = "test_helpers.test_clock"

  /// How records of this type are stored and found.
  package var definition: RecordDefinition { Self.definitions[self]! }  // complete: a test walks all cases

  private static let definitions = Dictionary(uniqueKeysWithValues: RecordDefinition.all.map { ($0.type, $0) })
}

/// How one type of record is stored: its table, the form of its ids, and the fields that lists filter by.
package struct RecordDefinition: Sendable {
  /// Stripe's word for the object.
  package let type: RecordType
  /// The table, also the last part of the collection's path in most cases.
  package let table: String
  /// What ids begin with.
  package let idPrefix: String
  /// The characters after the prefix.
  package let idLength: Int
  /// The first character after the prefix: `3` for payments, `1` for billing, none for the short ids.
  package let idMark: String
  /// The word in "No such customer: …".
  package let noun: String
  /// The fields that lists filter by, kept as indexed columns.
  package let columns: [Column]
  /// The order of lists.
  package let order: Order

  /// A field that lists filter by.
  package struct Column: Sendable {
    /// The column's name: the path with underscores.
    package let name: String
    /// The member names that lead to the value; a reference is kept as its id.
    package let path: [String]
    /// Whether it holds a number or a boolean (0 and 1); text otherwise.
    package let isInteger: Bool
    /// Whether it has an index of its own, with the list's order behind it.
    package let isIndexed: Bool
  }

  /// The order of a list.
  package enum Order: Sendable {
    /// By `created`, newest first; what came later in one second stands first.
    case newestFirst
    /// By the hidden member `position`, then as inserted: the children inside a parent.
    case position
  }

  private init(
    _ type: RecordType, _ table: String, id idPrefix: String, _ idLength: Int = 24, mark: String = "1",
    noun: String? = nil, order: Order = .newestFirst, text: [String] = [], numbers: [String] = [],
    unindexed: Set<String> = []
  ) {
    self.type = type
    self.table = table
    self.idPrefix = idPrefix
    self.idLength = idLength
    idMark = idLength < 24 ? "" : mark
    self.noun = noun ?? type.rawValue
    self.order = order
    columns = (text.map { ($0, false) } + numbers.map { ($0, true) }).map { path, isInteger in
      Column(
        name: path.split(separator: ".").joined(separator: "_"), path: path.split(separator: ".").map(String.init),
        isInteger: isInteger, isIndexed: !unindexed.contains(path))
    }
  }

  static let all: [RecordDefinition] = [
    .init(.customer, "customers", id: "cus_", 14, text: ["email", "test_clock"]),
    .init(
      .customerBalanceTransaction, "customer_balance_transactions", id: "cbtxn_", text: ["customer", "invoice"]),
    .init(
      .paymentMethod, "payment_methods", id: "pm_", noun: "PaymentMethod", text: ["customer", "type"],
      unindexed: ["type"]),
    .init(
      .product, "products", id: "prod_", 14, text: ["url"], numbers: ["active", "shippable"],
      unindexed: ["url", "active", "shippable"]),
    .init(
      .price, "prices", id: "price_",
      text: ["product", "lookup_key", "currency", "type", "recurring.interval", "recurring.usage_type"],
      numbers: ["active"],
      unindexed: ["currency", "type", "recurring.interval", "recurring.usage_type", "active"]),
    .init(.coupon, "coupons", id: "", 8),
    .init(.discount, "discounts", id: "di_", text: ["customer", "subscription", "invoice"]),
    .init(
      .subscription, "subscriptions", id: "sub_",
      text: ["customer", "status", "test_clock", "collection_method"], unindexed: ["collection_method"]),
    .init(
      .subscriptionItem, "subscription_items", id: "si_", 14, order: .position,
      text: ["subscription", "price.id", "price.product"], unindexed: ["price.product"]),
    .init(
      .invoice, "invoices", id: "in_",
      text: ["customer", "status", "parent.subscription_details.subscription", "collection_method"],
      numbers: ["due_date"], unindexed: ["collection_method", "due_date"]),
    .init(
      .invoiceItem, "invoiceitems", id: "ii_", text: ["customer", "invoice"]),
    .init(
      .lineItem, "invoice_line_items", id: "il_", noun: "line_item", order: .position, text: ["invoice"]),
    .init(
      .invoicePayment, "invoice_payments", id: "inpay_",
      text: ["invoice", "payment.payment_intent", "payment.charge", "status"], unindexed: ["payment.charge", "status"]),
    .init(.paymentIntent, "payment_intents", id: "pi_", mark: "3", text: ["customer"]),
    .init(
      .setupIntent, "setup_intents", id: "seti_", noun: "setupintent", text: ["customer", "payment_method"]),
    .init(
      .charge, "charges", id: "ch_", mark: "3", text: ["customer", "payment_intent", "transfer_group"],
      unindexed: ["transfer_group"]),
    .init(.refund, "refunds", id: "re_", mark: "3", text: ["charge", "payment_intent"]),
    .init(.dispute, "disputes", id: "du_", text: ["charge", "payment_intent", "status"], unindexed: ["status"]),
    .init(
      .balanceTransaction, "balance_transactions", id: "txn_", mark: "3",
      text: ["source", "type", "currency", "status", "hidden.payout"],
      numbers: ["available_on", "net"],
      unindexed: ["type", "currency", "net"]),
    .init(
      .payout, "payouts", id: "po_", text: ["status", "destination"], numbers: ["arrival_date"],
      unindexed: ["destination", "arrival_date"]),
    .init(.event, "events", id: "evt_", text: ["type"], numbers: ["pending_webhooks"]),
    .init(.webhookEndpoint, "webhook_endpoints", id: "we_"),
    .init(.testClock, "test_clocks", id: "clock_", noun: "billingclock"),
  ]
}
