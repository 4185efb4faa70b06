/// The Stripe objects Okapi declares; the raw value is Stripe's `object`.
///
/// The order is the one in which tables are written: what is referred to comes before what refers to it, as far as
/// Stripe's graph, which has cycles, allows.
package enum ResourceName: String, CaseIterable, Sendable, Codable, Comparable {
  case product
  case price
  case customer
  case paymentMethod = "payment_method"
  case balanceTransaction = "balance_transaction"
  case subscription
  case subscriptionItem = "subscription_item"
  case invoice
  case invoiceLineItem = "line_item"
  case paymentIntent = "payment_intent"
  case charge
  case invoicePayment = "invoice_payment"
  case refund
  case dispute

  /// The one declaration everything else derives from.
  package var definition: ResourceDefinition {
    switch self {
    case .product: .product
    case .price: .price
    case .customer: .customer
    case .paymentMethod: .paymentMethod
    case .balanceTransaction: .balanceTransaction
    case .subscription: .subscription
    case .subscriptionItem: .subscriptionItem
    case .invoice: .invoice
    case .invoiceLineItem: .invoiceLineItem
    case .paymentIntent: .paymentIntent
    case .charge: .charge
    case .invoicePayment: .invoicePayment
    case .refund: .refund
    case .dispute: .dispute
    }
  }

  /// Finds a resource by its table name or by Stripe's singular (`charges`, `charge`, `invoice_line_item`).
  package init?(commandLineName: String) {
    let singular = commandLineName.hasSuffix("s") ? String(commandLineName.dropLast()) : commandLineName
    let found = ResourceName.allCases.first {
      $0.definition.table == commandLineName || $0.rawValue == commandLineName || $0.definition.table == singular + "s"
    }
    guard let found else { return nil }
    self = found
  }

  package static func < (left: ResourceName, right: ResourceName) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}
