@testable import Sandbox

extension Books {
  func checkCustomer(_ customer: Record) {
    let booked = children(.customerBalanceTransaction, of: customer.id)
    for currency in Set([customer.text("currency") ?? "usd"] + booked.compactMap { $0.text("currency") }) {
      let own = booked.filter { $0.text("currency") == currency }
      let balance = customer.balance(in: currency)
      expect(balance == own.total { $0.int("amount") }, "\(customer.id): balance in \(currency)")
      let last = own.max { $0.sequence < $1.sequence }?.int("ending_balance") ?? 0
      expect(last == balance, "\(customer.id): ending balance in \(currency)")
    }
    let pending = children(.invoiceItem, of: customer.id).filter { $0["invoice"].isNull }
    if !customer.isDeleted {
      expect(customer.hidden["pending_items"].integer ?? 0 == Int64(pending.count), "\(customer.id): pending items")
      return
    }
    for subscription in children(.subscription, of: customer.id) {
      expect(
        ["canceled", "incomplete_expired"].contains(subscription.status), "\(subscription.id): outlives its customer")
    }
  }

  func checkSubscription(_ subscription: Record) {
    let id = subscription.id
    let items = children(.subscriptionItem, of: id)
    let shown = subscription["items"]["data"].array ?? []
    expect(Set(shown.compactMap(\.reference)) == Set(items.map(\.id)), "\(id): shows other items than it has")
    for item in shown {
      let itemID = item.reference ?? ""
      expect(item == .object(find(.subscriptionItem, itemID)?.body ?? [:]), "\(id): shows an old \(itemID)")
      expect(item["price"]["currency"] == subscription["currency"], "\(id): an item in another currency")
    }
    if subscription.status == "trialing" { expect(!subscription["trial_end"].isNull, "\(id): a trial without an end") }
    if subscription.status == "canceled" { expect(!subscription["ended_at"].isNull, "\(id): canceled without an end") }
  }

  /// Nothing hangs in the air: what an object names is there.
  func checkReferences(_ record: Record) {
    guard !record.isDeleted else { return }
    for (name, type) in Self.references[record.type] ?? [] {
      var value = JSON.object(record.body)
      for part in name.split(separator: ".") { value = value[String(part)] }
      guard let id = value.reference else {
        expect(!Self.required.contains("\(record.type).\(name)"), "\(record.id): no \(name)")
        continue
      }
      expect(find(type, id) != nil, "\(record.id): \(name) \(id) is nowhere")
    }
    for id in (record["discounts"].array ?? []).compactMap(\.reference) {
      expect(find(.discount, id) != nil, "\(record.id): discount \(id) is nowhere")
    }
    if record.type == .balanceTransaction {
      expect(find(id: record.reference("source") ?? "") != nil, "\(record.id): its source is nowhere")
      let fees = (record["fee_details"].array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
      expect(record.int("fee") == fees, "\(record.id): fee details")
      expect(record.int("net") == record.int("amount") - record.int("fee"), "\(record.id): net")
    }
    if record.type == .invoiceItem, let invoice = find(.invoice, record.reference("invoice") ?? ""),
      invoice.status == "draft"
    {
      let line = children(.lineItem, of: invoice.id).first { $0.hidden["invoice_item"].string == record.id }
      expect(line?["amount"] == record["amount"], "\(record.id): its line has another amount")
    }
  }

  private static let required: Set<String> = [
    "charge.payment_intent", "lineItem.invoice", "invoicePayment.invoice", "refund.charge", "dispute.charge",
    "subscription.customer", "subscription.latest_invoice", "subscriptionItem.subscription", "invoice.customer",
    "invoiceItem.customer", "payout.balance_transaction", "customerBalanceTransaction.customer",
  ]

  private static let references: [RecordType: [(String, RecordType)]] = [
    .charge: [
      ("payment_intent", .paymentIntent), ("customer", .customer), ("payment_method", .paymentMethod),
      ("balance_transaction", .balanceTransaction), ("dispute", .dispute),
    ],
    .paymentIntent: [
      ("customer", .customer), ("latest_charge", .charge), ("payment_method", .paymentMethod),
    ],
    .lineItem: [("invoice", .invoice), ("subscription", .subscription), ("pricing.price_details.price", .price)],
    .invoice: [
      ("customer", .customer), ("parent.subscription_details.subscription", .subscription),
      ("default_payment_method", .paymentMethod),
    ],
    .invoicePayment: [("invoice", .invoice), ("payment.payment_intent", .paymentIntent)],
    .invoiceItem: [
      ("customer", .customer), ("invoice", .invoice), ("parent.subscription_details.subscription", .subscription),
      ("pricing.price_details.price", .price),
    ],
    .refund: [
      ("charge", .charge), ("payment_intent", .paymentIntent), ("balance_transaction", .balanceTransaction),
      ("failure_balance_transaction", .balanceTransaction),
    ],
    .dispute: [("charge", .charge), ("payment_intent", .paymentIntent)],
    .payout: [
      ("balance_transaction", .balanceTransaction), ("failure_balance_transaction", .balanceTransaction),
    ],
    .subscription: [
      ("customer", .customer), ("latest_invoice", .invoice), ("default_payment_method", .paymentMethod),
      ("test_clock", .testClock),
    ],
    .subscriptionItem: [("subscription", .subscription), ("price", .price), ("price.product", .product)],
    .customer: [
      ("invoice_settings.default_payment_method", .paymentMethod), ("test_clock", .testClock),
      ("discount", .discount),
    ],
    .discount: [("customer", .customer), ("source.coupon", .coupon)],
    .price: [("product", .product)], .product: [("default_price", .price)],
    .customerBalanceTransaction: [("customer", .customer), ("invoice", .invoice)],
    .setupIntent: [("customer", .customer), ("payment_method", .paymentMethod)],
    .paymentMethod: [("customer", .customer)],
  ]
}
