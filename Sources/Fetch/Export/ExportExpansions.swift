import StripeModel

/// What the familiar list files show as whole objects where bronze needs only ids.
///
/// It is what a dump of a Stripe account has always had there, and what people's scripts look into. Nothing of ours
/// needs it: loading and proving collapse references to ids.
enum ExportExpansions {
  private static let places: [ResourceName: [String]] = [
    .customer: ["invoice_settings.default_payment_method"],
    .price: ["product"],
    .subscription: ["customer"],
    .invoice: ["customer"],
    .charge: ["payment_intent"],
  ]

  /// The places to expand in a resource's list, besides the declared ones.
  static func of(_ name: ResourceName) -> [String] { places[name] ?? [] }
}
