extension World {
  /// Does what falls due for subscriptions and invoices.
  func runBilling(_ job: Job) throws {}
}
