@testable import Sandbox

extension CallMaker {
  // MARK: subscriptions

  mutating func subscriptionCall(_ books: Books) -> RandomCall? {
    let alive = books.all(.subscription) { !["canceled", "incomplete_expired"].contains($0.status) }
    guard alive.count > 4, !chance.once(in: 5), let subscription = chance.pick(alive) else {
      return newSubscription(books)
    }
    let id = subscription.id
    let path = "subscriptions/{subscription_exposed_id}"
    switch chance.number(16) {
    case 0...2: return .post(path, id, itemChange(subscription, books))
    case 3:
      guard var params = newItem(books, currency: subscription.text("currency")).object else { return nil }
      params["subscription"] = .string(id)
      params["proration_behavior"] = proration()
      return .post("subscription_items", nil, params)
    case 4, 5:
      guard let item = item(of: subscription) else { return nil }
      return chance.once(in: 3)
        ? .delete("subscription_items/{item}", item, ["proration_behavior": proration()])
        : .post(
          "subscription_items/{item}", item,
          ["quantity": .integer(chance.amount(0...9)), "proration_behavior": proration()])
    case 6: return .post(path, id, ["cancel_at_period_end": .bool(!chance.once(in: 3))])
    case 7:
      return .delete(path, id, ["prorate": .bool(chance.once(in: 2)), "invoice_now": .bool(chance.once(in: 2))])
    case 8:
      return chance.once(in: 2)
        ? .post("subscriptions/{subscription}/pause", id, ["type": "subscription"])
        : .post("subscriptions/{subscription}/migrate", id, ["billing_mode": ["type": "flexible"]])
    case 9:
      return .post(
        "subscriptions/{subscription}/resume", id, ["billing_cycle_anchor": chance.one(of: "now", "unchanged")])
    case 10:
      return chance.once(in: 2)
        ? .post(path, id, ["pause_collection": .null])
        : .post(
          path, id,
          ["pause_collection": ["behavior": chance.one(of: "keep_as_draft", "mark_uncollectible", "void")]])
    case 11:
      let end = (subscription["items"]["data"].array?.first?["current_period_end"].integer ?? 0) + 86_400
      return .post(
        path, id,
        ["trial_end": chance.once(in: 2) ? "now" : .integer(end), "proration_behavior": proration()])
    case 12:
      if chance.once(in: 3) { return .delete(path + "/discount", id) }
      guard let coupon = chance.pick(books.ids(.coupon)) else { return nil }
      return .post(path, id, ["discounts": [["coupon": .string(coupon)]]])
    case 13: return .post(path, id, ["billing_cycle_anchor": "now", "proration_behavior": proration()])
    case 14:
      return .post(
        path, id,
        chance.once(in: 2)
          ? ["collection_method": "send_invoice", "days_until_due": .integer(chance.amount(1...9))]
          : ["collection_method": "charge_automatically"])
    default:
      guard let price = price(books, currency: subscription.text("currency"), recurring: false) else { return nil }
      return .post(
        path, id, ["add_invoice_items": [["price": price["id"]]], "proration_behavior": proration()])
    }
  }

  private mutating func newSubscription(_ books: Books) -> RandomCall? {
    guard let customer = customer(books) else { return nil }
    let currency = customer.text("currency")
    var items = [newItem(books, currency: currency)]
    guard let first = items[0].object, let record = books.find(.price, first["price"].string ?? "") else { return nil }
    if chance.once(in: 3) { items.append(newItem(books, currency: record.text("currency"))) }
    var params: JSONObject = ["customer": .string(customer.id), "items": .array(items)]
    if chance.once(in: 5) { params["trial_period_days"] = .integer(chance.amount(1...20)) }
    if chance.once(in: 4), let coupon = chance.pick(books.ids(.coupon)) {
      params["discounts"] = [["coupon": .string(coupon)]]
    }
    if chance.once(in: 4) { params["billing_mode"] = ["type": "classic"] }
    if chance.once(in: 6) {
      params["collection_method"] = "send_invoice"
      params["days_until_due"] = .integer(chance.amount(1...30))
    }
    if chance.once(in: 3) {
      params["payment_behavior"] = chance.one(of: "default_incomplete", "error_if_incomplete", "allow_incomplete")
    }
    if chance.once(in: 8) { params["off_session"] = true }
    if chance.once(in: 6), let price = price(books, currency: record.text("currency"), recurring: false) {
      params["add_invoice_items"] = [["price": price["id"], "quantity": .integer(chance.amount(1...4))]]
    }
    if chance.once(in: 8) { params["cancel_at_period_end"] = true }
    return .post("subscriptions", nil, params)
  }

