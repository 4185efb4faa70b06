import APIReference
import Sandbox

extension VersionChange {
  /// 2025-03-31.basil: invoices, their lines and items name a parent; periods moved to the subscription's items.
  static let basil = [
    VersionChange(
      .basil, "invoice",
      oldFields: [
        old("subscription", "subscription"), old("payment_intent", "payment_intent"), old("charge", "charge"),
        oldObject("discount", "discount"),
        FieldShape(name: "subscription_details", type: .object, isNullable: true),
      ], revert: invoice),
    VersionChange(
      .basil, "line_item", oldFields: [oldObject("price", "price"), oldObject("plan", "plan")], revert: line),
    VersionChange(
      .basil, "invoiceitem",
      oldFields: [oldObject("price", "price"), oldObject("plan", "plan"), old("subscription", "subscription")],
      revert: invoiceItem),
    VersionChange(.basil, "subscription", oldFields: [oldObject("discount", "discount")]) { subscription, source in
      let first = subscription["items"]["data"].array?.first ?? .null
      subscription["current_period_start"] = first["current_period_start"]
      subscription["current_period_end"] = first["current_period_end"]
      subscription["discount"] = try firstDiscount(subscription, source)
    },
    VersionChange(.basil, "subscription_item") { item, _ in
      item.remove("current_period_start")
      item.remove("current_period_end")
    },
    VersionChange(.basil, "charge", oldFields: [old("invoice", "invoice")]) { charge, source in
      charge["invoice"] = try invoicePaid(by: charge["payment_intent"], source)
    },
    VersionChange(.basil, "payment_intent", oldFields: [old("invoice", "invoice")]) { intent, source in
      intent["invoice"] = try invoicePaid(by: intent["id"], source)
    },
    VersionChange(.basil, "price") { price, _ in
      guard case .object(var recurring) = price["recurring"] else { return }
      recurring["aggregate_usage"] = nil
      price["recurring"] = .object(recurring)
    },
    VersionChange(.basil, "plan") { plan, _ in plan["aggregate_usage"] = nil },
  ]

  private static func firstDiscount(_ object: JSONObject, _ source: any RecordSource) throws -> JSON {
    try kept(.discount, object["discounts"].array?.first ?? .null, source)
  }

  /// The invoice that a payment intent pays.
  private static func invoicePaid(by intent: JSON, _ source: any RecordSource) throws -> JSON {
    guard let id = intent.id else { return nil }
    let payments = try source.records(ListQuery(.invoicePayment, [.equals("payment_payment_intent", id)], limit: 1))
    return payments.first?["invoice"] ?? .null
  }

  @Sendable
  private static func invoice(_ invoice: inout JSONObject, _ source: any RecordSource) throws {
    let parent = invoice.remove("parent") ?? .null
    let details = parent["subscription_details"]
    invoice["subscription"] = details["subscription"]
    invoice["subscription_details"] = ["metadata": details["metadata"]]
    if !details["subscription_proration_date"].isNull {
      invoice["subscription_proration_date"] = details["subscription_proration_date"]
    }
    invoice["quote"] = parent["quote_details"]["quote"]
    let intent = try intentPaying(invoice, source)
    invoice["payment_intent"] = .text(intent?.id)
    invoice["charge"] = intent?["latest_charge"] ?? .null
    invoice["paid"] = .bool(invoice["status"] == "paid")
    invoice["paid_out_of_band"] = .bool((invoice["amount_paid_off_stripe"].integer ?? 0) > 0)
    invoice["application_fee_amount"] = nil
    invoice["transfer_data"] = nil
    invoice["discount"] = try firstDiscount(invoice, source)
    let taxes = invoice.remove("total_taxes")?.array ?? []
    invoice["tax"] = taxes.isEmpty ? nil : .integer(taxes.reduce(0) { $0 + ($1["amount"].integer ?? 0) })
    invoice["total_tax_amounts"] = .array(taxes.map(taxAmount))
  }

  private static func intentPaying(_ invoice: JSONObject, _ source: any RecordSource) throws -> Record? {
    guard let id = invoice["id"].string else { return nil }
    let payments = try source.records(ListQuery(.invoicePayment, [.equals("invoice", id)]))
    let payment = payments.first { $0.flag("is_default") } ?? payments.first
    guard let intent = payment?["payment"]["payment_intent"].id else { return nil }
    return try source.find(.paymentIntent, intent)
  }

  private static func taxAmount(_ tax: JSON) -> JSON {
    [
      "amount": tax["amount"], "inclusive": .bool(tax["tax_behavior"] == "inclusive"),
      "tax_rate": tax["tax_rate_details"]["tax_rate"], "taxability_reason": tax["taxability_reason"],
      "taxable_amount": tax["taxable_amount"],
    ]
  }

  @Sendable
  private static func line(_ line: inout JSONObject, _ source: any RecordSource) throws {
    let parent = line.remove("parent") ?? .null
    let isSubscription = parent["type"] == "subscription_item_details"
    let details = parent[isSubscription ? "subscription_item_details" : "invoice_item_details"]
    line["type"] = isSubscription ? "subscription" : "invoiceitem"
    for name in ["invoice_item", "subscription_item"] where !details[name].isNull { line[name] = details[name] }
    if line["subscription"].isNull { line["subscription"] = details["subscription"] }
    line["proration"] = .bool(details["proration"].bool ?? false)
    line["proration_details"] = ["credited_items": details["proration_details"]["credited_items"]]
    let pricing = line.remove("pricing") ?? .null
    try putPrice(into: &line, pricing, source)
    let taxes = line.remove("taxes")?.array ?? []
    line["tax_amounts"] = .array(taxes.map(taxAmount))
    line["tax_rates"] = []
    let included = taxes.filter { $0["tax_behavior"] == "inclusive" }.reduce(0) { $0 + ($1["amount"].integer ?? 0) }
    line["amount_excluding_tax"] = .integer((line["amount"].integer ?? 0) - included)
    line["unit_amount_excluding_tax"] = pricing["unit_amount_decimal"]
  }

  @Sendable
  private static func invoiceItem(_ item: inout JSONObject, _ source: any RecordSource) throws {
    let details = (item.remove("parent") ?? .null)["subscription_details"]
    item["subscription"] = details["subscription"]
    if !details["subscription_item"].isNull { item["subscription_item"] = details["subscription_item"] }
    let pricing = item.remove("pricing") ?? .null
    try putPrice(into: &item, pricing, source)
    item["unit_amount_decimal"] = pricing["unit_amount_decimal"]
    item["unit_amount"] = .int(pricing["unit_amount_decimal"].string.flatMap { Int64($0) })
  }

  /// The price that `pricing` names, and the plan that stood beside it.
  private static func putPrice(
    into object: inout JSONObject, _ pricing: JSON, _ source: any RecordSource
  ) throws {
    let price = try pricing["price_details"]["price"].id.flatMap { try source.find(.price, $0) }
    object["price"] = price.map { .object($0.body) } ?? .null
    object["plan"] = price.flatMap { PlanMirror.plan(of: $0) }.map { .object($0) } ?? .null
  }
}
