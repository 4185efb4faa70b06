/// The calls about subscriptions, invoices and test clocks.
package enum BillingOperations {
  /// All of them.
  package static let operations: [Operation] =
    SubscriptionOperations.operations + InvoiceOperations.operations + InvoiceItemOperations.operations
    + TestClockOperations.operations
}
