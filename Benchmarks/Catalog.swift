/// What invoices bill: twenty products with a price each.
struct Catalog {
  let products: [String]
  private let prices: [String]
  private static let created = 1_760_000_000

  init(_ random: inout SeededRandom) {
    var products: [String] = []
    var prices: [String] = []
    for _ in 0..<20 {
      products.append("prod_" + random.word(14))
      prices.append("price_1" + SeededRandom.stamp(Self.created) + "H1lINcoHaa" + random.word(8))
    }
    self.products = products
    self.prices = prices
  }

  private func amount(_ index: Int) -> Int { 500 * (index + 1) }

  func product(_ index: Int) -> String {
    """
    {"id": "\(products[index])", "object": "product", "active": true, "attributes": [], "created": \(Self.created),
    "default_price": "\(prices[index])", "description": null, "images": [], "livemode": false,
    "marketing_features": [], "metadata": {}, "name": "Fernblick module \(index)", "package_dimensions": null,
    "shippable": null, "statement_descriptor": null, "tax_code": null, "type": "service", "unit_label": null,
    "updated": \(Self.created), "url": null}
    """
  }

  func price(_ index: Int) -> String {
    """
    {"id": "\(prices[index])", "object": "price", "active": true, "billing_scheme": "per_unit",
    "created": \(Self.created), "currency": "eur", "custom_unit_amount": null, "livemode": false,
    "lookup_key": null, "metadata": {}, "nickname": null, "product": "\(products[index])", "recurring": null,
    "tax_behavior": "exclusive", "tiers_mode": null, "transform_quantity": null, "type": "one_time",
    "unit_amount": \(amount(index)), "unit_amount_decimal": "\(amount(index))"}
    """
  }

  /// A paid invoice of one to four lines, billed by hand (no subscription), and the items that its lines bill.
  func invoice(
    _ random: inout SeededRandom, for person: Person, created: Int, index: Int
  ) -> (invoice: String, items: [String]) {
    let stem = SeededRandom.stamp(created) + "H1lINcoHaa"
    let id = "in_1\(stem)\(random.word(8))"
    let number = "\(person.id.suffix(8).uppercased())-\(1000 + index)"
    let picked = (0..<random.number(1...4)).map { _ in random.number(0...19) }
    let words = picked.map { _ in random.word(8) }
    let lines = zip(picked, words).map { line(of: id, stem: stem, word: $1, product: $0, created: created) }
    let items = zip(picked, words).map { item(of: id, person, stem: stem, word: $1, product: $0, created: created) }
    let total = picked.reduce(0) { $0 + amount($1) }
    let url = random.word(80)
    let invoice = """
      {"id": "\(id)", "object": "invoice", "account_country": "DE", "account_name": "Fernblick Software",
      "account_tax_ids": null, "amount_due": \(total), "amount_overpaid": 0, "amount_paid": \(total),
      "amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 1, "attempted": true,
      "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null,
      "provider": null, "status": null}, "automatically_finalizes_at": null, "billing_reason": "manual",
      "collection_method": "charge_automatically", "created": \(created), "currency": "eur", "custom_fields": null,
      "customer": "\(person.id)", "customer_address": \(person.customerAddress),
      "customer_email": "\(person.email)", "customer_name": "\(person.name)", "customer_phone": null,
      "customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": [],
      "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null,
      "discounts": [], "due_date": null, "effective_at": \(created), "ending_balance": 0, "footer": null,
      "from_invoice": null, "hosted_invoice_url": "https://invoice.example.com/i/acct_1/test_\(url)?s=ap",
      "invoice_pdf": "https://pay.example.com/invoice/acct_1/test_\(url)/pdf?s=ap", "issuer": {"type": "self"},
      "last_finalization_error": null, "latest_revision": null, "lines": {"object": "list",
      "data": [\(lines.joined(separator: ","))], "has_more": false, "total_count": \(lines.count),
      "url": "/v1/invoices/\(id)/lines"}, "livemode": false, "metadata": {}, "next_payment_attempt": null,
      "number": "\(number)", "on_behalf_of": null, "parent": null, "payment_settings": {"default_mandate": null,
      "payment_method_options": null, "payment_method_types": null}, "period_end": \(created),
      "period_start": \(created), "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0,
      "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null,
      "starting_balance": 0, "statement_descriptor": null, "status": "paid", "status_transitions": {
      "finalized_at": \(created), "marked_uncollectible_at": null, "paid_at": \(created), "voided_at": null},
      "subtotal": \(total), "subtotal_excluding_tax": \(total), "test_clock": null, "total": \(total),
      "total_discount_amounts": [], "total_excluding_tax": \(total), "total_pretax_credit_amounts": [],
      "total_taxes": [], "webhooks_delivered_at": \(created)}
      """
    return (invoice, items)
  }

  private func item(
    of invoice: String, _ person: Person, stem: String, word: String, product: Int, created: Int
  ) -> String {
    """
    {"id": "ii_1\(stem)\(word)", "object": "invoiceitem", "amount": \(amount(product)), "currency": "eur",
    "customer": "\(person.id)", "date": \(created), "description": "Fernblick module \(product)",
    "discountable": true, "discounts": [], "invoice": "\(invoice)", "livemode": false, "metadata": {},
    "net_amount": \(amount(product)), "parent": null, "period": {"end": \(created), "start": \(created)},
    "pricing": {"price_details": {"price": "\(prices[product])", "product": "\(products[product])"},
    "type": "price_details", "unit_amount_decimal": "\(amount(product))"}, "proration": false, "quantity": 1,
    "quantity_decimal": "1", "tax_rates": [], "test_clock": null}
    """
  }

  private func line(of invoice: String, stem: String, word: String, product: Int, created: Int) -> String {
    """
    {"id": "il_1\(stem)\(word)", "object": "line_item", "amount": \(amount(product)), "currency": "eur",
    "description": "Fernblick module \(product)", "discount_amounts": [], "discountable": true, "discounts": [],
    "invoice": "\(invoice)", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": {
    "invoice_item": "ii_1\(stem)\(word)", "proration": false, "proration_details": {
    "credited_items": null}, "subscription": null}, "subscription_item_details": null,
    "type": "invoice_item_details"}, "period": {"end": \(created), "start": \(created)},
    "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "\(prices[product])",
    "product": "\(products[product])"}, "type": "price_details", "unit_amount_decimal": "\(amount(product))"},
    "quantity": 1, "quantity_decimal": "1", "subscription": null, "subtotal": \(amount(product)), "taxes": []}
    """
  }
}
