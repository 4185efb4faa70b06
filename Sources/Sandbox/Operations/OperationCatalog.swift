/// Every call that the engine performs.
package enum OperationCatalog {
  /// The calls that change the world, area by area.
  package static let all: [Operation] =
    ResourceOperations.operations + PaymentOperations.operations + BillingOperations.operations
}
