/// A line before it stands on an invoice.
struct LineDraft {
  var amount: Int64
  var description: String?
  var period: BillingPeriod
  var price: String?
  var product: String?
  /// The price of one as text, or null.
  var unitAmount: JSON = nil
  var quantity: Int64 = 1
  var isDiscountable = true
  /// Its own discounts.
  var discounts: [String] = []
  var metadata: JSON = [:]
  var subscription: String?
  /// What it comes from, as the line shows it.
  var parent: JSON
  /// The subscription item that it bills for a whole period.
  var billedItem: String?
  /// The invoice item that it comes from.
  var invoiceItem: String?

  /// The parent of a line for a subscription's item.
  static func itemParent(
    subscription: String, item: String, invoiceItem: String? = nil, isProration: Bool = false, credited: JSON = nil
  ) -> JSON {
    [
      "invoice_item_details": nil,
      "subscription_item_details": [
        "invoice_item": .text(invoiceItem), "proration": .bool(isProration),
        "proration_details": ["credited_items": credited], "subscription": .string(subscription),
        "subscription_item": .string(item),
      ],
      "type": "subscription_item_details",
    ]
  }

  /// The line for an invoice item.
  init(_ item: Record) {
    amount = item.int("amount")
    description = item.text("description")
    period = BillingPeriod(
      start: item["period"]["start"].integer ?? 0, end: item["period"]["end"].integer ?? 0)
    price = item["pricing"]["price_details"]["price"].id
    product = item["pricing"]["price_details"]["product"].string
    unitAmount = item["pricing"]["unit_amount_decimal"]
    quantity = item.int("quantity")
    isDiscountable = item.flag("discountable")
    discounts = (item["discounts"].array ?? []).compactMap(\.id)
    metadata = item["metadata"]
    subscription = item["parent"]["subscription_details"]["subscription"].string
    invoiceItem = item.id
    let credited = item.hidden["credited"]
    if let subscription, let owner = item.hidden["subscription_item"].string, item.hidden["mode"] == "flexible" {
      parent = Self.itemParent(
        subscription: subscription, item: owner, invoiceItem: item.id, isProration: true, credited: credited)
    } else {
      parent = [
        "invoice_item_details": [
          "invoice_item": .string(item.id), "proration": .bool(item.flag("proration")),
          "proration_details": ["credited_items": credited], "subscription": .text(subscription),
        ],
        "subscription_item_details": nil, "type": "invoice_item_details",
      ]
    }
  }

  init(amount: Int64, period: BillingPeriod, parent: JSON) {
    self.amount = amount
    self.period = period
    self.parent = parent
  }

  /// The line's record; discount amounts are written with the invoice's totals.
  func record(id: String, invoice: String, currency: String, position: Int64) -> Record {
    var line = Record(blank: .lineItem, created: 0)
    line["id"] = .string(id)
    line["amount"] = .integer(amount)
    line["currency"] = .string(currency)
    line["description"] = .text(description)
    line["discount_amounts"] = []
    line["discountable"] = .bool(isDiscountable)
    line["discounts"] = .strings(discounts)
    line["invoice"] = .string(invoice)
    line["metadata"] = metadata.isNull ? [:] : metadata
    line["parent"] = parent
    line["period"] = period.json
    line["pretax_credit_amounts"] = []
    line["pricing"] = Self.pricing(price: price, product: product, unitAmount: unitAmount)
    line["quantity"] = .integer(quantity)
    line["quantity_decimal"] = .string(String(quantity))
    line["subtotal"] = .integer(amount)
    line["taxes"] = []
    line.hidden["position"] = .integer(position)
    if let invoiceItem { line.hidden["invoice_item"] = .string(invoiceItem) }
    return line
  }

  /// `pricing` of a line or an invoice item.
  static func pricing(price: String?, product: String?, unitAmount: JSON) -> JSON {
    var details: JSON = nil
    if let price { details = ["price": .string(price), "product": .text(product)] }
    return ["price_details": details, "type": "price_details", "unit_amount_decimal": unitAmount]
  }
}
