/// The Stripe objects Okapi declares; the raw value is Stripe's `object`.
///
/// The order is the one in which tables are written: what is referred to comes before what refers to it, as far as
/// Stripe's graph, which has cycles, allows.
package enum ResourceName: String, CaseIterable, Sendable, Codable, Comparable {
  case product
  case price
  case taxRate = "tax_rate"
  case coupon
  case testClock = "test_helpers.test_clock"
  case customer
  case promotionCode = "promotion_code"
  case discount
  case paymentMethod = "payment_method"
  case setupIntent = "setup_intent"
  case balanceTransaction = "balance_transaction"
  case payout
  case subscription
  case subscriptionItem = "subscription_item"
  case subscriptionSchedule = "subscription_schedule"
  case invoice
  case invoiceLineItem = "line_item"
  case invoiceItem = "invoiceitem"
  case paymentIntent = "payment_intent"
  case charge
  case invoicePayment = "invoice_payment"
  case refund
  case dispute
  case earlyFraudWarning = "radar.early_fraud_warning"
  case creditNote = "credit_note"
  case creditNoteLineItem = "credit_note_line_item"
  case checkoutSession = "checkout.session"
  case checkoutLineItem = "item"
  case transfer
  case transferReversal = "transfer_reversal"
  case applicationFee = "application_fee"
  case applicationFeeRefund = "fee_refund"
  case event

  /// The one declaration everything else derives from.
  package var definition: ResourceDefinition {
    switch self {
    case .product: .product
    case .price: .price
    case .taxRate: .taxRate
    case .coupon: .coupon
    case .testClock: .testClock
    case .customer: .customer
    case .promotionCode: .promotionCode
    case .discount: .discount
    case .paymentMethod: .paymentMethod
    case .setupIntent: .setupIntent
    case .balanceTransaction: .balanceTransaction
    case .payout: .payout
    case .subscription: .subscription
    case .subscriptionItem: .subscriptionItem
    case .subscriptionSchedule: .subscriptionSchedule
    case .invoice: .invoice
    case .invoiceLineItem: .invoiceLineItem
    case .invoiceItem: .invoiceItem
    case .paymentIntent: .paymentIntent
    case .charge: .charge
    case .invoicePayment: .invoicePayment
    case .refund: .refund
    case .dispute: .dispute
    case .earlyFraudWarning: .earlyFraudWarning
    case .creditNote: .creditNote
    case .creditNoteLineItem: .creditNoteLineItem
    case .checkoutSession: .checkoutSession
    case .checkoutLineItem: .checkoutLineItem
    case .transfer: .transfer
    case .transferReversal: .transferReversal
    case .applicationFee: .applicationFee
    case .applicationFeeRefund: .applicationFeeRefund
    case .event: .event
    }
  }

  /// Finds a resource by its table name or by Stripe's own (`charges`, `charge`, `invoice_line_item`, `invoiceitems`).
  package init?(commandLineName: String) {
    let singular = commandLineName.hasSuffix("s") ? String(commandLineName.dropLast()) : commandLineName
    let found = ResourceName.allCases.first {
      [commandLineName, singular + "s"].contains($0.definition.table)
        || [commandLineName, singular].contains($0.rawValue)
    }
    guard let found else { return nil }
    self = found
  }

  /// All of them in the order that leaves few placeholders: as declared, but charges before payment intents. These
  /// refer
  /// to each other, so that what comes second fills placeholders, which costs twice as much as inserting; charges are
  /// the larger ones.
  package static let inLoadingOrder: [ResourceName] = {
    var order = allCases.filter { $0 != .charge }
    if let place = order.firstIndex(of: .paymentIntent) { order.insert(.charge, at: place) }
    return order
  }()

  package static func < (left: ResourceName, right: ResourceName) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}
