/// The calls as text, one area per file in `Endpoints/`; ``EndpointParser`` says how to read it.
enum EndpointText {
  /// Every text, in the order of the documents.
  static let all: [String] = [
    customers, paymentMethods, products, prices, coupons, subscriptions, subscriptionItems, invoices, invoicePreview,
    invoiceItems, invoicePayments, paymentIntents, setupIntents, charges, refunds, disputes, balance, events,
  ]
}
