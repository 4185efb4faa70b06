extension World {
  /// Does what falls due for payments, refunds, disputes and payouts.
  func runPayment(_ job: Job) throws {}
}