  private mutating func itemChange(_ subscription: Record, _ books: Books) -> JSONObject {
    var change = newItem(books, currency: subscription.text("currency"))
    change["id"] = .text(item(of: subscription))
    var params: JSONObject = ["items": [change], "proration_behavior": proration()]
    if chance.once(in: 4) {
      params["payment_behavior"] = chance.one(of: "default_incomplete", "error_if_incomplete", "allow_incomplete")
    }
    return params
  }

  private mutating func newItem(_ books: Books, currency: String?) -> JSON {
    var item: JSONObject = ["quantity": .integer(chance.amount(1...9))]
    item["price"] = price(books, currency: currency, recurring: true)?["id"] ?? .null
    if chance.once(in: 6), let coupon = chance.pick(books.ids(.coupon)) {
      item["discounts"] = [["coupon": .string(coupon)]]
    }
    return .object(item)
  }

  private mutating func item(of subscription: Record) -> String? {
    chance.pick((subscription["items"]["data"].array ?? []).compactMap(\.reference))
  }

  /// A price, in a customer's currency most of the time.
  private mutating func price(_ books: Books, currency: String?, recurring: Bool) -> Record? {
    let type = recurring ? "recurring" : "one_time"
    let all = books.all(.price) { $0.text("type") == type }
    let fitting = all.filter { currency == nil || $0.text("currency") == currency }
    return chance.once(in: 20) ? chance.pick(all) : chance.pick(fitting)
  }

  private mutating func proration() -> JSON { chance.one(of: "create_prorations", "always_invoice", "none") }

  // MARK: invoices

  mutating func invoiceCall(_ books: Books) -> RandomCall? {
    guard let customer = customer(books) else { return nil }
    switch chance.number(17) {
    case 0, 1: return newInvoice(customer, books)
    case 2, 3: return .post("invoiceitems", nil, newInvoiceItem(customer, books))
    case 4:
      guard let item = chance.pick(books.all(.invoiceItem) { !$0.isDeleted }) else { return nil }
      if chance.once(in: 3) { return .delete("invoiceitems/{invoiceitem}", item.id) }
      return .post(
        "invoiceitems/{invoiceitem}", item.id,
        chance.once(in: 2)
          ? ["amount": .integer(chance.amount(-900...4_000))] : ["quantity": .integer(chance.amount(1...5))])
    case 5:
      return .post(
        "invoices/create_preview", nil,
        ["customer": .string(customer.id)])
    case 6:
      guard let alive = chance.pick(books.all(.subscription) { $0.status == "active" }) else { return nil }
      var details: JSONObject = ["cancel_now": true]
      if !chance.once(in: 3) {
        details = itemChange(alive, books)
        details.remove("payment_behavior")
      }
      return .post(
        "invoices/create_preview", nil, ["subscription": alive["id"], "subscription_details": .object(details)])
    default: return actOnInvoice(books)
    }
  }

