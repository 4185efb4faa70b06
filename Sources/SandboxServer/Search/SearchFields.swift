import Sandbox

/// What can be searched in each resource (RESOURCES.md, "Search fields").
enum SearchFields {
  /// How a field is compared.
  enum Kind { case text, token, number, boolean }

  struct Field {
    let kind: Kind
    /// Where it lies in the body, as SQLite writes paths.
    let path: String
  }

  static func field(_ name: String, of type: RecordType) -> Field? {
    guard let kind = fields[type]?[name] else { return nil }
    return Field(kind: kind, path: paths["\(type.rawValue).\(name)"] ?? "$.\(name)")
  }

  /// Members that lie elsewhere than their names say.
  private static let paths = [
    "invoice.subscription": "$.parent.subscription_details.subscription",
    "invoice.last_finalization_error_code": "$.last_finalization_error.code",
    "invoice.last_finalization_error_type": "$.last_finalization_error.type",
  ]

  /// Tokens are compared whole; `~` looks into texts only.
  private static let fields: [RecordType: [String: Kind]] = [
    .charge: [
      "amount": .number, "billing_details.address.postal_code": .token, "created": .number, "currency": .token,
      "customer": .token, "disputed": .boolean, "payment_method_details.card.last4": .token,
      "payment_method_details.card.exp_month": .number, "payment_method_details.card.exp_year": .number,
      "payment_method_details.card.brand": .token, "payment_method_details.card.fingerprint": .token,
      "refunded": .boolean, "status": .token,
    ],
    .customer: ["created": .number, "email": .text, "name": .text, "phone": .text],
    .invoice: [
      "created": .number, "currency": .token, "customer": .token, "last_finalization_error_code": .token,
      "last_finalization_error_type": .token, "number": .text, "receipt_number": .text, "status": .token,
      "subscription": .token, "total": .number,
    ],
    .paymentIntent: [
      "amount": .number, "created": .number, "currency": .token, "customer": .token, "status": .token,
    ],
    .price: ["active": .boolean, "currency": .token, "lookup_key": .text, "product": .token, "type": .token],
    .product: ["active": .boolean, "description": .text, "name": .text, "shippable": .boolean, "url": .text],
    .subscription: ["created": .number, "status": .token],
  ]
}