  private mutating func actOnInvoice(_ books: Books) -> RandomCall? {
    let status = chance.pick(["draft", "draft", "open", "open", "open", "uncollectible", "paid", "void"]) ?? ""
    guard let invoice = chance.pick(books.all(.invoice) { !$0.isDeleted && $0.status == status }) else { return nil }
    let id = invoice.id
    switch chance.number(12) {
    case 0, 1: return .post("invoices/{invoice}/finalize", id, chance.once(in: 2) ? [:] : ["auto_advance": false])
    case 2, 3: return .post("invoices/{invoice}/pay", id)
    case 4:
      let own = books.all(.paymentMethod) { $0.reference("customer") == invoice.reference("customer") }
      guard let method = chance.pick(own) else { return nil }
      return .post("invoices/{invoice}/pay", id, ["payment_method": method["id"], "off_session": false])
    case 5: return .post("invoices/{invoice}/pay", id, ["paid_out_of_band": true])
    case 6: return .post("invoices/{invoice}/void", id)
    case 7: return .post("invoices/{invoice}/mark_uncollectible", id)
    case 8: return .post("invoices/{invoice}/send", id)
    case 9:
      var line: JSONObject = ["amount": .integer(chance.amount(-500...9_000)), "description": "extra"]
      let pending = books.all(.invoiceItem) {
        !$0.isDeleted && $0["invoice"].isNull && $0.reference("customer") == invoice.reference("customer")
      }
      if chance.once(in: 2), let item = chance.pick(pending) { line = ["invoice_item": item["id"]] }
      return .post("invoices/{invoice}/add_lines", id, ["lines": [.object(line)]])
    case 10: return chance.once(in: 2) ? .delete("invoices/{invoice}", id) : .post("invoices/{invoice}/finalize", id)
    default:
      var params: JSONObject = ["description": "changed"]
      if chance.once(in: 2), let coupon = chance.pick(books.ids(.coupon)) {
        params = ["discounts": [["coupon": .string(coupon)]]]
      } else if chance.once(in: 2) {
        params = ["auto_advance": .bool(chance.once(in: 2))]
      }
      return .post("invoices/{invoice}", id, params)
    }
  }

  private mutating func newInvoice(_ customer: Record, _ books: Books) -> RandomCall {
    var params: JSONObject = [
      "customer": .string(customer.id), "auto_advance": .bool(chance.once(in: 2)),
      "pending_invoice_items_behavior": chance.one(of: "include", "include", "exclude"),
    ]
    if chance.once(in: 3) {
      params["collection_method"] = "send_invoice"
      params["days_until_due"] = .integer(chance.amount(1...20))
    }
    if chance.once(in: 4), let coupon = chance.pick(books.ids(.coupon)) {
      params["discounts"] = [["coupon": .string(coupon)]]
    }
    if chance.once(in: 10) { params["currency"] = .string(chance.pick(Self.currencies) ?? "usd") }
    let own = books.all(.subscription) { $0.reference("customer") == customer.id && $0.status == "active" }
    if chance.once(in: 6), let subscription = chance.pick(own) { params["subscription"] = subscription["id"] }
    return .post("invoices", nil, params)
  }

  private mutating func newInvoiceItem(_ customer: Record, _ books: Books) -> JSONObject {
    var params: JSONObject = ["customer": .string(customer.id)]
    switch chance.number(4) {
    case 0:
      params["pricing"] = ["price": price(books, currency: customer.text("currency"), recurring: false)?["id"] ?? .null]
      params["quantity"] = .integer(chance.amount(1...6))
    case 1:
      params["unit_amount_decimal"] = .string("\(chance.number(300)).\(chance.number(99))")
      params["quantity"] = .integer(chance.amount(1...6))
    default: params["amount"] = .integer(chance.amount(-2_000...9_000))
    }
    if chance.once(in: 12) { params["currency"] = .string(chance.pick(Self.currencies) ?? "usd") }
    if chance.once(in: 5), let coupon = chance.pick(books.ids(.coupon)) {
      params["discounts"] = [["coupon": .string(coupon)]]
    }
    if chance.once(in: 6) { params["discountable"] = false }
    let drafts = books.all(.invoice) {
      !$0.isDeleted && $0.status == "draft" && $0.reference("customer") == customer.id
    }
    if chance.once(in: 3), let draft = chance.pick(drafts) { params["invoice"] = draft["id"] }
    let own = books.all(.subscription) { $0.reference("customer") == customer.id && $0.status == "active" }
    if chance.once(in: 6), let subscription = chance.pick(own) { params["subscription"] = subscription["id"] }
    return params
  }
}
